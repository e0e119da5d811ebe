"""File names as a report shows them: any bytes become one line of text, and no two names become the same."""

import os

LINE_BREAKING = {0x2028, 0x2029}
TURNING = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
"""Characters that turn the direction of writing, and so make a name read as another."""


def shown(name: bytes) -> str:
    """A name of any bytes as text.

    Control characters, line breaks, what turns the direction of writing, and bytes that are no UTF-8 are written with a
    backslash (`\\n`, `\\x1b`, `\\u202e`, `\\xff`); a backslash is written twice. So the text is one line, and it tells
    the bytes exactly.
    """
    return escaped(os.fsdecode(name).replace("\\", "\\\\"))


def escaped(text: str) -> str:
    """A text on one line; a backslash stays as it is."""
    return "".join(_letter(letter) for letter in text)


def said_of(sentence: str, place: str, name: str) -> str:
    """A sentence about a file, with the name that the report shows in place of where the file lies on this machine."""
    parts = sentence.replace(repr(place), place).split(place)
    return name.join(escaped(part) for part in parts)


def _letter(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if letter == "\n":
        return "\\n"
    if code < 0x20 or 0x7F <= code < 0xA0:
        return f"\\x{code:02x}"
    if code in LINE_BREAKING or code in TURNING or 0xD800 <= code <= 0xDFFF:
        return f"\\u{code:04x}"
    return letter
