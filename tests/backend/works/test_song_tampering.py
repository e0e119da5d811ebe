"""Whatever is changed in a song folder, `song verify` names the first thing that differs, and where in it."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from partbook.core.canonical import canonical_json, sha256_hex
from partbook.core.clock import FixedClock
from partbook.music.midi_file import read_midi, write_midi
from partbook.music.request import ComposeRequest
from partbook.music.score import STEP, TICKS, Note, Part, Score, Tempo
from partbook.works.session_log import BEGINNING
from partbook.works.song_folder import SongFolder
from partbook.works.song_json import facts_of, song_bytes
from partbook.works.song_making import compose_song
from partbook.works.song_verifying import Finding, verify_folder
from partbook.works.takes import add_take

CLOCK = FixedClock(datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
TAKE, WORDS = "takes/001-melody-5-6.mid", "takes/002-lyrics-1-8.txt"


def tune(path: Path, pitches: list[int]) -> Path:
    notes = tuple(Note(i * TICKS, pitch, TICKS, 80) for i, pitch in enumerate(pitches))
    part = Part("lead", "", 0, 0, 64, 40, notes)
    score = Score("", (4, 4), 0, False, -(-len(pitches) // 4), (Tempo(0, 500_000),), (part,))
    path.write_bytes(write_midi(score))
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A song with a melody take and a verse, and nothing wrong."""
    root = tmp_path_factory.mktemp("whole")
    request = ComposeRequest("grief, then hope", 30, 7, by="0xAna", title="Räin")
    song = compose_song(root / "song", request, None, CLOCK)
    add_take(song, "melody", tune(root / "t.mid", [72, 74, 76, 77, 79, 77, 76, 74]), "5-6", "0xBen", CLOCK)
    (root / "words.txt").write_text("Rain on the roof\nand nobody home\nbut the cat\n", encoding="utf-8")
    add_take(song, "lyrics", root / "words.txt", "1-8", "0xChen", CLOCK)
    assert found(song.path) == []
    return song.path


@pytest.fixture
def song(whole: Path, tmp_path: Path) -> Path:
    """A copy to harm."""
    return Path(shutil.copytree(whole, tmp_path / "song"))


def found(song: Path) -> list[Finding]:
    return verify_folder(song)[1]


def edited(path: Path, change: Callable[[Any], None]) -> None:
    facts = json.loads(path.read_text(encoding="utf-8"))
    change(facts)
    path.write_bytes(song_bytes(facts))


def other(value: Any) -> Any:
    if isinstance(value, dict):
        return {**value, "x": 1}
    if isinstance(value, bool) or value is None:
        return "something"
    if isinstance(value, int | float):
        return value + 1
    return value[:-1] if value else [1] if isinstance(value, list) else "x"


def test_each_changed_fact_of_the_song_is_named(song: Path) -> None:
    facts = json.loads((song / "song.json").read_text(encoding="utf-8"))
    paths = [path for path, _ in facts_of(facts)]
    assert {"seed", "parameters.mood", "engine.version", "plan.tempo", "title"} <= set(paths)
    original = (song / "song.json").read_bytes()
    for path in paths:
        if path == "schema":
            continue

        def change(facts: Any, path: str = path) -> None:
            outer, _, inner = path.partition(".")
            holder, key = (facts[outer], inner) if inner else (facts, outer)
            holder[key] = other(holder[key])

        edited(song / "song.json", change)
        first = found(song)[0]
        assert (first.thing, first.parameter) == ("song.json", path)
        (song / "song.json").write_bytes(original)


def test_an_added_a_missing_and_a_rewritten_fact_are_told_apart(song: Path) -> None:
    original = (song / "song.json").read_bytes()
    edited(song / "song.json", lambda facts: facts.update(colour="blue"))
    assert found(song)[0].parameter == "colour"
    (song / "song.json").write_bytes(original)
    edited(song / "song.json", lambda facts: facts.pop("seed"))
    assert "lacks seed" in found(song)[0].message
    (song / "song.json").write_bytes(original.replace(b"\n", b"\r\n"))
    assert "only how they are written" in found(song)[0].message


