"""Where each word of a song comes from: a person's verse, in its place or moved, or nowhere that is declared."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from partbook.music.origins import Event, Found
from partbook.music.sources import Origin


def word_origins(text: str, verses: Mapping[str, str], row: int) -> list[Event]:
    """One event for each word of the song, in order. Case and punctuation do not matter.

    Args:
        text: the words as they are sung.
        verses: what people brought, by file, the oldest first.
        row: so many words in a row that a verse has are from it, wherever they stand.
    """
    words = _words(text)
    events = [Event(Origin.UNDECLARED)] * len(words)
    for file, verse in verses.items():
        brought = _words(verse)
        blocks = SequenceMatcher(None, words, brought, autojunk=False).get_matching_blocks()
        for block in blocks:
            events[block.a : block.a + block.size] = [Event(Origin.HUMAN, file, Found.EXACT)] * block.size
        rows = {tuple(brought[at : at + row]) for at in range(len(brought) - row + 1)}
        for at in range(len(words) - row + 1):
            if tuple(words[at : at + row]) in rows:
                events[at : at + row] = [
                    event if event.origin is Origin.HUMAN else Event(Origin.HUMAN, file, Found.SHIFTED)
                    for event in events[at : at + row]
                ]
    return events


def _words(text: str) -> Sequence[str]:
    """Words in small letters without punctuation; a word of punctuation alone stays as it is."""
    return ["".join(c for c in word.casefold() if c.isalnum()) or word for word in text.split()]
