"""The lexicon in five languages: its size, negation, intensity, endings, and what it may never change."""

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partbook.core.errors import UnusableInput
from partbook.music.emotion import LANGUAGES, fold, known_moods, read_mood

FIRST = json.loads((Path(__file__).parent / "lexicon_1.json").read_text(encoding="utf-8"))
"""Valence and arousal of every word of the lexicon's first version."""


def _of(text: str) -> tuple[int, int]:
    (emotion,) = read_mood(text)
    return emotion.valence, emotion.arousal


def test_no_word_of_the_first_lexicon_has_changed() -> None:
    assert len(FIRST) > 800
    changed = {word: (_of(word), tuple(was)) for word, was in FIRST.items() if _of(word) != tuple(was)}
    assert changed == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_hundreds_of_words(language: str) -> None:
    text = (files("partbook.music") / "lexicon" / f"{language}.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    words = Counter(fold(word) for row in rows for word in row[2:])
    assert sum(words.values()) >= 600
    assert all(-100 <= int(number) <= 100 for row in rows for number in row[:2])


@pytest.mark.parametrize(
    ("text", "pleasant"),
    [
        ("not happy", False),
        ("ohne Hoffnung", False),
        ("不开心", False),
        ("不再悲伤", True),
        ("nada triste", True),
        ("pas gai", False),
        ("sans espoir", False),
        ("il n'y a pas d'espoir", False),
        ("没有希望", False),
        ("kein Trost", False),
        ("ni miedo ni odio", True),
        ("joyless", False),
        ("freudlos", False),
        ("unfroh", False),
        ("fearless", True),
        ("not joyless", True),
        ("nicht hoffnungslos", True),
        ("aucune joie", False),
    ],
)
def test_a_word_turned_round_is_turned_round_in_every_language(text: str, pleasant: bool) -> None:
    assert (_of(text)[0] > 0) is pleasant


@pytest.mark.parametrize(
    ("weak", "plain", "strong"),
    [
        ("slightly sad", "sad", "very sad"),
        ("un peu triste", "triste", "très triste"),
        ("ein wenig traurig", "traurig", "zutiefst traurig"),
        ("有点悲伤", "悲伤", "非常悲伤"),
        ("algo triste", "triste", "tristísimo"),
    ],
)
def test_intensity_moves_both_axes(weak: str, plain: str, strong: str) -> None:
    assert _of(strong)[0] < _of(plain)[0] < _of(weak)[0] < 0
    assert _of(strong)[1] < _of(plain)[1] < _of(weak)[1] < 0


def test_barely_is_weaker_than_slightly() -> None:
    assert 0 > _of("kaum traurig")[0] > _of("etwas traurig")[0]


@pytest.mark.parametrize(
    "text",
    [
        "grief, then hope",
        "先悲伤，后希望",
        "d'abord la tristesse, puis l'espoir",
        "erst Trauer, dann Hoffnung",
        "primero tristeza, luego esperanza",
        "sadness turning into hope",
        "Trauer, schließlich Hoffnung",
        "从悲伤变成希望",
    ],
)
def test_two_sections_are_read_in_every_language(text: str) -> None:
    first, second = read_mood(text)
    assert first.valence < -50
    assert second.valence > 50


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("happiest", "happy"),
        ("fröhlicher", "froh"),
        ("Liebeslied", "liebe"),
        ("Trauermusik", "trauer"),
        ("tristemente", "triste"),
        ("tranquilamente", "tranquilo"),
        ("courageusement", "courageux"),
        ("l'espérance", "espérance"),
        ("TRÄNEN", "tränen"),
        ("felices", "feliz"),
    ],
)
def test_endings_lead_to_the_word(form: str, word: str) -> None:
    assert _of(form) == _of(word)


def test_an_unknown_word_in_any_script_is_answered_with_known_ones() -> None:
    with pytest.raises(UnusableInput, match="Nearest known: ") as refused:
        read_mood("melancolíaz")
    assert "melancolía" in str(refused.value)
    with pytest.raises(UnusableInput, match="鑫"):
        read_mood("鑫")


@given(st.sampled_from(known_moods()), st.sampled_from(known_moods()))
def test_a_mean_of_two_words_lies_between_them(one: str, other: str) -> None:
    numbers = [_of(word.replace("-", " ")) for word in (one, other)]
    both = read_mood(f"{one} and {other}".replace("-", " "))
    assert len(both) == 1
    for axis, mean in enumerate((both[0].valence, both[0].arousal)):
        assert min(n[axis] for n in numbers) - 1 <= mean <= max(n[axis] for n in numbers) + 1
