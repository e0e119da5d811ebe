"""Ben's melody for bars 9 to 16, as he wrote it down: scale steps and lengths, put into the key of the song."""

from fractions import Fraction

from partbook.music.midi_file import write_midi
from partbook.music.modes import pitch_at
from partbook.music.planning import Plan
from partbook.music.score import MELODY, Note, Part, Score, Tempo, bar_ticks

FIRST_BAR, LAST_BAR = 9, 16
HALF, QUARTER, EIGHTH = Fraction(1, 2), Fraction(1, 4), Fraction(1, 8)
WHOLE, LONG = Fraction(1), Fraction(3, 4)

PHRASE: tuple[tuple[tuple[int, Fraction], ...], ...] = (
    ((4, HALF), (5, QUARTER), (4, QUARTER)),
    ((2, LONG), (1, QUARTER)),
    ((2, QUARTER), (3, QUARTER), (4, HALF)),
    ((4, EIGHTH), (3, EIGHTH), (2, QUARTER), (1, HALF)),
    ((4, HALF), (5, QUARTER), (6, QUARTER)),
    ((7, LONG), (6, EIGHTH), (5, EIGHTH)),
    ((4, QUARTER), (2, QUARTER), (3, QUARTER), (1, QUARTER)),
    ((0, WHOLE),),
)
"""A bar per row: scale steps above the tonic, and lengths as parts of the bar."""

FLUTE = 73


def bens_bars(plan: Plan) -> bytes:
    """A MIDI file that holds the eight bars at their place in the song.

    Args:
        plan: of the song that he listened to; gives key, mode of each bar, metre and register.
    """
    bar = bar_ticks(plan.metre)
    notes: list[Note] = []
    for number, row in enumerate(PHRASE, start=FIRST_BAR):
        section = next(each for each in plan.sections if each.slot.first_bar <= number <= each.slot.last_bar)
        home = plan.tonic + 12 * round((section.register - 4 - plan.tonic) / 12)
        start = Fraction((number - 1) * bar)
        for step, part in row:
            length = part * bar
            pitch = pitch_at(home, section.mode, step)
            notes.append(Note(int(start), pitch, int(length * Fraction(15, 16)), 84 if start % bar == 0 else 76))
            start += length
    flute = Part("melody", MELODY, 0, FLUTE, 64, 40, tuple(notes))
    tempo = Tempo(0, plan.sections[0].microseconds)
    return write_midi(Score("Ben's bars", plan.metre, plan.sharps, False, LAST_BAR, (tempo,), (flute,)))
