"""The parts of an audit by themselves: names, listing, manifest, streamed report."""

import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from partbook.audit.catalogue import listing, manifest, report_json
from partbook.audit.catalogue.conditions import Conditions
from partbook.audit.catalogue.listing import Listed, Root, list_files, roots_of
from partbook.audit.catalogue.manifest import open_manifest
from partbook.audit.catalogue.names import said_of, shown
from partbook.audit.catalogue.report_json import Report, write_report
from partbook.core.canonical import canonical_json
from partbook.core.errors import Mismatch, NotConfigured, UnusableInput
from partbook.core.settings import Settings
from partbook.watermark import MarkKey

REGISTRY = {"sha256": "0" * 64}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"plain name.wav", "plain name.wav"),
        ("песня 歌 🎵".encode(), "песня 歌 🎵"),
        (b"a\nb\r\x00\x1b\x7f", "a\\nb\\x0d\\x00\\x1b\\x7f"),
        (b"\xff\xfe", "\\xff\\xfe"),
        (b"\\xff", "\\\\xff"),
        ("\u202egpj\u2028".encode(), "\\u202egpj\\u2028"),
        ("\x85".encode(), "\\x85"),
    ],
)
def test_any_name_is_one_line_that_tells_the_bytes(name: bytes, text: str) -> None:
    assert shown(name) == text
    canonical_json(text)


def test_a_sentence_names_the_file_as_the_report_does() -> None:
    place = "/srv/music/a\n.wav"
    assert said_of(f"{place} is empty.", place, "a\\n.wav") == "a\\n.wav is empty."
    assert said_of(f"{place!r} cannot be read.", place, "a\\n.wav") == "a\\n.wav cannot be read."


def test_a_list_follows_links_to_files_and_none_to_folders(tmp_path: Path) -> None:
    music = tmp_path / "music"
    (music / "b").mkdir(parents=True)
    (music / "b" / "song.wav").touch()
    (music / "link.wav").symlink_to(music / "b" / "song.wav")
    (music / "round").symlink_to(music)
    (music / "out").mkdir()
    (music / "out" / "report.csv").touch()
    found = {one.path: one.skipped for one in list_files(roots_of([music]), music / "out")}
    assert found == {b"b/song.wav": False, b"link.wav": False, b"round": True}


def test_a_folder_too_deep_or_unreadable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    monkeypatch.setattr(listing, "DEEPEST", 2)
    deep = list(list_files(roots_of([tmp_path]), tmp_path / "out"))
    assert [(one.path, one.problem and one.problem[0]) for one in deep] == [(b"a/b/c", "too-deep")]

    def refuse(place: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert next(list_files(roots_of([tmp_path]), tmp_path / "out")).problem == (
        "folder-unreadable",
        "The folder {name} cannot be listed: Permission denied.",
    )


def test_what_is_named_twice_or_within_another_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "ab").mkdir()
    (tmp_path / "again").symlink_to(tmp_path / "a")
    assert len(roots_of([tmp_path / "a", tmp_path / "ab"])) == 2
    with pytest.raises(UnusableInput, match="lies in"):
        roots_of([tmp_path / "a" / "b", tmp_path / "a"])
    with pytest.raises(UnusableInput, match="are the same"):
        roots_of([tmp_path / "a", tmp_path / "again"])
    with pytest.raises(UnusableInput, match="does not exist"):
        roots_of([tmp_path / "nowhere"])


def _conditions() -> Conditions:
    return Conditions((Root(b"/srv/music", True),), (), "partbook", 60.0)


def _listed(count: int) -> Iterator[Listed]:
    return (Listed(1, b"%06d.wav" % (number * 7919 % count)) for number in range(count))


def test_files_are_in_the_order_of_their_bytes_whatever_the_order_they_are_found_in(tmp_path: Path) -> None:
    names = [b"b.wav", b"a/z.wav", b"\xff.wav", b"B.wav", b"a.wav"]
    with open_manifest(tmp_path / "out", _conditions(), resume=False) as kept:
        kept.keep_list((Listed(1, name) for name in names), REGISTRY)
        waiting = list(kept.waiting())
    assert [one.path for one in waiting] == sorted(names)
    assert [one.number for one in waiting] == [1, 2, 3, 4, 5]
    assert waiting[0].place == b"/srv/music/B.wav"


