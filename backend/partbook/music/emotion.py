"""Words to emotion: a hand-written lexicon, turned round by negation, scaled by intensity, cut into sections."""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from partbook.core.errors import UnusableInput
from partbook.music.word_forms import DEPRIVED, known_words

LANGUAGES = ("en", "de", "fr", "es", "zh")
LEXICON_VERSION = "2"
"""A word that an older version has keeps its numbers, so that songs made of it stay what they are."""
REACH_OF_NEGATION = 3
"""How many words after a `not` its mood word may come."""
LONGEST_MOOD = 2000
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_STOP = re.compile(r"[,;.!?:/|&+\n，。；、！？：…–—]+|->|→|=>")
_JOINTS = frozenset(("and", "or", "but", "und", "oder", "aber", "et", "ou", "mais", "y", "o", "pero", *"和与的地了吗"))
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Emotion:
    """A mood as two whole numbers.

    Args:
        words: the words that gave it, or how else it came about.
        valence: from -100 (unpleasant) to 100 (pleasant).
        arousal: from -100 (at rest) to 100 (stirred).
    """

    words: str
    valence: int
    arousal: int


@dataclass(frozen=True)
class _Lexicon:
    moods: dict[str, tuple[int, int]]
    shown: dict[str, str]
    spelt: dict[str, str]
    negations: frozenset[str]
    strengths: dict[str, int]
    turns: frozenset[str]
    neutral: frozenset[str]

    def knows(self, word: str) -> bool:
        return (
            word in self.moods
            or word in self.negations
            or word in self.strengths
            or word in self.turns
            or word in self.neutral
        )


