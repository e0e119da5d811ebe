"""`mark --song` and `mark check`: labelled files keep every rule, unlabelled and tampered ones fail by name."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from label_scenes import foreign, settings_at
from label_sounds import PAYLOAD, a_song, a_song_folder, label_only, run

from partbook.audit.laws import eu
from partbook.audit.laws.evidence import gather
from partbook.audit.laws.rules import Result, judged
from partbook.core.errors import UnusableInput
from partbook.core.status import ExitStatus
from partbook.sound.audio_file import probe, read
from partbook.sound.rhythm_cue import cue_in_file, rhythm_cue
from partbook.sound.tags import riff
from partbook.sound.tags.aigc import read_aigc, write_aigc
from partbook.watermark import MarkKey
from partbook.watermark.files import mark_file, read_file
from partbook.watermark.payload import from_hex
from partbook.watermark.self_check import Mark
from partbook.works.labels.content_credentials import read_credentials
from partbook.works.labels.signing_identity import CertificateUnusable

EU_FAILS = ["EU-1", "EU-2", "EU-3", "EU-4", "EU-5"]
CN_FAILS = ["CN-1", "CN-2", "CN-3", "CN-4", "CN-5"]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home, a sound, the folder of a song, and the sound marked and labelled as FLAC with the audible rhythm."""
    root = tmp_path_factory.mktemp("laws")
    a_song(root / "song.wav")
    a_song_folder(root / "rain")
    code, _ = run(root, "mark", root / "song.wav", root / "full.flac", *_words(root), "--audible", "--no-check")
    assert code == 0
    return root


def _words(root: Path) -> tuple[Any, ...]:
    return ("--payload", PAYLOAD, "--song", root / "rain")


