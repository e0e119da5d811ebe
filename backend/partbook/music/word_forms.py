"""From a word as it is written to the word that a lexicon has: endings, prefixes and compounds of four languages."""

from collections.abc import Callable, Iterator

SHORTEST_STEM = 3
DEPRIVED = "-less"
"""Stands before a stem whose word says that it is lacking: joyless, freudlos, unglücklich."""
UTTERLY = "muy"
"""The word of intensity that `-ísimo` stands for."""

_BARE = ("ness", "ly", "ful", "ing", "ed", "es", "er", "en", "em", "s", "e", "n", "'s")
_ENDINGS = {
    "iest": ("y",),
    "ier": ("y",),
    "est": ("",),
    "heit": ("",),
    "keit": ("",),
    "lich": ("", "e"),
    "voll": ("", "s"),
    "ung": ("", "en"),
    "ste": ("",),
    "sten": ("",),
    "ster": ("",),
    "stes": ("",),
    "ere": ("",),
    "erer": ("",),
    "ment": ("", "e", "eux", "if"),
    "ement": ("", "e"),
    "eusement": ("eux",),
    "euse": ("eux",),
    "euses": ("eux",),
    "ive": ("if",),
    "ives": ("if",),
    "ale": ("al",),
    "aux": ("al",),
    "ees": ("e",),
    "ee": ("e",),
    "elle": ("el",),
    "mente": ("", "o", "a"),
    "amente": ("o",),
    "ces": ("z",),
    "ito": ("e", "o"),
    "ita": ("e", "a"),
    "eza": ("e", "o"),
    "ando": ("ar",),
    "iendo": ("er", "ir"),
}
_NOUNS = ("lied", "lieder", "musik", "stimmung", "gefuhl", "melodie", "walzer", "marsch", "klang", "klange")
"""What German joins to a mood: Liebeslied, Trauermusik."""
_LACKING = ("less", "lessly", "lessness", "los", "lose", "loser", "loses", "losen", "losigkeit")
_SUPERLATIVES = ("isimo", "isima", "isimos", "isimas")


def known_words(word: str, knows: Callable[[str], bool]) -> tuple[str, ...] | None:
    """What a folded word says, in words that the lexicon has; None if it has none of its forms.

    Args:
        word: small letters without accents.
        knows: whether the lexicon has a word.

    Returns:
        The word itself or its stem; before a stem stands `DEPRIVED` if the word says that it is lacking, and `UTTERLY`
        if it says that there is much of it.
    """
    if form := next(filter(knows, _inflected(word)), None):
        return (form,)
    if stem := next(filter(knows, _deprived(word)), None):
        return DEPRIVED, stem
    if stem := next(filter(knows, _superlative(word)), None):
        return UTTERLY, stem
    form = next(filter(knows, _derived(word)), None)
    return (form,) if form else None


def _inflected(word: str) -> Iterator[str]:
    yield word
    for ending in _BARE:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            stem = word[: -len(ending)]
            yield stem
            yield stem + "e"
            if stem.endswith("i"):
                yield stem[:-1] + "y"
    if word.endswith(("a", "as", "os")):
        yield word.rstrip("s")[:-1] + "o"


def _deprived(word: str) -> Iterator[str]:
    for ending in _LACKING:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            yield from _with_linking_s(word[: -len(ending)])
    if word.startswith("un") and len(word) - 2 >= SHORTEST_STEM:
        yield from _inflected(word[2:])


def _superlative(word: str) -> Iterator[str]:
    for ending in _SUPERLATIVES:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            yield from (stem + "o", stem + "e", stem)
            if stem.endswith("qu"):
                yield stem[:-2] + "co"
            if stem.endswith("c"):
                yield stem[:-1] + "z"


def _derived(word: str) -> Iterator[str]:
    for ending, others in _ENDINGS.items():
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            yield from (word[: -len(ending)] + other for other in others)
    for noun in _NOUNS:
        if word.endswith(noun) and len(word) - len(noun) >= SHORTEST_STEM:
            yield from _with_linking_s(word[: -len(noun)])


def _with_linking_s(stem: str) -> Iterator[str]:
    """A stem as it stands alone: Hoffnung from hoffnungslos, Freude from freudlos."""
    yield from (stem, stem + "e")
    if stem.endswith("s"):
        yield stem[:-1]