def test_an_entry_is_kept_once_and_a_shard_that_is_done_is_not_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "SHARD", 4)
    out = tmp_path / "out"
    with open_manifest(out, _conditions(), resume=False) as kept:
        kept.keep_list(_listed(10), REGISTRY)
        assert kept.keep([(number, b'{"first":1}') for number in (1, 2, 3, 4, 6)]) == 5
        assert kept.keep([(6, b'{"second":1}'), (7, b'{"first":1}')]) == 1
    with open_manifest(out, _conditions(), resume=True) as kept:
        assert kept.is_listed
        assert kept.count() == (6, 10)
        assert [one.number for one in kept.waiting()] == [5, 8, 9, 10]
        kept.keep([(number, b'{"last":1}') for number in (5, 8, 9, 10)])
        assert list(kept.entries())[5] == b'{"first":1}'
        assert list(kept.waiting()) == []


def test_entries_that_come_together_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    with open_manifest(tmp_path / "out", _conditions(), resume=False) as kept:
        kept.keep_list(_listed(3), REGISTRY)
        with pytest.raises(ValueError, match="not enough values"):
            kept.keep([(1, b"{}"), ()])  # type: ignore[list-item]
        assert kept.count() == (0, 3)


def test_a_list_that_was_interrupted_is_made_again_from_the_start(tmp_path: Path) -> None:
    def broken() -> Iterator[Listed]:
        yield Listed(1, b"a.wav")
        raise KeyboardInterrupt

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt), open_manifest(out, _conditions(), resume=False) as kept:
        kept.keep_list(broken(), REGISTRY)
    with open_manifest(out, _conditions(), resume=True) as kept:
        assert not kept.is_listed
        kept.keep_list(_listed(2), REGISTRY)
        assert kept.count() == (0, 2)


def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "BATCH", 500)

    def most(count: int) -> int:
        tracemalloc.start()
        with open_manifest(tmp_path / f"{count}", _conditions(), resume=False) as kept:
            kept.keep_list(_listed(count), REGISTRY)
            for one in kept.waiting():
                kept.keep([(one.number, b"{}")]) if one.number % 50 == 0 else None
            _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    most(1_000)  # what is loaded the first time counts for nobody
    few = most(4_000)
    assert most(24_000) < 1.2 * few


@pytest.mark.parametrize("resume", [False, True])
def test_a_folder_of_something_else_is_never_written_to(tmp_path: Path, resume: bool) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(UnusableInput, match=r"thesis\.tex"), open_manifest(tmp_path, _conditions(), resume):
        pass
    assert sorted(os.listdir(tmp_path)) == ["thesis.tex"]


def test_going_on_where_nothing_was_begun_begins(tmp_path: Path) -> None:
    with open_manifest(tmp_path / "new", _conditions(), resume=True) as kept:
        assert not kept.is_listed


def test_a_manifest_that_is_damaged_is_named(tmp_path: Path) -> None:
    (tmp_path / manifest.FILE).write_bytes(b"no database " * 1000)
    with pytest.raises(NotConfigured, match=r"manifest\.db"), open_manifest(tmp_path, _conditions(), resume=True):
        pass


def test_the_order_of_keys_does_not_matter(tmp_path: Path) -> None:
    one, two = MarkKey.generate(2), MarkKey.generate(3)
    both = [Conditions.of([tmp_path], keys, "partbook", 60.0) for keys in ([one, two], [two, one, one])]
    assert both[0] == both[1]
    assert one.secret.hex() not in str(both[0].as_json())


@pytest.mark.parametrize(("engine", "seconds", "says"), [("loud", 60.0, "no engine 'loud'"), ("partbook", 0.0, "0 s")])
def test_an_engine_or_a_time_that_cannot_be_is_refused(tmp_path: Path, engine: str, seconds: float, says: str) -> None:
    with pytest.raises(UnusableInput, match=says):
        Conditions.of([tmp_path], [], engine, seconds)


def test_a_report_of_any_size_is_read_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [canonical_json({"path": "ü}],{" * number, "n": number}) for number in range(50)]
    heading = {"format": report_json.FORMAT, "counts": {"files": 50}}
    write_report(tmp_path / report_json.FILE, heading, entries)
    for piece in (1, 7, 64, 1 << 20):
        monkeypatch.setattr(report_json, "PIECE", piece)
        report = Report(tmp_path)
        assert report.heading == heading
        assert [canonical_json(entry) for entry in report.entries()] == entries
    text = (tmp_path / report_json.FILE).read_bytes()
    for cut in (-1, -2, -9):
        (tmp_path / report_json.FILE).write_bytes(text[:cut])
        with pytest.raises(Mismatch):
            list(Report(tmp_path).entries())


def test_a_key_for_a_chain_whose_registry_is_not_known_does_not_sign(tmp_path: Path) -> None:
    from partbook.audit.catalogue.signature import open_signer

    settings = Settings.from_environment({"PARTBOOK_CHAIN_URL": "https://chain.example"}, home=tmp_path)
    with pytest.raises(NotConfigured, match=r"none on https://chain\.example is known"):
        open_signer(settings, "ana")
