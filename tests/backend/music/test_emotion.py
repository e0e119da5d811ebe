"""Words become valence and arousal."""

import pytest

from partbook.core.errors import UnusableInput
from partbook.music.emotion import known_moods, read_mood


def test_grief_then_hope_are_two_sections_of_opposite_pleasure() -> None:
    grief, hope = read_mood("grief, then hope")
    assert grief.valence < -50
    assert hope.valence > 50


@pytest.mark.parametrize(
    "text", ["calm; joy", "calm then joy", "calm. Joy!", "calm → joy", "Ruhe, dann Freude", "平静，然后快乐"]
)
def test_stops_and_then_words_begin_a_section(text: str) -> None:
    first, second = read_mood(text)
    assert first.arousal < -50
    assert second.valence > 70


def test_words_without_a_stop_are_averaged() -> None:
    (both,) = read_mood("sad and angry")
    (sad,), (angry,) = read_mood("sad"), read_mood("angry")
    assert sad.arousal < both.arousal < angry.arousal


def test_not_turns_a_mood_round() -> None:
    assert read_mood("not happy")[0].valence < 0
    assert read_mood("without fear")[0].valence > 0
    assert read_mood("nicht traurig")[0].valence > 0


def test_very_strengthens_and_slightly_weakens() -> None:
    slightly, plain, very = (read_mood(text)[0].valence for text in ("slightly sad", "sad", "very sad"))
    assert very < plain < slightly < 0


@pytest.mark.parametrize(
    ("text", "pleasant", "stirred"),
    [
        ("a sad song for my grandmother", False, False),
        ("ANGER", False, True),
        ("Trauer", False, False),
        ("canción triste de despedida", False, False),
        ("fiesta alegre", True, True),
        ("colère et vengeance", False, True),
        ("berceuse calme", True, False),
        ("悲伤的离别之歌", False, False),
        ("开心的派对", True, True),
        ("zärtlich", True, False),
        ("peacefulness", True, False),
    ],
)
def test_five_languages_fall_into_the_right_quarter(text: str, pleasant: bool, stirred: bool) -> None:
    (emotion,) = read_mood(text)
    assert (emotion.valence > 0) is pleasant
    assert (emotion.arousal > 0) is stirred


@pytest.mark.parametrize(
    ("wrong", "right"), [("hopp", "hope"), ("angr", "angry"), ("sadnes", "sadness"), ("trauig", "traurig")]
)
def test_an_unknown_word_names_the_nearest_known_ones(wrong: str, right: str) -> None:
    with pytest.raises(UnusableInput, match=right) as refused:
        read_mood(f"joy, then {wrong}")
    assert f"'{wrong}'" in str(refused.value)


@pytest.mark.parametrize("text", ["", "the song of the house", "12 34", ", , ,"])
def test_no_mood_at_all_is_refused(text: str) -> None:
    with pytest.raises(UnusableInput, match="names no mood"):
        read_mood(text)


def test_a_flood_of_words_is_refused() -> None:
    with pytest.raises(UnusableInput, match="2000"):
        read_mood("joy " * 1000)


def test_every_word_of_the_lexicon_reads_back() -> None:
    assert len(known_moods()) > 600
    for word in known_moods():
        (emotion,) = read_mood(word.replace("-", " "))
        assert -100 <= emotion.valence <= 100
        assert -100 <= emotion.arousal <= 100


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("calm but then angry", ["calm", "angry"]),
        ("tristeza y luego esperanza", ["tristeza", "esperanza"]),
        ("dark forest", ["dark forest"]),
        ("happy and sad", ["happy and sad"]),
    ],
)
def test_a_section_is_called_by_its_words_without_a_joint_at_its_ends(text: str, shown: list[str]) -> None:
    assert [emotion.words for emotion in read_mood(text)] == shown


@pytest.mark.parametrize("text", ["开心吗", "悲伤地", "chill lofi", "birthday party", "heroic march", "a good day"])
def test_everyday_words_are_known(text: str) -> None:
    assert read_mood(text)
