"""`compose` and `song` on the command line: the JSON that others rely on, and the exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from partbook.chain.signers import Keyring
from partbook.core.errors import Mismatch, NotConfigured, UnusableInput
from partbook.core.status import ExitStatus
from partbook.music.similarity import MelodyIndex
from partbook.works.song_folder import SongFolder

BEN = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


def test_compose_gives_the_promised_json(partbook: Any, tmp_path: Path) -> None:
    words = ("compose", "--mood", "joy, then calm", "--seconds", 10, "--seed", 3, "--out", tmp_path / "a", "--json")
    status, out = partbook(*words)
    made = json.loads(out)
    assert status == 0
    assert {"plan", "files", "engine", "weights_sha256", "midi_sha256", "pcm_sha256"} <= set(made)
    assert {"valence", "arousal", "mode", "key", "tempo", "density", "sections"} <= set(made["plan"])
    assert all(Path(file).is_file() for file in made["files"])
    assert len(made["pcm_sha256"]) == len(made["midi_sha256"]) == 64
    assert json.loads(partbook(*words)[1]) == made


def test_no_render_leaves_the_sound_away(partbook: Any, tmp_path: Path) -> None:
    made = json.loads(partbook("compose", "--mood", "joy", "--out", tmp_path / "a", "--no-render", "--json")[1])
    assert made["pcm_sha256"] is None
    assert not (tmp_path / "a" / "mix.wav").exists()


def test_people_see_the_plan_the_files_and_the_next_step(partbook: Any, tmp_path: Path, capsys: Any) -> None:
    _, out = partbook("compose", "--mood", "grief, then hope", "--out", tmp_path / "rain-choir", "--no-render")
    assert "Rain Choir" in out
    assert "A''" in out
    assert "draft.mid" in out


def test_share_explain_and_verify_speak_json(partbook: Any, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    partbook("compose", "--mood", "grief", "--out", folder, "--no-render")
    share = json.loads(partbook("song", "share", folder, "--json")[1])
    assert share["total_bps"] == 10_000
    assert set(share["layers"]["melody"]) >= {"ai_bps", "events"}
    explained = json.loads(partbook("song", "explain", folder, "--bar", 5, "--json")[1])
    assert all(note["reason"] for note in explained["notes"])
    status, out = partbook("song", "verify", folder, "--json")
    assert (status, json.loads(out)["ok"], json.loads(out)["findings"]) == (0, True, [])


def test_share_shows_what_it_rests_on(partbook: Any, tmp_path: Path) -> None:
    folder, words = tmp_path / "a", tmp_path / "words.txt"
    partbook("compose", "--mood", "grief", "--out", folder, "--no-render")
    words.write_text("rain on the roof", encoding="utf-8")
    partbook("song", "take", folder, "--layer", "lyrics", "--from", words, "--by", BEN)
    share = json.loads(partbook("song", "share", folder, "--json")[1])
    assert {"policy", "says", "total_bps", "layers", "laying"} <= set(share)
    assert share["layers"]["lyrics"]["evidence"] == [
        {
            "file": json.loads((folder / "session.jsonl").read_text().splitlines()[1])["from"]["file"],
            "origin": "human",
            "events": 4,
            "exact": 4,
            "shifted": 0,
            "bars": [],
        }
    ]
    for layer in share["layers"].values():
        assert sum(row["events"] for row in layer["evidence"]) == layer["events"]
    shown = partbook("song", "share", folder)[1]
    assert f"brought by a person: {BEN}" in shown
    assert "written by the machine" in shown
    assert "not of legal authorship (partbook/ai-share/3)" in shown


def test_a_share_that_was_registered_by_older_rules_is_told(
    partbook: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partbook("compose", "--mood", "grief", "--out", tmp_path / "a", "--no-render")
    opened = {"policy": "partbook/ai-share/1", "total_bps": 9_000}
    monkeypatch.setattr("partbook.works.share_commands._registered", lambda _: opened)
    assert json.loads(partbook("song", "share", tmp_path / "a", "--json")[1])["registered"] == opened


def test_similar_pieces_are_said_to_prove_nothing(partbook: Any, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    partbook("compose", "--mood", "grief", "--seconds", 60, "--out", folder, "--no-render")
    melody = SongFolder.open(folder).score().in_layer("melody")
    index = MelodyIndex.build([("lieder/1", melody), *((f"lieder/{n}", melody[: n + 10]) for n in (2, 3))])
    (tmp_path / "i.npz").write_bytes(index.to_bytes())
    found = json.loads(partbook("song", "similar", folder, "--index", tmp_path / "i.npz", "--json")[1])
    assert found["pieces"][0]["piece"] == "lieder/1"
    assert found["corpus"] == 3
    assert "no proof" in partbook("song", "similar", folder, "--index", tmp_path / "i.npz")[1]
    with pytest.raises(NotConfigured, match="--index"):
        partbook("song", "similar", folder, "--index", tmp_path / "none.npz")


def test_a_finding_gives_exit_code_one_and_names_the_file(partbook: Any, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    partbook("compose", "--mood", "grief", "--out", folder, "--no-render")
    (folder / "draft.mid").write_bytes((folder / "draft.mid").read_bytes() + b"\0")
    status, out = partbook("song", "verify", folder, "--json")
    assert status == ExitStatus.FINDING
    assert json.loads(out)["findings"][0]["thing"] == "draft.mid"


def test_a_take_gives_its_log_entry(partbook: Any, tmp_path: Path) -> None:
    partbook("compose", "--mood", "joy", "--out", tmp_path / "other", "--no-render", "--seed", 9)
    partbook("compose", "--mood", "grief", "--out", tmp_path / "a", "--no-render")
    take = ("song", "take", tmp_path / "a", "--layer", "melody", "--from", tmp_path / "other" / "draft.mid")
    entry = json.loads(partbook(*take, "--bars", "5-8", "--by", BEN, "--json")[1])["entry"]
    assert entry["bars"] == [5, 8]
    assert entry["by"] == BEN
    assert len(entry["hash"]) == 64
    with pytest.raises(UnusableInput, match="5 to 99"):
        partbook(*take, "--bars", "5-99", "--by", BEN)


def test_a_scene_and_numbers_are_taken(partbook: Any, tmp_path: Path) -> None:
    (tmp_path / "hall.json").write_text('{"size_m3": 12000, "audience": 400}')
    words = ("compose", "--valence", 0.5, "--arousal", -0.9, "--scene", tmp_path / "hall.json", "--no-render", "--json")
    made = json.loads(partbook(*words, "--out", tmp_path / "a")[1])
    assert (made["plan"]["valence"], made["plan"]["arousal"]) == (0.5, -0.9)
    assert json.loads((tmp_path / "a" / "song.json").read_text())["scene"] == {"size_m3": 12000, "audience": 400}


@pytest.mark.parametrize(
    "wrong",
    [
        ("--mood", "hopp"),
        ("--mood", "joy", "--valence", "2", "--arousal", "0"),
        ("--valence", "nan", "--arousal", "0"),
        ("--mood", "joy", "--scene", "/nowhere.json"),
        ("--mood", "joy", "--melody", "/nowhere.mid"),
        ("--mood", "joy", "--engine", "magic"),
        (),
    ],
)
def test_unusable_words_end_with_the_usage_code(partbook: Any, tmp_path: Path, wrong: tuple[str, ...]) -> None:
    with pytest.raises(UnusableInput) as refused:
        partbook("compose", *wrong, "--out", tmp_path / "a")
    assert refused.value.exit_status == ExitStatus.USAGE
    assert not (tmp_path / "a").exists()


def test_a_folder_in_use_is_refused_and_force_writes_over_it(partbook: Any, tmp_path: Path) -> None:
    partbook("compose", "--mood", "joy", "--out", tmp_path / "a", "--no-render")
    with pytest.raises(Mismatch, match="--force"):
        partbook("compose", "--mood", "calm", "--out", tmp_path / "a", "--no-render")
    partbook("compose", "--mood", "calm", "--out", tmp_path / "a", "--no-render", "--force")
    assert partbook("song", "verify", tmp_path / "a")[0] == 0


def test_a_name_is_logged_as_its_account(partbook: Any, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    partbook("compose", "--mood", "grief", "--out", folder, "--no-render", "--by", "ana")
    ana = json.loads((folder / "song.json").read_text())["makers"]
    words = tmp_path / "words.txt"
    words.write_text("rain on the roof", encoding="utf-8")
    take = ("song", "take", folder, "--layer", "lyrics", "--from", words, "--json", "--by")
    by = [json.loads(partbook(*take, who)[1])["entry"]["by"] for who in ("ben", "ana", BEN.lower())]
    assert ana == [by[1]] == [str(Keyring(tmp_path / "home", 1337).address("ana"))]
    assert by[0] == str(Keyring(tmp_path / "home", 1337).address("ben")) != by[1]
    assert by[2] == BEN


@pytest.mark.parametrize("who", ["Ben Okafor", "0xBen", "../ben"])
def test_what_is_neither_name_nor_address_is_refused(partbook: Any, tmp_path: Path, who: str) -> None:
    with pytest.raises(UnusableInput):
        partbook("compose", "--mood", "grief", "--out", tmp_path / "a", "--no-render", "--by", who)
    assert not (tmp_path / "a").exists()


def test_a_take_that_is_no_midi_is_refused_by_its_own_name_and_leaves_nothing(partbook: Any, tmp_path: Path) -> None:
    folder, wrong = tmp_path / "a", tmp_path / "wrong.mid"
    partbook("compose", "--mood", "grief", "--out", folder, "--no-render")
    wrong.write_text("not music", encoding="utf-8")
    with pytest.raises(UnusableInput, match=r"wrong\.mid is not a MIDI file"):
        partbook("song", "take", folder, "--layer", "melody", "--from", wrong, "--bars", "5-8", "--by", "ben")
    assert not list((folder / "takes").iterdir())
