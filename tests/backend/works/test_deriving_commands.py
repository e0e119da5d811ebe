"""`song continue`, `reharmonise`, `restyle`, `variations`, `export`, and the listener's pack, as people run them."""

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from partbook.core.errors import UnusableInput
from partbook.core.status import ExitStatus
from partbook.works.song_exporting import export_song
from partbook.works.song_folder import SongFolder
from partbook.works.song_pictures import piano_roll_svg, score_svg
from partbook.works.song_share import share_of

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from listeners_pack.making import Shown
from listeners_pack.page import page
from listeners_pack.songs import PIECES, traditional_tune


def test_a_song_and_its_children_from_the_command_line(partbook: Any, tmp_path: Path) -> None:
    song, tune = tmp_path / "song", tmp_path / "tune.mid"
    tune.write_bytes(traditional_tune())
    partbook("compose", "--melody", tune, "--mood", "calm", "--key", "C major", "--out", song, "--no-render")

    code, out = partbook("song", "reharmonise", song, "--variants", 6, "--json")
    ways = json.loads(out)["harmonisations"]
    assert code == 0
    assert [one["dissonance_bps"] >= 0 for one in ways] == [True] * len(ways)
    _, out = partbook(
        "song", "reharmonise", song, "--variants", 6, "--rank", 2, "--out", tmp_path / "r", "--no-render", "--json"
    )
    assert SongFolder.open(tmp_path / "r").song["derivation"]["variant"] == ways[1]["variant"]
    assert json.loads(out)["parent"]["title"] == "Song"

    partbook("song", "continue", song, "--bars", 6, "--out", tmp_path / "c", "--no-render")
    partbook("song", "restyle", song, "--style", "march", "--out", tmp_path / "m", "--no-render")
    _, out = partbook("song", "variations", song, "--count", 2, "--out", tmp_path / "v", "--json")
    assert len(json.loads(out)["variations"]) == 2
    for child in ("r", "c", "m", "v/01-ornamented", "v/02-other-mode"):
        code, out = partbook("song", "verify", tmp_path / child, "--parent", song, "--json")
        assert (code, json.loads(out)["findings"]) == (0, [])
    code, out = partbook("song", "verify", tmp_path / "c", "--parent", tmp_path / "m", "--json")
    assert code == ExitStatus.FINDING
    assert "score_sha256" in json.loads(out)["findings"][2]["message"]


def test_going_on_from_a_file(partbook: Any, tmp_path: Path) -> None:
    tune = tmp_path / "tune.mid"
    tune.write_bytes(traditional_tune())
    _, out = partbook(
        "compose", "--continue", tune, "--bars", 4, "--out", tmp_path / "song", "--no-render", "--json", "--force"
    )
    assert json.loads(out)["plan"]["bars"] == 20
    with pytest.raises(UnusableInput, match="two ways to bring a melody"):
        partbook("compose", "--continue", tune, "--melody", tune, "--mood", "joy", "--out", tmp_path / "x")
    with pytest.raises(UnusableInput, match="--bars belongs to --continue"):
        partbook("compose", "--mood", "joy", "--bars", 4, "--out", tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_what_is_misused_is_said(partbook: Any, tmp_path: Path) -> None:
    partbook("compose", "--mood", "joy", "--seconds", 10, "--out", tmp_path / "s", "--no-render")
    for words, named in (
        (("restyle", tmp_path / "s", "--out", tmp_path / "x"), "Say what is to be new"),
        (("reharmonise",), "one of the two"),
        (("reharmonise", tmp_path / "s", "--variants", 99), "between 1 and 12"),
        (("reharmonise", tmp_path / "s", "--variants", 2, "--rank", 9), "--rank is 9"),
        (("continue", tmp_path / "s", "--bars", 1000, "--out", tmp_path / "x"), "2 to 128"),
        (("export", tmp_path / "s", "--to", "pdf"), "Formats: musicxml, midi, svg"),
    ):
        with pytest.raises(UnusableInput, match=named):
            partbook("song", *words)
    assert not (tmp_path / "x").exists()


def test_exporting_to_each_format(partbook: Any, tmp_path: Path) -> None:
    partbook("compose", "--mood", "joy", "--seconds", 10, "--out", tmp_path / "s", "--no-render")
    _, out = partbook("song", "export", tmp_path / "s", "--to", "musicxml", "--json")
    written = Path(json.loads(out)["file"])
    root = ElementTree.fromstring(written.read_bytes())
    assert (root.tag, root.get("version")) == ("score-partwise", "4.0")
    assert root.findall("part/measure/harmony")
    song = SongFolder.open(tmp_path / "s")
    assert export_song(song, "midi", tmp_path / "s.mid").read_bytes() == song.paths.score.read_bytes()
    assert export_song(song, "svg", tmp_path / "s.svg").read_text() == score_svg(song)


def test_the_listeners_page_shows_each_song_and_holds_its_pictures(partbook: Any, tmp_path: Path) -> None:
    title = "<b>Joy</b>"
    partbook("compose", "--mood", "joy", "--seconds", 10, "--title", title, "--out", tmp_path / "s", "--no-render")
    song = SongFolder.open(tmp_path / "s")
    pictures = score_svg(song), piano_roll_svg(song)
    shown = Shown(PIECES[1], song.song, -16.0, -1.5, share_of(song), True, *pictures, "sound/02-joy.mp3")
    text = page([shown])
    assert text.count("data:image/svg+xml;base64,") == 2
    assert 'src="sound/02-joy.mp3"' in text
    assert "-16.0 LUFS" in text
    assert "<b>Joy" not in text
    assert "http://" not in text.replace("http://www.w3.org", "")


def test_the_pack_has_twelve_songs_and_parents_before_children() -> None:
    names = [piece.name for piece in PIECES]
    assert len(set(names)) == 12
    for number, piece in enumerate(PIECES):
        assert not piece.parent or piece.parent in names[:number]