def fold(word: str) -> str:
    """A word in small letters without accents, so that `Tränen`, `tranen` and `TRÄNEN` are one."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def _lines(name: str) -> Iterator[list[str]]:
    text = (files("partbook.music") / "lexicon" / f"{name}.txt").read_text(encoding="utf-8")
    return (line.split() for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def _lexicon() -> _Lexicon:
    moods: dict[str, tuple[int, int]] = {}
    shown: dict[str, str] = {}
    for language in LANGUAGES:
        for valence, arousal, *words in _lines(language):
            for word in words:
                moods.setdefault(fold(word), (int(valence), int(arousal)))
                shown.setdefault(fold(word), word)
    spelt: dict[str, str] = {}
    negations: set[str] = set()
    strengths: dict[str, int] = {}
    turns: set[str] = set()
    for kind, *words in _lines("modifiers"):
        spelt |= {fold(word): word for word in words}
        if kind == "times":
            strengths |= {fold(word): int(words[0]) for word in words[1:]}
        else:
            (negations if kind == "not" else turns).update(map(fold, words))
    spelt |= {fold(word): word for line in _lines("neutral") for word in line}
    neutral = frozenset(fold(word) for line in _lines("neutral") for word in line)
    return _Lexicon(moods, shown, spelt | shown, frozenset(negations), strengths, frozenset(turns), neutral)


def known_moods() -> list[str]:
    """Every mood word of the lexicon as it is written, all languages."""
    return list(_lexicon().shown.values())


def read_mood(text: str) -> list[Emotion]:
    """The emotions that a text names, one for each section.

    A comma, another stop, or a word such as `then` begins a new section. Mood words of one section are averaged.

    Args:
        text: such as `grief, then hope` or `very calm but not happy`, in English, German, French, Spanish or Chinese.

    Returns:
        At least one emotion, in order.

    Raises:
        UnusableInput: a word that is neither a mood nor a harmless one, or no mood at all; it names the nearest known.
    """
    if len(text) > LONGEST_MOOD:
        raise UnusableInput(f"The mood has {len(text)} characters; {LONGEST_MOOD} are the most.")
    lexicon = _lexicon()
    sections = [emotion for words in _sections(text, lexicon) if (emotion := _average(words, lexicon))]
    if not sections:
        raise UnusableInput(
            f"'{text}' names no mood. Say one, such as calm, hope or grief, or give --valence and --arousal."
        )
    return sections


def _sections(text: str, lexicon: _Lexicon) -> Iterator[list[str]]:
    for clause in _STOP.split(text):
        words: list[str] = []
        for word in _words(clause, lexicon):
            if word in lexicon.turns:
                yield words
                words = []
            else:
                words.append(word)
        yield words


def _words(clause: str, lexicon: _Lexicon) -> Iterator[str]:
    for match in _WORD.finditer(clause):
        last = 0
        for run in _CHINESE.finditer(match[0]):
            if run.start() > last:
                yield from _known(match[0][last : run.start()], lexicon)
            yield from _chinese_words(run[0], lexicon)
            last = run.end()
        if last < len(match[0]):
            yield from _known(match[0][last:], lexicon)


def _chinese_words(run: str, lexicon: _Lexicon) -> Iterator[str]:
    at = 0
    while at < len(run):
        size = next((n for n in (4, 3, 2, 1) if lexicon.knows(run[at : at + n])), 0)
        if not size:
            raise _unknown(run[at:], lexicon)
        yield run[at : at + size]
        at += size


def _known(word: str, lexicon: _Lexicon) -> tuple[str, ...]:
    """A word in the words that the lexicon has; of one with an apostrophe or a hyphen, the part that tells most."""
    folded = fold(word)
    if found := known_words(folded, lexicon.knows):
        return found
    parts = re.split("['-]", folded)
    read = [known_words(part, lexicon.knows) for part in parts if len(part) > 1]
    if len(parts) == 1 or not all(read):
        raise _unknown(word, lexicon)
    told = [found for found in read if found]
    return next((found for found in told if found[-1] in lexicon.moods), told[0] if told else ())


def _unknown(word: str, lexicon: _Lexicon) -> UnusableInput:
    return UnusableInput(
        f"'{word}' is not a mood that the lexicon knows. Nearest known: {_nearest(word, lexicon)}. "
        "Use one of these, or give --valence and --arousal yourself."
    )


def _nearest(word: str, lexicon: _Lexicon) -> str:
    near = difflib.get_close_matches(fold(word), sorted(lexicon.shown), n=3, cutoff=0.0)
    return ", ".join(lexicon.shown[found] for found in near)


def _average(words: list[str], lexicon: _Lexicon) -> Emotion | None:
    found: list[tuple[int, int]] = []
    strength, negated_for = 100, 0
    for word in words:
        if word in lexicon.negations:
            negated_for = REACH_OF_NEGATION
        elif word == DEPRIVED:
            negated_for = 0 if negated_for else 1
        elif word in lexicon.strengths and word not in lexicon.moods:
            strength = strength * lexicon.strengths[word] // 100
        elif word in lexicon.moods:
            valence, arousal = lexicon.moods[word]
            valence, arousal = _clamp(_scaled(valence, strength)), _clamp(_scaled(arousal, strength))
            found.append((_scaled(valence, -70), _scaled(arousal, -40)) if negated_for else (valence, arousal))
            strength, negated_for = 100, 0
        else:
            negated_for = max(0, negated_for - 1)
    if not found:
        return None
    mean = [_divided(sum(axis), len(found)) for axis in zip(*found, strict=True)]
    return Emotion(_label(words, lexicon), mean[0], mean[1])


def _label(words: list[str], lexicon: _Lexicon) -> str:
    """The words of a section without a joint at its ends: `calm but` is shown as `calm`."""
    telling = [n for n, word in enumerate(words) if word not in _JOINTS]
    told = words[telling[0] : telling[-1] + 1]
    return " ".join("without" if word == DEPRIVED else lexicon.spelt.get(word, word) for word in told)


def _scaled(value: int, percent: int) -> int:
    return _divided(value * percent, 100)


def _divided(value: int, by: int) -> int:
    """Division rounded half away from zero, so that good and bad moods are treated alike."""
    return (2 * abs(value) + by) // (2 * by) * (1 if value >= 0 else -1)


def _clamp(value: int) -> int:
    return max(-100, min(100, value))
