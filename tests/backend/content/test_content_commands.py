"""`partbook content …` as a person and a script meet it: words, JSON, exit codes, files written whole or not at all."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from partbook.cli.main import run
from partbook.content.importer import cid_of_file
from partbook.content.local import LocalStore

SONG = random.Random(3).randbytes((1 << 20) + 77)
ABSENT = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


class Face:
    """Runs `partbook content …` in a folder with a home of its own; gives what it wrote and checks its exit code."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[bytes]) -> None:
        self.home = folder / "home"
        self._capture = capture
        self.said = ""

    def __call__(self, *words: str | Path, code: int = 0) -> bytes:
        self._capture.readouterr()
        with pytest.raises(SystemExit) as left:
            run(["content", *map(str, words)])
        out, said = self._capture.readouterr()
        self.said = said.decode()
        assert left.value.code == code, self.said
        return out

    def json(self, *words: str | Path, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code))

    def damage_one_block(self) -> Path:
        path = max((self.home / "content" / "blocks").rglob("*.data"), key=lambda path: path.stat().st_size)
        path.write_bytes(bytes(path.stat().st_size))
        return path


@pytest.fixture
def face(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Face:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARTBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PARTBOOK_CONTENT_URL", raising=False)
    (tmp_path / "mix.wav").write_bytes(SONG)
    return Face(tmp_path, capsysbinary)


def test_put_tells_cid_size_and_profile_and_get_gives_the_file_back(face: Face) -> None:
    found = face.json("put", "mix.wav")
    assert found["cid"] == cid_of_file(Path("mix.wav"))
    assert (found["size"], found["profile"], found["name"]) == (len(SONG), "unixfs-v1-2025", "mix.wav")
    face("get", found["cid"], "--out", "back.wav")
    assert Path("back.wav").read_bytes() == SONG
    assert str(len(SONG)) in face.said
    assert face("get", found["cid"], "--out", "-", "--offset", "10", "--length", "5") == SONG[10:15]


def test_several_files_give_a_list_and_words_without_json(face: Face) -> None:
    Path("lyrics.txt").write_text("rain")
    assert [found["name"] for found in face.json("put", "mix.wav", "lyrics.txt")] == ["mix.wav", "lyrics.txt"]
    lines = face("put", "mix.wav", "lyrics.txt").decode().splitlines()
    assert [line.split()[1] for line in lines] == ["mix.wav", "lyrics.txt"]


def test_pins_are_listed_taken_away_and_swept(face: Face) -> None:
    cid = face.json("put", "mix.wav", "--no-pin")["cid"]
    assert face.json("ls") == []
    assert face.json("pin", cid, "--name", "Rain Choir")["name"] == "Rain Choir"
    assert [found["cid"] for found in face.json("ls")] == [cid]
    assert cid in face("ls").decode()
    assert b"Rain Choir" in face("ls")
    assert face.json("unpin", cid)["cid"] == cid
    face("unpin", cid, code=1)
    assert face.json("gc") == {"blocks": 3, "size": len(SONG) + 104}
    assert face.json("gc") == {"blocks": 0, "size": 0}
    face("get", cid, "--out", "back.wav", code=1)


def test_verify_finds_a_damaged_block_and_says_so_by_its_exit_code(face: Face) -> None:
    cid = face.json("put", "mix.wav")["cid"]
    assert face.json("verify", cid)["ok"] is True
    assert [report["ok"] for report in face.json("verify")] == [True]
    face.damage_one_block()
    report = face.json("verify", cid, code=1)
    assert report["ok"] is False
    assert report["profile"] == "unixfs-v1-2025"
    assert report["damaged"][0] in face("verify", code=1).decode()


def test_get_of_a_damaged_file_leaves_no_output_and_the_old_one_as_it_was(face: Face) -> None:
    cid = face.json("put", "mix.wav")["cid"]
    face.damage_one_block()
    face("get", cid, "--out", "new.wav", code=1)
    assert "damaged" in face.said
    assert not Path("new.wav").exists()
    Path("old.wav").write_text("old")
    face("get", cid, "--out", "old.wav", code=1)
    assert Path("old.wav").read_text() == "old"
    assert {path.name for path in Path().iterdir()} == {"home", "mix.wav", "old.wav"}


def test_a_car_carries_a_file_to_another_home(face: Face, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cid = face.json("put", "mix.wav")["cid"]
    face("export", cid, "--out", "song.car")
    monkeypatch.setenv("PARTBOOK_HOME", str(tmp_path / "other"))
    found = face.json("import", "song.car", "--name", "from afar")
    assert (found["cid"], found["name"], found["profile"]) == (cid, "from afar", "unixfs-v1-2025")
    assert LocalStore(tmp_path / "other" / "content").verify(cid).ok


def test_a_cut_car_is_refused_and_nothing_is_kept(face: Face) -> None:
    cid = face.json("put", "mix.wav")["cid"]
    face("export", cid, "--out", "song.car")
    face("unpin", cid)
    face("gc")
    Path("cut.car").write_bytes(Path("song.car").read_bytes()[:-9])
    face("import", "cut.car", code=2)
    assert "cut off" in face.said
    assert face.json("ls") == []


def test_an_encrypted_master_comes_back_only_decrypted(face: Face) -> None:
    cid = face.json("put", "mix.wav", "--encrypt")["cid"]
    assert cid != cid_of_file(Path("mix.wav"))
    face("get", cid, "--out", "sealed")
    assert Path("sealed").read_bytes()[:8] == b"PBSEAL01"
    face("get", cid, "--out", "master.wav", "--decrypt")
    assert Path("master.wav").read_bytes() == SONG
    plain = face.json("put", "mix.wav")["cid"]
    face("get", plain, "--out", "x.wav", "--decrypt", code=2)
    assert "not a file that Partbook encrypted" in face.said
    assert not Path("x.wav").exists()


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (("get", "hello", "--out", "x"), 2, "is not a CID"),
        (("get", ABSENT, "--out", "x"), 1, "is not in"),
        (("pin", ABSENT), 1, "is not in"),
        (("unpin", ABSENT), 1, "is not in"),
        (("verify", ABSENT), 1, "is not in"),
        (("export", ABSENT, "--out", "x"), 1, "is not in"),
        (("put", "none.wav"), 2, "none.wav cannot be read"),
        (("put", "."), 2, "cannot be read"),
        (("put", "mix.wav", "--profile", "mine"), 2, "unixfs-v1-2025"),
        (("put", "mix.wav", "--encrypt", "--profile", "unixfs-v0-2015"), 2, "leave out --profile"),
        (("import", "none.car"), 2, "cannot be read"),
        (("import", "mix.wav"), 2, "not a CAR"),
    ],
)
def test_each_mistake_has_its_sentence_and_its_exit_code(
    face: Face, words: tuple[str, ...], code: int, reason: str
) -> None:
    face(*words, code=code)
    assert reason in face.said.replace("\n", " ")
    assert not Path("x").exists()


def test_a_place_that_cannot_be_written_is_said(face: Face) -> None:
    cid = face.json("put", "mix.wav")["cid"]
    Path("folder").mkdir()
    face("get", cid, "--out", "folder", code=2)
    face("get", cid, "--out", "mix.wav/x", code=2)
    assert "cannot be written" in face.said


def test_a_node_that_is_off_gives_exit_code_3_and_its_address(face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTBOOK_CONTENT_URL", "/ip4/127.0.0.1/tcp/1/http")
    face("put", "mix.wav", code=3)
    assert "/ip4/127.0.0.1/tcp/1/http" in face.said
    assert "ipfs daemon" in face.said
    monkeypatch.setenv("PARTBOOK_CONTENT_URL", "http://127.0.0.1:5001")
    face("ls", code=3)
    assert "/ip4/127.0.0.1/tcp/5001/http" in face.said
