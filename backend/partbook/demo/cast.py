"""The people of the demo, and what they bring that no machine made."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody in the story.

    Args:
        key: name of their key on the local chain.
        name: public credit name.
        part: what they do.
    """

    key: str
    name: str
    part: str


ANA = Person("ana", "Ana Lind", "songwriter")
BEN = Person("ben", "Ben Okafor", "co-writer")
CHEN = Person("chen", "Chen Yu", "lyricist")
DEE = Person("dee", "Dee", "fan")
ELI = Person("eli", "Eli", "fan with a ticket to spare")
FAY = Person("fay", "Fay", "fan at the door")
OLU = Person("olu", "Olu Hall", "organiser")

TITLE = "Rain Choir"
MOOD = "grief, then hope"
SECONDS, SEED = 60, 7

LYRICS = """\
Rain on the roof of the school where we sang,
every gutter a voice, every window a string;
you are not in your chair and the bell never rang,
and the water knows all that we wanted to sing.

Then a gap in the grey, and the last row begins,
one by one, like the lamps going on down the street;
and the rain is a choir, and the morning comes in,
and your part is still there in the pulse of our feet.
"""
