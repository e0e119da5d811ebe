"""File names as a report shows them: any bytes become one line of text, and no two names become the same."""

import os

from partbook.core.visible import encodable, one_line


def shown(name: bytes) -> str:
    """A name of any bytes as text.

    Control characters, line breaks, what turns the direction of writing, and bytes that are no UTF-8 are written with a
    backslash (`\\n`, `\\x1b`, `\\u202e`, `\\xff`); a backslash is written twice. So the text is one line, and it tells
    the bytes exactly.
    """
    return escaped(os.fsdecode(name).replace("\\", "\\\\"))


def escaped(text: str) -> str:
    """A text on one line; a backslash stays as it is."""
    return encodable(one_line(text))


def said_of(sentence: str, place: str, name: str) -> str:
    """A sentence about a file, with the name that the report shows in place of where the file lies on this machine."""
    parts = sentence.replace(repr(place), place).split(place)
    return name.join(escaped(part) for part in parts)
