"""Names of files as people and programs can read them, whatever bytes they are made of."""

import re

_NO_TEXT = re.compile("[\ud800-\udfff]")
_UNSEEN = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))} | {
    code: f"\\u{code:04x}"
    for code in (0x061C, 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_UNSEEN[ord("\n")] = "\\n"


def one_line(text: str) -> str:
    """A text that holds names of files, on one line whatever they are.

    Control characters, line breaks, and what turns the direction of writing are written with a backslash, so that a
    name can neither break a line nor move the cursor nor read as another.
    """
    return text.translate(_UNSEEN)


def encodable(text: str) -> str:
    """Bytes that are no text, as Python carries them in names of files, written with a backslash (`\\xff`)."""
    return _NO_TEXT.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"