def _check(root: Path, path: Path, law: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Exit code, the result of each rule, and the whole answer."""
    code, out = run(root, "mark", "check", path, "--law", law, "--json")
    answer = json.loads(out)
    return code, {each["id"]: each["result"] for each in answer["rules"]}, answer


def _failed(results: dict[str, str]) -> list[str]:
    return [name for name, result in results.items() if result == "fail"]


def test_an_unlabelled_file_fails_each_rule(scene: Path) -> None:
    code, results, answer = _check(scene, scene / "song.wav", "eu")
    assert code == ExitStatus.FINDING
    assert _failed(results) == EU_FAILS
    assert answer["ok"] is False
    assert "no legal advice" in answer["says"]
    code, results, _ = _check(scene, scene / "song.wav", "cn")
    assert code == ExitStatus.FINDING
    assert _failed(results) == CN_FAILS


def test_a_labelled_file_with_the_rhythm_fails_none(scene: Path) -> None:
    code, results, answer = _check(scene, scene / "full.flac", "eu")
    assert (code, answer["ok"]) == (0, True)
    assert results == {**dict.fromkeys(EU_FAILS, "pass"), "EU-6": "open", "EU-7": "open"}
    assert {"id", "asks", "reference", "result", "evidence"} == set(answer["rules"][0])
    code, results, _ = _check(scene, scene / "full.flac", "cn")
    assert code == 0
    assert set(results.values()) == {"pass"}


@pytest.mark.parametrize("kind", [".wav", ".mp3", ".m4a"])
def test_without_the_rhythm_the_explicit_label_alone_fails(scene: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"quiet{kind}"
    run(scene, "mark", scene / "song.wav", target, *_words(scene), "--no-check")
    code, results, _ = _check(scene, target, "eu")
    assert (code, _failed(results)) == (0, [])
    code, results, _ = _check(scene, target, "cn")
    assert (code, _failed(results)) == (ExitStatus.FINDING, ["CN-5"])


@pytest.mark.parametrize("kind", [".ogg", ".aiff"])
def test_kinds_without_content_credentials_fail_what_needs_them(scene: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"plain{kind}"
    run(scene, "mark", scene / "song.wav", target, *_words(scene), "--audible", "--no-check")
    _, results, answer = _check(scene, target, "eu")
    assert _failed(results) == ["EU-2", "EU-3", "EU-5"]
    assert "WAV below 4 GB, FLAC, MP3 and M4A can" in answer["rules"][1]["evidence"]
    assert _failed(_check(scene, target, "cn")[1]) == []


def test_the_marks_own_check_and_the_audible_rhythm_hold_after_labelling(scene: Path, tmp_path: Path) -> None:
    target = tmp_path / "marked.wav"
    code, out = run(scene, "mark", scene / "song.wav", target, *_words(scene), "--audible", "--json")
    result = json.loads(out)
    assert code == 0
    assert all(row["ok"] for row in result["self_check"] if row["name"] == "as written")
    assert result["labels"]["source_type"] == "algorithmicMedia"
    assert result["labels"]["ai_bps"] == 10_000
    assert cue_in_file(target) is not None
    assert [each.payload.hex() for each in read_file(target, [MarkKey.public()]).readings] == [PAYLOAD]
    cue = len(rhythm_cue(22_050, 1))
    assert probe(target).frames == probe(scene / "song.wav").frames + cue  # type: ignore[operator]


def test_labelling_changes_no_sample_of_the_marked_sound(scene: Path, tmp_path: Path) -> None:
    run(scene, "mark", scene / "song.wav", tmp_path / "a.flac", "--payload", PAYLOAD, "--no-check")
    run(scene, "mark", scene / "song.wav", tmp_path / "b.flac", *_words(scene), "--no-check")
    assert (read(tmp_path / "a.flac", 0, 60)[0] == read(tmp_path / "b.flac", 0, 60)[0]).all()


def test_a_changed_byte_fails_the_signature_and_what_rests_on_it(scene: Path, tmp_path: Path) -> None:
    target = tmp_path / "tampered.wav"
    run(scene, "mark", scene / "song.wav", target, *_words(scene), "--no-check")
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(data)
    _, results, answer = _check(scene, target, "eu")
    assert _failed(results) == ["EU-2", "EU-3", "EU-5"]
    assert "dataHash.mismatch" in answer["rules"][1]["evidence"]


def test_labels_laid_on_a_sound_with_another_mark_do_not_agree(scene: Path, tmp_path: Path) -> None:
    labelled = tmp_path / "labelled.mp3"
    run(scene, "mark", scene / "song.wav", labelled, *_words(scene), "--no-check")
    other = tmp_path / "other.flac"
    run(scene, "mark", labelled, other, "--payload", "1100010000000002", "--song", scene / "rain", "--again",
        "--no-check")  # fmt: skip
    swapped = tmp_path / "swapped.flac"
    mark_file(scene / "song.wav", swapped, [Mark(from_hex(PAYLOAD), MarkKey.generate(3))], check=False)
    label_only(swapped, scene, PAYLOAD)
    _, results, answer = _check(scene, swapped, "eu")
    assert _failed(results) == ["EU-4", "EU-5"]
    assert "none was read" in answer["rules"][4]["evidence"]
    assert _check(scene, other, "eu")[1]["EU-6"] == "pass"


def test_a_private_key_reads_a_mark_that_the_public_one_does_not(scene: Path, tmp_path: Path) -> None:
    key = MarkKey.generate(2)
    key.write(tmp_path / "mark.key")
    target = tmp_path / "copy.flac"
    run(scene, "mark", scene / "song.wav", target, *_words(scene), "--key-file", tmp_path / "mark.key", "--no-check")
    assert _failed(_check(scene, target, "eu")[1]) == ["EU-4", "EU-5"]
    code, _ = run(scene, "mark", "check", target, "--law", "eu", "--key-file", tmp_path / "mark.key")
    assert code == 0


def test_a_watermark_of_another_maker_is_left_open_and_named(scene: Path) -> None:
    found = gather(scene / "full.flac", settings_at(scene / "home"))
    assert found.credentials is not None
    theirs = replace(found.credentials, bindings=(("com.example.seal.2", "77"),))
    answer = judged("eu", eu.RULES, replace(found, credentials=theirs, payloads=()))
    results = {rule.id: ruling for rule, ruling in answer.rulings}
    for rule in ("EU-4", "EU-5"):
        assert results[rule].result is Result.OPEN
        assert "com.example.seal.2" in results[rule].evidence


def test_faults_of_the_aigc_label_are_named(scene: Path, tmp_path: Path) -> None:
    def failed_with(text: str, name: str) -> list[str]:
        path = tmp_path / name
        shutil.copyfile(scene / "song.wav", path)
        write_aigc(path, text)
        return _failed(_check(scene, path, "cn")[1])

    form = '{{"Label":"{0}","ContentProducer":"{1}","ProduceID":"7","ReservedCode1":"","ContentPropagator":"",'
    form += '"PropagateID":"","ReservedCode2":""}}'
    assert failed_with("{", "a.wav") == ["CN-2", "CN-3", "CN-5"]
    assert failed_with(form.format("9", "P"), "b.wav") == ["CN-2", "CN-5"]
    assert failed_with(form.format("1", " "), "c.wav") == ["CN-3", "CN-5"]
    assert failed_with(form.format("1", "P"), "d.wav") == ["CN-5"]
    riff.add_chunks(tmp_path / "d.wav", [(b"AIGC", b"{}")])
    assert _failed(_check(scene, tmp_path / "d.wav", "cn")[1]) == ["CN-4", "CN-5"]


def test_marking_a_signed_source_keeps_its_manifest_inside_where_labels_are_asked(scene: Path, tmp_path: Path) -> None:
    source = foreign(tmp_path / "theirs.wav", tmp_path / "studio", scene / "song.wav")
    kept, lost = tmp_path / "kept.wav", tmp_path / "lost.wav"
    _, out = run(scene, "mark", source, kept, *_words(scene), "--no-check", "--json")
    assert json.loads(out)["labels"]["parent"] == "theirs.wav"
    found = read_credentials(kept, None, None)
    assert found is not None
    assert [(parent.name, parent.problem) for parent in found.parents] == [("theirs.wav", None)]
    _, results, answer = _check(scene, kept, "eu")
    assert results["EU-6"] == "pass"
    assert "theirs.wav, which held by then" in answer["rules"][5]["evidence"]
    run(scene, "mark", source, lost, "--payload", PAYLOAD, "--no-check")
    assert read_credentials(lost, None, None) is None


def test_a_song_by_people_leaves_every_rule_open(scene: Path, tmp_path: Path) -> None:
    path = tmp_path / "people.wav"
    shutil.copyfile(scene / "song.wav", path)
    label_only(path, scene, None, ai_bps=0)
    for law in ("eu", "cn"):
        code, results, _ = _check(scene, path, law)
        assert (code, set(results.values())) == (0, {"open"})
    write_aigc(path, read_aigc(scene / "full.flac")[0])
    assert _check(scene, path, "eu")[0] == ExitStatus.FINDING


def test_people_read_each_rule_with_its_result_and_reference(scene: Path) -> None:
    code, out = run(scene, "mark", "check", scene / "full.flac", "--law", "cn")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("pass  CN-1  an implicit label stands in the file's metadata  [Measures, Art. 5")
    assert lines[-1].endswith("full.flac: 6 pass, 0 fail, 0 open")


def test_a_sound_that_is_not_the_songs_mix_is_labelled_with_a_word_about_it(scene: Path, tmp_path: Path) -> None:
    shutil.copytree(scene / "rain", tmp_path / "rain")
    words = ("mark", scene / "song.wav", tmp_path / "out.wav", "--payload", PAYLOAD, "--no-check", "--json", "--force")
    _, out = run(scene, *words, "--song", tmp_path / "rain")
    assert any("song.wav is not the mix in" in note for note in json.loads(out)["labels"]["notes"])
    shutil.copyfile(scene / "song.wav", tmp_path / "rain" / "mix.wav")
    _, out = run(scene, *words, "--song", tmp_path / "rain")
    assert not any("is not the mix" in note for note in json.loads(out)["labels"]["notes"])


def test_the_options_of_labels_need_a_song(scene: Path, tmp_path: Path) -> None:
    for option in (["--audible"], ["--training", "notAllowed"]):
        with pytest.raises(UnusableInput, match=rf"{option[0]} is part of the labels.*add --song DIR"):
            run(scene, "mark", scene / "song.wav", tmp_path / "x.wav", "--payload", PAYLOAD, *option)
    assert not (tmp_path / "x.wav").exists()


def test_an_unusable_certificate_is_refused_before_anything_is_marked(scene: Path, tmp_path: Path) -> None:
    with pytest.raises(CertificateUnusable):
        run(scene, "mark", scene / "song.wav", tmp_path / "x.wav", *_words(scene),
            env={"PARTBOOK_SIGNING_KEY": str(tmp_path / "half.key")})  # fmt: skip
    assert not (tmp_path / "x.wav").exists()


def test_check_refuses_what_is_no_sound_and_no_law(scene: Path, tmp_path: Path) -> None:
    (tmp_path / "words.wav").write_text("no sound")
    with pytest.raises(UnusableInput):
        run(scene, "mark", "check", tmp_path / "words.wav", "--law", "eu")
    code, _ = run(scene, "mark", "check", scene / "song.wav", "--law", "us")
    assert code == ExitStatus.USAGE