@pytest.mark.parametrize("thing", ["song.json", "draft.mid", "score.mid", "session.jsonl", "lyrics.txt", TAKE, WORDS])
def test_a_flipped_bit_anywhere_is_named(song: Path, thing: str) -> None:
    path = song / thing
    original = path.read_bytes()
    step = max(1, len(original) // 9)
    for at in range(0, len(original), step):
        for bit in (0, 5, 7):
            harmed = bytearray(original)
            harmed[at] ^= 1 << bit
            path.write_bytes(harmed)
            first = found(song)[0]
            assert first.thing == thing, f"bit {bit} of byte {at}"
            if thing == "session.jsonl":
                assert first.line == original[:at].count(b"\n") + 1
            assert first.message
    path.write_bytes(original)


@pytest.mark.parametrize("thing", ["draft.mid", "score.mid", "session.jsonl", "lyrics.txt", TAKE, WORDS])
def test_a_missing_or_shortened_or_lengthened_file_is_named(song: Path, thing: str) -> None:
    path = song / thing
    original = path.read_bytes()
    for changed in (original[:-1], original + b"\n", b""):
        path.write_bytes(changed)
        assert found(song)[0].thing == thing
    path.unlink()
    assert found(song)[0].thing == thing


def with_note(path: Path, part_name: str, number: int, change: Callable[[Note], Note]) -> Note:
    score = read_midi(path.read_bytes())
    part = score.part(part_name)
    assert part is not None
    notes = list(part.notes)
    old, notes[number] = notes[number], change(notes[number])
    changed = score.with_part(replace(part, notes=tuple(sorted(notes))))
    path.write_bytes(write_midi(replace(changed, title="")))
    return old


@pytest.mark.parametrize("name", ["draft.mid", "score.mid"])
@pytest.mark.parametrize(
    "change",
    [
        lambda n: replace(n, pitch=n.pitch + 1),
        lambda n: replace(n, start=n.start + STEP // 2, length=STEP),
        lambda n: replace(n, length=n.length + 1),
        lambda n: replace(n, velocity=n.velocity + 1),
    ],
)
def test_a_changed_note_is_named_by_part_bar_and_beat(song: Path, name: str, change: Callable[[Note], Note]) -> None:
    score = read_midi((song / name).read_bytes())
    for part in score.parts:
        original = (song / name).read_bytes()
        number = len(part.notes) // 2
        old = with_note(song / name, part.name, number, change)
        first = found(song)[0]
        assert (first.thing, first.part, first.bar) == (name, part.name, score.bar_of(old.start))
        assert float(first.beat) == round(1 + old.start % score.bar_ticks * score.metre[1] / (4 * TICKS), 3)
        (song / name).write_bytes(original)


def test_tempo_metre_instrument_and_part_are_named(song: Path) -> None:
    score = read_midi((song / "draft.mid").read_bytes())
    first_part = score.parts[0]
    cases: list[tuple[str, Score]] = [
        ("tempo", replace(score, tempi=(Tempo(0, score.tempi[0].microseconds + 1), *score.tempi[1:]))),
        ("metre", replace(score, metre=(score.metre[0] + 1, score.metre[1]))),
        ("sharps", replace(score, sharps=(score.sharps + 1) % 7)),
        ("program of melody", score.with_part(replace(first_part, program=first_part.program ^ 1))),
        ("pan of melody", score.with_part(replace(first_part, pan=first_part.pan ^ 1))),
        ("parts should be", replace(score, parts=score.parts[:-1])),
    ]
    for named, changed in cases:
        (song / "draft.mid").write_bytes(write_midi(replace(changed, title="")))
        first = found(song)[0]
        assert first.thing == "draft.mid"
        assert named in first.message


def test_a_changed_take_is_named_with_its_bar(song: Path) -> None:
    tune(song / TAKE, [72, 74, 76, 77, 79, 80, 76, 74])
    first = found(song)[0]
    assert (first.thing, first.line, first.part) == (TAKE, 2, "melody")
    score = SongFolder.open(song).score()
    assert first.bar == 5 + 5 * TICKS // score.bar_ticks


def test_a_changed_line_of_the_words_is_named(song: Path) -> None:
    text = (song / "lyrics.txt").read_text(encoding="utf-8")
    (song / "lyrics.txt").write_text(text.replace("nobody", "somebody"), encoding="utf-8")
    first = found(song)[0]
    assert (first.thing, first.line) == ("lyrics.txt", 2)
    assert "“and nobody home”" in first.message


def rechained(song: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change lines of the log and give them all new, fitting hashes, as a careful forger would."""
    lines = [json.loads(line) for line in (song / "session.jsonl").read_text(encoding="utf-8").splitlines()]
    change(lines)
    previous = BEGINNING
    for number, line in enumerate(lines, 1):
        line.pop("hash")
        line |= {"number": number, "previous": previous}
        previous = line["hash"] = sha256_hex(canonical_json(line))
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
    (song / "session.jsonl").write_text(text, encoding="utf-8")


FORGERIES: dict[str, tuple[Callable[[list[dict[str, Any]]], None], str, int]] = {
    "other bars": (lambda log: log[1].update(bars=[6, 7]), "session.jsonl", 2),
    "other layer": (lambda log: log[1].update(layer="bass"), "session.jsonl", 2),
    "other hash of the take": (lambda log: log[1]["from"].update(sha256="0" * 64), TAKE, 2),
    "other file": (lambda log: log[1]["from"].update(file=WORDS), WORDS, 2),
    "a file outside": (lambda log: log[1]["from"].update(file="../t.mid"), "../t.mid", 2),
    "other score": (lambda log: log[1]["giving"].update(score_sha256="0" * 64), "session.jsonl", 2),
    "other words": (lambda log: log[2]["giving"].update(lyrics_sha256="0" * 64), "session.jsonl", 3),
    "other draft": (lambda log: log[0]["giving"].update(draft_sha256="0" * 64), "session.jsonl", 1),
    "other song": (lambda log: log[0]["from"].update(song_sha256="0" * 64), "song.json", 0),
    "no beginning": (lambda log: log.pop(0), "session.jsonl", 1),
    "a take left out": (lambda log: log.pop(1), TAKE, 0),
    "takes exchanged": (lambda log: log.insert(0, log.pop()), "session.jsonl", 1),
    "no file": (lambda log: log[1]["from"].pop("file"), "session.jsonl", 2),
    "no bars": (lambda log: log[1].update(bars=None), "session.jsonl", 2),
    "bars that no song has": (lambda log: log[1].update(bars=[900, 901]), "session.jsonl", 2),
    "no such layer": (lambda log: log[2].update(layer="tuba"), "session.jsonl", 3),
    "composed twice": (lambda log: log.append(dict(log[0])), "session.jsonl", 1),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_log_that_was_forged_as_a_whole_contradicts_the_files(song: Path, forgery: str) -> None:
    change, thing, line = FORGERIES[forgery]
    rechained(song, change)
    first = found(song)[0]
    assert (first.thing, first.line) == (thing, line)


def test_a_plan_that_does_not_follow_from_the_seed_is_named_though_all_hashes_fit(song: Path) -> None:
    for path, change in {
        "plan.tempo": lambda facts: facts["plan"].update(tempo=facts["plan"]["tempo"] + 1),
        "milliseconds": lambda facts: facts.update(milliseconds=1),
        "draft_sha256": lambda facts: facts.update(draft_sha256="0" * 64),
    }.items():
        original, log = (song / "song.json").read_bytes(), (song / "session.jsonl").read_bytes()
        edited(song / "song.json", change)
        rechained(song, lambda log: log[0]["from"].update(song_sha256=sha256_hex((song / "song.json").read_bytes())))
        first = found(song)[0]
        assert (first.thing, first.parameter) == ("song.json", path)
        (song / "song.json").write_bytes(original)
        (song / "session.jsonl").write_bytes(log)


def test_a_seed_that_was_changed_with_all_hashes_is_contradicted_by_the_plan_or_the_draft(song: Path) -> None:
    edited(song / "song.json", lambda facts: facts.update(seed=8))
    rechained(song, lambda log: log[0]["from"].update(song_sha256=sha256_hex((song / "song.json").read_bytes())))
    assert found(song)[0].thing == "song.json"


def test_a_name_in_a_log_that_was_forged_as_a_whole_shows_in_its_last_hash_only(song: Path) -> None:
    head = SongFolder.open(song).log()[-1].hash
    rechained(song, lambda log: log[1].update(by="0xMallory"))
    assert found(song) == []
    assert SongFolder.open(song).log()[-1].hash != head


def test_files_that_nobody_logged_are_named(song: Path) -> None:
    (song / "takes" / "003-bass-1-1.mid").write_bytes(b"x")
    assert found(song)[0].thing == "takes/003-bass-1-1.mid"


def test_a_song_that_cannot_be_read_is_a_finding(song: Path) -> None:
    (song / "song.json").write_text("{")
    assert [finding.thing for finding in found(song)] == ["song.json"]
