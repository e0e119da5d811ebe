"""Songs made from other songs: whose notes they hold, that they can be made again, and what is refused."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_song_folder import tune

from partbook.core.clock import FixedClock
from partbook.core.errors import Mismatch, NotFound, UnusableInput
from partbook.music.derivation import (
    CONTINUATION,
    KINDS,
    ORNAMENTED,
    OTHER_METRE,
    OTHER_MODE,
    REHARMONISATION,
    RESTYLE,
    Derivation,
)
from partbook.music.material import read_material
from partbook.music.midi_file import write_midi
from partbook.music.modes import SCALES
from partbook.music.musicxml_writer import write_musicxml
from partbook.music.request import ComposeRequest
from partbook.music.score import MELODY, TICKS, Note, Part, Score, Tempo
from partbook.works.session_log import COMPOSED, TAKEN
from partbook.works.song_deriving import derive_song, from_melody, from_parent, ranked, variation_requests, with_variant
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.song_parent import Parent, check_parent, read_parent
from partbook.works.song_replay import FROM_PARENT, ChangedTake
from partbook.works.song_share import share_of
from partbook.works.song_verifying import verify_song
from partbook.works.takes import add_take

CLOCK = FixedClock(datetime(2026, 11, 26, 18, 0, tzinfo=UTC))
BEN = "0xBen"
BENS = [72, 74, 76, 77, 79, 77, 76, 74, 72, 71, 69, 71, 72, 74, 72, 72]


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Parent:
    """Thirty seconds by the machine with four bars of melody by Ben."""
    root = tmp_path_factory.mktemp("parent")
    song = compose_song(root / "song", ComposeRequest("hope", 30, 7, by="0xAna"), None, CLOCK)
    add_take(song, MELODY, tune(root / "t.mid", BENS), "5-8", BEN, CLOCK)
    return read_parent(SongFolder.open(root / "song"))


def derived(parent: Parent, out: Path, kind: str, bars: int = 0, **fields: object) -> SongFolder:
    wish = ComposeRequest(**({"mood": "", "seed": 3} | fields))  # type: ignore[arg-type]
    return derive_song(out, parent, from_parent(parent, kind, wish, bars), None, CLOCK)


WISHES = {CONTINUATION: {"bars": 8}, RESTYLE: {"mood": "grief"}, "other texture": {"style": "swing"}}


@pytest.mark.parametrize("kind", KINDS)
def test_a_child_is_made_again_byte_for_byte_and_keeps_whose_notes_they_are(
    kind: str, parent: Parent, tmp_path: Path
) -> None:
    child = derived(parent, tmp_path / "a", kind, **WISHES.get(kind, {}))  # type: ignore[arg-type]
    again = derived(parent, tmp_path / "b", kind, title="A", **WISHES.get(kind, {}))  # type: ignore[arg-type]
    assert verify_song(child) == []
    assert check_parent(child, parent.folder) == []
    for name in ("draft.mid", "score.mid", "material.mid"):
        assert (child.path / name).read_bytes() == (again.path / name).read_bytes()
    bens = sum(owner == BEN for _, owner in parent.material.notes)
    human = share_of(child).layers[MELODY].human
    assert human == bens if kind not in (RESTYLE, OTHER_METRE) else 0 < human <= bens
    log = child.log()
    assert [(entry.what, entry.by) for entry in log] == [(COMPOSED, "engine rules 2"), (TAKEN, BEN)]
    assert log[0].source["derivation"] == kind
    assert child.song["parent"]["score_sha256"] == parent.facts["score_sha256"]


def test_what_a_child_keeps_note_for_note(parent: Parent, tmp_path: Path) -> None:
    old = [(n.start, n.pitch) for n in parent.folder.score().in_layer(MELODY)]
    longer = derived(parent, tmp_path / "a", CONTINUATION, 8).score()
    new = [(n.start, n.pitch) for n in longer.in_layer(MELODY)]
    assert new[: len(old)] == old
    assert len(new) > len(old)
    assert longer.bars == parent.material.bars + 8
    other = derived(parent, tmp_path / "b", REHARMONISATION)
    assert [(n.start, n.pitch) for n in other.score().in_layer(MELODY)] == old
    ornamented = derived(parent, tmp_path / "c", ORNAMENTED).score().in_layer(MELODY)
    assert set(old) < {(n.start, n.pitch) for n in ornamented}


def test_another_mode_and_another_metre_are_what_they_say(parent: Parent, tmp_path: Path) -> None:
    minor = derived(parent, tmp_path / "a", OTHER_MODE)
    assert SCALES[minor.song["plan"]["mode"]][2] != SCALES[parent.folder.song["plan"]["mode"]][2]
    three = derived(parent, tmp_path / "b", OTHER_METRE)
    assert tuple(three.song["plan"]["metre"]) != parent.material.metre
    assert three.score().bars == parent.material.bars


def test_a_restyled_melody_follows_the_contour_bar_by_bar(parent: Parent, tmp_path: Path) -> None:
    waltz = derived(parent, tmp_path / "a", RESTYLE, style="waltz")
    kept = read_material(waltz.paths.material.read_bytes()).notes
    score = waltz.score()
    for bar in range(parent.material.bars):
        before = [note.pitch for note, _ in kept if note.start // (4 * TICKS) == bar]
        after = [note.pitch for note in score.in_layer(MELODY) if note.start // score.bar_ticks == bar]
        assert bool(before) == bool(after)
        if len(before) > 1 and before[0] != before[-1]:
            assert (after[0] < max(after)) or (before[0] == max(before))
    assert waltz.song["plan"]["metre"] == [3, 4]


def test_the_ways_to_harmonise_differ_and_are_ranked(parent: Parent, tmp_path: Path) -> None:
    request = from_parent(parent, REHARMONISATION, ComposeRequest("", seed=3))
    found = ranked(request, 8)
    assert len({tuple(chord.degree for chord in one.chords) for one in found}) == len(found) >= 4
    assert [one.cost for one in found] == sorted(one.cost for one in found)
    assert found == ranked(request, 8)
    drafts = set()
    for number, one in enumerate(found[:3]):
        child = derive_song(tmp_path / str(number), parent, with_variant(request, one.variant), None, CLOCK)
        drafts.add(child.paths.draft.read_bytes())
        assert verify_song(child) == []
    assert len(drafts) == 3


def test_variations_are_each_a_song_and_come_out_the_same(parent: Parent, tmp_path: Path) -> None:
    wishes = variation_requests(parent, ComposeRequest("", seed=2), 6)
    drafts = [derive_song(tmp_path / n, parent, r, None, CLOCK).paths.draft.read_bytes() for n, r in wishes]
    assert len(set(drafts)) == 6
    again = [
        derive_song(tmp_path / "again" / n, parent, r, None, CLOCK).paths.draft.read_bytes()
        for n, r in variation_requests(parent, ComposeRequest("", seed=2), 6)
    ]
    assert again == drafts
    with pytest.raises(UnusableInput, match="--count is 0"):
        variation_requests(parent, ComposeRequest(""), 0)


def test_a_grandchild_still_knows_whose_notes_they_are(parent: Parent, tmp_path: Path) -> None:
    child = derived(parent, tmp_path / "a", OTHER_MODE)
    add_take(child, MELODY, tune(tmp_path / "c.mid", [60, 62, 63, 65]), "1", "0xChen", CLOCK)
    grandchild = derived(read_parent(SongFolder.open(child.path)), tmp_path / "b", REHARMONISATION)
    owners = {owner for _, owner in read_material(grandchild.paths.material.read_bytes()).notes}
    assert owners == {"", BEN, "0xChen"}
    assert verify_song(grandchild) == []


def test_a_humans_opening_stays_hers_although_the_machine_takes_up_its_motif(tmp_path: Path) -> None:
    data = tune(tmp_path / "opening.mid", BENS).read_bytes()
    wish = from_melody(ComposeRequest("", melody=data, by="0xAna"), CONTINUATION, "opening.mid", 8)
    song = compose_song(tmp_path / "song", wish, None, CLOCK)
    melody = song.score().in_layer(MELODY)
    assert [(n.start, n.pitch) for n in melody[: len(BENS)]] == [(i * TICKS, p) for i, p in enumerate(BENS)]
    assert share_of(song).layers[MELODY].human == len(BENS)
    assert song.song["plan"]["key"] == "C"
    assert song.score().bars == 12
    assert melody[-1].pitch % 12 == 0
    assert verify_song(song) == []


def test_a_melody_in_musicxml_is_kept_as_it_came(tmp_path: Path) -> None:
    part = Part("song", "", 0, 0, 64, 40, tuple(Note(i * TICKS, p, TICKS, 80) for i, p in enumerate(BENS)))
    data = write_musicxml(Score("", (4, 4), 0, False, 4, (Tempo(0, 500_000),), (part,)))
    song = compose_song(tmp_path / "song", ComposeRequest("calm", melody=data), None, CLOCK)
    assert (song.paths.takes / "001-melody-1-4.musicxml").read_bytes() == data
    (tmp_path / "take.musicxml").write_bytes(data)
    add_take(song, MELODY, tmp_path / "take.musicxml", "1-4", BEN, CLOCK)
    assert [n.pitch for n in song.score().in_layer(MELODY)] == BENS
    assert verify_song(song) == []


def test_a_song_that_was_changed_is_no_parent(tmp_path: Path) -> None:
    song = compose_song(tmp_path / "song", ComposeRequest("hope", 12, 1), None, CLOCK)
    song.paths.score.write_bytes(song.paths.score.read_bytes() + b"\0")
    with pytest.raises(Mismatch, match=r"cannot be a parent: score\.mid"):
        read_parent(SongFolder.open(song.path))
    with pytest.raises(NotFound, match="not a song folder"):
        SongFolder.open(tmp_path / "nowhere")


def test_each_thing_that_is_changed_in_a_child_is_named(parent: Parent, tmp_path: Path) -> None:
    child = derived(parent, tmp_path / "a", OTHER_MODE)
    material = child.paths.material.read_bytes()
    child.paths.material.write_bytes(material.replace(b"melody by 0xBen", b"melody by 0xEve"))
    changed = SongFolder.open(child.path)
    take = next(path.name for path in child.paths.takes.iterdir())
    assert [finding.thing for finding in verify_song(changed)][:2] == ["material.mid", f"takes/{take}"]
    with pytest.raises(ChangedTake, match="not what 0xBen has"):
        share_of(changed)
    child.paths.material.write_bytes(material)
    assert verify_song(child) == []
    wrong = json.loads(child.paths.song.read_text())
    wrong["parent"]["score_sha256"] = "0" * 64
    child.paths.song.write_text(json.dumps(wrong))
    assert "score_sha256" in check_parent(SongFolder.open(child.path), parent.folder)[0]


def test_a_take_that_only_says_it_comes_from_the_parent_is_not_believed(parent: Parent, tmp_path: Path) -> None:
    child = derived(parent, tmp_path / "a", OTHER_MODE)
    stolen = tmp_path / "stolen.mid"
    stolen.write_bytes(child.paths.draft.read_bytes())
    with pytest.raises(ChangedTake, match="not what 0xEve has in the parent's melody"):
        add_take(child, MELODY, stolen, None, "0xEve", CLOCK, kind=FROM_PARENT)
    with pytest.raises(ChangedTake, match="not what 0xEve has in the parent's melody"):
        share_of(child)
    assert any("0xEve" in finding.message for finding in verify_song(child))


def test_a_song_of_an_earlier_engine_is_still_made_again(tmp_path: Path) -> None:
    old = compose_song(tmp_path / "old", ComposeRequest("joy", 20, 3, version="1"), None, CLOCK)
    new = compose_song(tmp_path / "new", ComposeRequest("joy", 20, 3), None, CLOCK)
    assert old.song["engine"]["version"] == "1"
    assert old.paths.draft.read_bytes() != new.paths.draft.read_bytes()
    assert verify_song(old) == []


def test_a_song_of_an_engine_that_is_not_known_is_said_to_be_just_that(tmp_path: Path) -> None:
    song = compose_song(tmp_path / "song", ComposeRequest("joy", 12, 3), None, CLOCK)
    song.song["engine"]["version"] = "99"
    findings = [finding.message for finding in verify_song(song)]
    assert len(findings) == 1
    assert "proves nothing against it" in findings[0]
    song.paths.draft.write_bytes(b"MThd")
    assert [finding.thing for finding in verify_song(song)] == ["song.json", "draft.mid"]


def bad_melody(metre: tuple[int, int] = (4, 4), chord: bool = False) -> bytes:
    notes = [Note(0, 60, TICKS, 80), Note(0 if chord else TICKS, 64, TICKS, 80)]
    part = Part("lead", "", 0, 0, 64, 40, tuple(notes))
    return write_midi(Score("", metre, 0, False, 1, (Tempo(0, 500_000),), (part,)))


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "not a MIDI file"),
        (bad_melody()[:40], "damaged"),
        (bad_melody((5, 8)), "is in 5/8"),
        (bad_melody(chord=True), "several notes at once in bar 1"),
    ],
)
@pytest.mark.parametrize("kind", [CONTINUATION, REHARMONISATION])
def test_a_melody_that_cannot_be_worked_on_is_refused(data: bytes, named: str, kind: str) -> None:
    with pytest.raises(UnusableInput, match=named):
        from_melody(ComposeRequest("calm", melody=data), kind, "tune.mid", 8)


def test_a_derivation_out_of_its_range_is_refused(parent: Parent, tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="--bars is 1"):
        Derivation(CONTINUATION, "C major", bars=1)
    with pytest.raises(UnusableInput, match="'remix' is not"):
        Derivation("remix", "C major")
    with pytest.raises(UnusableInput, match="the parent itself"):
        derive_song(parent.folder.path, parent, from_parent(parent, RESTYLE, ComposeRequest("joy")), None, CLOCK)
    with pytest.raises(UnusableInput, match="--form belongs"):
        replace(from_parent(parent, RESTYLE, ComposeRequest("joy")), form="aaba").check()
