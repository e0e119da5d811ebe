"""Labels of real files: what they say, what breaks them, who signs, and what is kept of earlier ones."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import c2pa
import numpy as np
import pytest
import soundfile
from label_scenes import (
    NOW,
    PAYLOAD,
    SIGNED_KINDS,
    a_sound,
    bring_certificate,
    foreign,
    made,
    settings_at,
)

from partbook.core.clock import FixedClock
from partbook.core.errors import UnusableInput
from partbook.core.settings import Settings
from partbook.music.request import ComposeRequest
from partbook.sound.audio_file import probe, read
from partbook.sound.tags.aigc import read_aigc, write_aigc
from partbook.works.labels.aigc_label import AigcLabel
from partbook.works.labels.content_credentials import NotSigned, Parent, Trust, can_carry, read_credentials
from partbook.works.labels.labelling import SELF_MADE, UNSTAMPED, check_anchors, label_derived, label_file
from partbook.works.labels.making import SourceType, making_of
from partbook.works.labels.manifest import TrainingUse
from partbook.works.labels.signing_identity import CertificateUnusable, describe_identity, signing_identity
from partbook.works.song_making import compose_song


def _actions(path: Path) -> list[str]:
    """What the manifest of a file says was done, read by the library itself."""
    with c2pa.Reader(path) as reader:
        store = json.loads(reader.json())
    said = {each["label"]: each["data"] for each in store["manifests"][store["active_manifest"]]["assertions"]}
    return [each["action"] for each in said["c2pa.actions.v2"]["actions"]]


def today() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_at(tmp_path / "home")


@pytest.mark.parametrize(
    ("bps", "trained", "expected"),
    [
        (10_000, True, "trainedAlgorithmicMedia"),
        (10_000, False, "algorithmicMedia"),
        (9_999, True, "compositeWithTrainedAlgorithmicMedia"),
        (1, False, "compositeSynthetic"),
        (0, True, "digitalCreation"),
        (0, False, "digitalCreation"),
    ],
)
def test_the_source_type_follows_from_the_share_and_the_engine(bps: int, trained: bool, expected: str) -> None:
    assert made(bps, trained).source_type.value == expected


def test_a_songs_making_is_computed_from_its_own_files(tmp_path: Path) -> None:
    request = ComposeRequest(mood="calm", seconds=10, seed=3, title="Tiny Rain")
    making = making_of(compose_song(tmp_path / "song", request, None, FixedClock(NOW)))
    assert (making.title, making.engine, making.trained) == ("Tiny Rain", "rules", False)
    assert making.ai_bps == 10_000
    assert making.source_type is SourceType.ALGORITHMIC


@pytest.mark.parametrize("kind", SIGNED_KINDS)
def test_a_labelled_file_says_all_and_sounds_the_same(settings: Settings, tmp_path: Path, kind: str) -> None:
    path = a_sound(tmp_path / f"song{kind}")
    before, _ = read(path, 0.0, 60.0)
    labelled = label_file(path, made(), PAYLOAD, settings, NOW, training=TrainingUse.NOT_ALLOWED)
    found = read_credentials(path, *check_anchors(settings))
    assert found is not None
    assert found.problem is None
    assert found.trust is Trust.OWN
    assert found.source_types == ("compositeSynthetic",)
    assert found.bindings == (("partbook.mark.1", PAYLOAD),)
    assert found.ai_share is not None
    assert found.ai_share["total_bps"] == 4150
    assert found.ai_share["layers"] == made().share["layers"]
    assert found.stated_time == "2026-11-26T12:00:00Z"
    assert found.stamped_time is None
    assert found.training is not None
    assert {entry["use"] for entry in found.training.values()} == {"notAllowed"}
    assert found.title == "Rain Choir"
    assert labelled.notes == (SELF_MADE, UNSTAMPED)
    label = AigcLabel.parse(read_aigc(path)[0])
    assert (label.Label, label.ContentProducer, label.ProduceID) == ("1", labelled.signer, PAYLOAD)
    after, _ = read(path, 0.0, 60.0)
    assert np.array_equal(before, after)
    assert probe(path).tags["title"] == "Regen–Chor"


@pytest.mark.parametrize("kind", SIGNED_KINDS)
def test_one_changed_byte_of_the_sound_breaks_the_manifest(settings: Settings, tmp_path: Path, kind: str) -> None:
    path = a_sound(tmp_path / f"song{kind}")
    label_file(path, made(), PAYLOAD, settings, NOW)
    data = bytearray(path.read_bytes())
    data[len(data) * 2 // 3] ^= 1
    path.write_bytes(data)
    found = read_credentials(path, *check_anchors(settings))
    assert found is not None
    assert found.problem is not None
    assert "mismatch" in found.problem


def test_a_tag_written_afterwards_breaks_the_manifest(settings: Settings, tmp_path: Path) -> None:
    path = a_sound(tmp_path / "song.wav")
    label_file(path, made(), PAYLOAD, settings, NOW)
    write_aigc(path, '{"Label":"3"}')
    found = read_credentials(path, *check_anchors(settings))
    assert found is not None
    assert found.problem is not None


@pytest.mark.parametrize("kind", [".ogg", ".opus", ".aiff"])
def test_kinds_without_a_place_for_a_manifest_get_the_other_label_and_say_so(
    settings: Settings, tmp_path: Path, kind: str
) -> None:
    path = a_sound(tmp_path / f"song{kind}")
    assert not can_carry(path)
    labelled = label_file(path, made(), PAYLOAD, settings, NOW)
    assert labelled.signer is None
    assert any("no Content Credentials" in note for note in labelled.notes)
    assert len(read_aigc(path)) == 1
    assert read_credentials(path, None, None) is None


def test_a_wav_of_64_bits_gets_the_other_label_and_says_so(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, read(a_sound(tmp_path / "song.wav"), 0.0, 3.0)[0], 44_100, format="RF64", subtype="PCM_16")
    labelled = label_file(path, made(), PAYLOAD, settings, NOW)
    assert labelled.signer is None
    assert len(read_aigc(path)) == 1
    assert read_credentials(path, None, None) is None
    assert soundfile.info(path).frames == 3 * 44_100


def test_a_song_by_people_gets_a_manifest_and_no_label_of_a_machine(settings: Settings, tmp_path: Path) -> None:
    path = a_sound(tmp_path / "song.flac")
    assert label_file(path, made(0), PAYLOAD, settings, NOW).aigc is None
    assert read_aigc(path) == []
    found = read_credentials(path, *check_anchors(settings))
    assert found is not None
    assert found.source_types == ("digitalCreation",)


@pytest.mark.parametrize("kind", SIGNED_KINDS)
def test_a_foreign_manifest_is_kept_whole_as_parent(settings: Settings, tmp_path: Path, kind: str) -> None:
    source = foreign(tmp_path / f"theirs{kind}", tmp_path / "studio")
    path = a_sound(tmp_path / f"ours{kind}", seed=2)
    labelled = label_file(path, made(), PAYLOAD, settings, NOW, earlier=source)
    assert labelled.parent == source.name
    found = read_credentials(path, *check_anchors(settings))
    assert found is not None
    assert found.problem is None
    assert found.parents == (Parent(source.name, None),)
    with c2pa.Reader(path) as reader:
        store = json.loads(reader.json())
    others = [each for name, each in store["manifests"].items() if name != store["active_manifest"]]
    assert [each["title"] for each in others] == ["Theirs"]
    assert _actions(path) == ["c2pa.opened", "c2pa.edited", "c2pa.watermarked.bound"]


def test_a_foreign_manifest_that_no_longer_holds_is_kept_and_told(settings: Settings, tmp_path: Path) -> None:
    source = foreign(tmp_path / "theirs.wav", tmp_path / "studio")
    source.write_bytes(source.read_bytes()[:5000] + b"\1" + source.read_bytes()[5001:])
    path = a_sound(tmp_path / "ours.wav", seed=2)
    label_file(path, made(), PAYLOAD, settings, NOW, earlier=source)
    found = read_credentials(path, *check_anchors(settings))
    assert found is not None
    assert found.problem is None
    assert found.parents[0].problem is not None
    assert "mismatch" in found.parents[0].problem


def test_a_source_without_a_manifest_is_no_parent(settings: Settings, tmp_path: Path) -> None:
    path, source = a_sound(tmp_path / "ours.wav"), a_sound(tmp_path / "plain.mp3")
    assert label_file(path, made(), PAYLOAD, settings, NOW, earlier=source).parent is None
    assert _actions(path) == ["c2pa.created", "c2pa.watermarked.bound"]


def test_another_providers_aigc_label_is_kept_and_ours_is_renewed(settings: Settings, tmp_path: Path) -> None:
    theirs = AigcLabel("1", "Another provider", "77").text()
    path = a_sound(tmp_path / "song.wav")
    write_aigc(path, theirs)
    labelled = label_file(path, made(), PAYLOAD, settings, NOW)
    assert read_aigc(path) == [theirs]
    assert any("own AIGC label was kept" in note for note in labelled.notes)
    write_aigc(path, AigcLabel("1", str(labelled.signer), "old").text())
    label_file(path, made(), "1100010000000002", settings, NOW)
    assert [AigcLabel.parse(text).ProduceID for text in read_aigc(path)] == ["1100010000000002"]


def test_the_provider_of_the_aigc_label_can_be_named(settings: Settings, tmp_path: Path) -> None:
    path = a_sound(tmp_path / "song.mp3")
    label_file(path, made(), None, replace(settings, aigc_producer="雨声公司"), NOW)
    label = AigcLabel.parse(read_aigc(path)[0])
    assert label.ContentProducer == "雨声公司"
    assert len(label.ProduceID) == 32


def test_what_is_made_of_a_labelled_file_says_what_that_says(settings: Settings, tmp_path: Path) -> None:
    release, copy = a_sound(tmp_path / "release.wav"), a_sound(tmp_path / "copy.wav", seed=2)
    label_file(release, made(), PAYLOAD, settings, NOW)
    labelled = label_derived(copy, release, "2200000100000007", settings, NOW)
    assert labelled is not None
    assert (labelled.source_type, labelled.ai_bps, labelled.parent) == ("compositeSynthetic", 4150, "release.wav")
    found = read_credentials(copy, *check_anchors(settings))
    assert found is not None
    assert found.bindings == (("partbook.mark.1", "2200000100000007"),)


def test_of_an_unlabelled_or_changed_or_foreign_file_nothing_is_said_further(
    settings: Settings, tmp_path: Path
) -> None:
    copy, plain = a_sound(tmp_path / "copy.wav"), a_sound(tmp_path / "plain.wav")
    changed = a_sound(tmp_path / "changed.wav")
    label_file(changed, made(), PAYLOAD, settings, NOW)
    changed.write_bytes(changed.read_bytes()[:5000] + b"\1" + changed.read_bytes()[5001:])
    for source in (plain, changed, foreign(tmp_path / "theirs.wav", tmp_path / "studio")):
        assert label_derived(copy, source, PAYLOAD, settings, NOW) is None
    assert read_credentials(copy, None, None) is None


def test_the_installations_key_is_made_once_and_only_its_owner_may_read_it(settings: Settings) -> None:
    first, second = signing_identity(settings, NOW), signing_identity(settings, NOW)
    assert first == second
    assert first.self_made
    folder = settings.home / "keys" / "signing"
    assert (folder / "key.pem").stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in folder.iterdir()) == ["certificate.pem", "key.pem", "root.pem"]


def test_another_installation_knows_the_signature_and_not_the_signer(settings: Settings, tmp_path: Path) -> None:
    path = a_sound(tmp_path / "song.wav")
    label_file(path, made(), PAYLOAD, settings, NOW)
    elsewhere = settings_at(tmp_path / "elsewhere")
    found = read_credentials(path, *check_anchors(elsewhere))
    assert found is not None
    assert (found.problem, found.trust) == (None, Trust.UNKNOWN)
    root = settings.home / "keys" / "signing" / "root.pem"
    found = read_credentials(path, *check_anchors(replace(elsewhere, trust_anchors=root)))
    assert found is not None
    assert found.trust is Trust.LISTED


def test_a_certificate_of_ones_own_signs(tmp_path: Path) -> None:
    settings, root = bring_certificate(tmp_path / "brought")
    path = a_sound(tmp_path / "song.flac")
    labelled = label_file(path, made(), PAYLOAD, settings, today())
    assert (labelled.signer, labelled.self_made) == ("Label & Sons", False)
    assert labelled.notes == (UNSTAMPED,)
    found = read_credentials(path, None, root)
    assert found is not None
    assert (found.signer, found.trust) == ("Label & Sons, Sons", Trust.LISTED)
    assert not (settings.home / "keys" / "signing").exists()


def test_an_expired_certificate_is_told_and_the_file_stays_as_it_was(tmp_path: Path) -> None:
    settings, _ = bring_certificate(tmp_path / "brought", begins=datetime(2020, 1, 1, tzinfo=UTC))
    path = a_sound(tmp_path / "song.wav")
    before = path.read_bytes()
    with pytest.raises(CertificateUnusable, match=r"“Label & Sons” expired on 2020-01-31; today is"):
        label_file(path, made(), PAYLOAD, settings, today())
    assert path.read_bytes() == before


def test_a_certificate_of_the_future_is_told(tmp_path: Path) -> None:
    settings, _ = bring_certificate(tmp_path / "brought", begins=today() + timedelta(days=9))
    with pytest.raises(CertificateUnusable, match="valid only from"):
        signing_identity(settings, today())


def test_a_key_of_another_certificate_is_told(tmp_path: Path) -> None:
    settings, _ = bring_certificate(tmp_path / "brought", another_key=True)
    with pytest.raises(CertificateUnusable, match="belongs to another private key"):
        signing_identity(settings, today())


def test_who_signs_is_described_without_making_anything(settings: Settings, tmp_path: Path) -> None:
    assert "is made when the first file is labelled" in describe_identity(settings, NOW)
    assert not settings.home.exists()
    signing_identity(settings, NOW)
    assert "self-made, on no trust list, until 2036" in describe_identity(settings, NOW)
    brought, _ = bring_certificate(tmp_path / "brought")
    assert "“Label & Sons” signs, brought, until" in describe_identity(brought, today())


def test_half_a_setting_a_missing_file_and_no_pem_are_told(tmp_path: Path) -> None:
    settings, _ = bring_certificate(tmp_path / "brought")
    with pytest.raises(CertificateUnusable, match="only one of them is set"):
        signing_identity(replace(settings, signing_key=None), today())
    with pytest.raises(CertificateUnusable, match="cannot be read"):
        signing_identity(replace(settings, signing_key=tmp_path / "nothing"), today())
    (tmp_path / "words").write_text("no certificate")
    with pytest.raises(CertificateUnusable, match="no PEM certificate"):
        signing_identity(replace(settings, signing_certificate=tmp_path / "words"), today())


def test_a_time_stamp_authority_that_does_not_answer_leaves_the_file_as_it_was(
    settings: Settings, tmp_path: Path
) -> None:
    path = a_sound(tmp_path / "song.wav")
    with pytest.raises(NotSigned, match="could not be signed"):
        label_file(path, made(), PAYLOAD, replace(settings, timestamp_url="http://127.0.0.1:9/"), NOW)
    assert read_credentials(path, None, None) is None
    assert [each.name for each in tmp_path.glob("*.part*")] == []


def test_trust_anchors_that_are_missing_are_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match=r"anchors\.pem cannot be read"):
        check_anchors(replace(settings, trust_anchors=tmp_path / "anchors.pem"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON"),
        ("[1]", "no JSON object"),
        ('{"Label":"1"}', "lacks ContentProducer, ProduceID, ReservedCode1"),
        (AigcLabel("1", "a", "b").text().replace('"1"', "1"), "Label is no text"),
    ],
)
def test_a_broken_aigc_label_is_told(text: str, says: str) -> None:
    with pytest.raises(UnusableInput, match=says):
        AigcLabel.parse(text)


def test_an_aigc_label_is_read_with_and_without_its_wrapping() -> None:
    label = AigcLabel("1", "Partbook", "7")
    assert AigcLabel.parse(label.text()) == AigcLabel.parse(f'{{"AIGC":{label.text()}}}') == label
