"""A replica of a voice needs a signed, scoped, expiring consent of its singer, or nothing is released."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typed_commands import typist

from partbook.chain.signers import Keyring, Signer
from partbook.chain.voice_consent import VoiceConsent
from partbook.core.clock import FixedClock, SystemClock
from partbook.core.errors import UnusableInput
from partbook.core.ids import Address
from partbook.music.request import ComposeRequest
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.song_rendering import render_song
from partbook.works.song_verifying import verify_song
from partbook.works.takes import add_take
from partbook.works.voice_consents import LONGEST_DAYS, Use, lacks, read_consent, sign_consent
from partbook.works.voices import (
    RECORDING,
    RELEASE,
    Unconsented,
    bring_consent,
    refuse_release,
    refuse_unconsented,
    song_id,
    voices_in,
)

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
CLOCK = FixedClock(NOW)
AT, DAY = int(NOW.timestamp()), 86_400
LATER = AT + 400 * DAY
HERE = 1337


@pytest.fixture
def keys(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "home", HERE)


@pytest.fixture
def singer(keys: Keyring) -> Signer:
    return keys.open("nina")


@pytest.fixture
def agreed(keys: Keyring, singer: Signer) -> VoiceConsent:
    """Nina lets Ana release with her voice for a year."""
    return VoiceConsent(HERE, singer.address, (keys.address("ana"),), (RELEASE,), (), (), AT, AT + 365 * DAY)


@pytest.fixture
def song(tmp_path: Path, keys: Keyring) -> SongFolder:
    request = ComposeRequest("calm", 12, 3, by=keys.address("ana"))
    return compose_song(tmp_path / "song", request, None, CLOCK)


@pytest.fixture
def vocals(tmp_path: Path) -> Path:
    """Four seconds of somebody, or something, singing a tone."""
    time = np.arange(4 * 22_050) / 22_050
    soundfile.write(tmp_path / "vocals.wav", 0.3 * np.sin(2 * np.pi * 330 * time), 22_050, subtype="PCM_16")
    return tmp_path / "vocals.wav"


def written(path: Path, consent: VoiceConsent, signer: Signer) -> Path:
    path.write_bytes(sign_consent(consent, signer))
    return path


@pytest.fixture
def consent(tmp_path: Path, agreed: VoiceConsent, singer: Signer) -> Path:
    return written(tmp_path / "nina.json", agreed, singer)


def sing(song: SongFolder, vocals: Path, keys: Keyring, consent: Path | None, by: str = "ana") -> None:
    voice = keys.address("nina")
    add_take(song, "performance", vocals, "1-2", keys.address(by), CLOCK, "melody", voice_of=voice, consent=consent)


def test_a_consent_covers_what_it_says(agreed: VoiceConsent, consent: Path, keys: Keyring) -> None:
    file = read_consent(consent)
    use = Use(agreed.voice, RELEASE, "ab" * 32, AT, keys.address("ana"), HERE)
    assert lacks(file, use) == []
    assert lacks(file, replace(use, purpose=RECORDING)) == []
    assert file.consent() == agreed


def test_what_a_consent_lacks_is_said(tmp_path: Path, agreed: VoiceConsent, keys: Keyring, singer: Signer) -> None:
    ana, song = keys.address("ana"), "ab" * 32
    use = Use(agreed.voice, RELEASE, song, AT, ana, HERE)
    cases: list[tuple[VoiceConsent, Use, str]] = [
        (agreed, replace(use, at=agreed.expires), "it ended on 2027-11-26"),
        (agreed, replace(use, at=AT - 1), "it holds only from 2026-11-26"),
        (replace(agreed, purposes=(RECORDING,)), use, "it is for recording, not for release"),
        (replace(agreed, songs=("cd" * 32,)), use, "not this one"),
        (replace(agreed, territories=("SE", "DE")), use, "it holds in SE, DE only"),
        (agreed, replace(use, by=keys.address("mallory")), "lets"),
        (agreed, replace(use, voice=keys.address("mallory")), "it is by"),
        (agreed, replace(use, chain_id=1), "for chain 1337, not for chain 1"),
    ]
    for given, wanted, sentence in cases:
        found = lacks(read_consent(written(tmp_path / "c.json", given, singer)), wanted)
        assert len(found) == 1
        assert sentence in found[0]


def test_every_changed_field_makes_the_signature_void(consent: Path, agreed: VoiceConsent, keys: Keyring) -> None:
    original = json.loads(consent.read_text())
    changes: dict[str, Any] = {
        "chain_id": 1,
        "voice": keys.address("mallory"),
        "licensees": [*original["licensees"], keys.address("mallory")],
        "purposes": ["recording"],
        "songs": ["ab" * 32],
        "territories": ["SE"],
        "starts": original["starts"] - 1,
        "expires": original["expires"] + 1,
        "signature": original["signature"][:-4] + "0000",
    }
    assert set(changes) | {"format"} == set(original)
    for name, value in changes.items():
        consent.write_text(json.dumps(original | {name: value}))
        use = Use(agreed.voice, RELEASE, "ab" * 32, AT, keys.address("ana"))
        assert "its signature is not" in lacks(read_consent(consent), use)[0], name
    for wrong in ({"extra": 1}, {"songs": "all"}, {"licensees": []}, {"signature": "0x12"}, {"purposes": ["any"]}):
        consent.write_text(json.dumps(original | wrong))
        with pytest.raises(UnusableInput, match="is not a voice consent"):
            read_consent(consent)


def test_only_the_singer_signs_and_not_for_life(agreed: VoiceConsent, keys: Keyring, singer: Signer) -> None:
    with pytest.raises(UnusableInput, match="Only 0x"):
        sign_consent(agreed, keys.open("mallory"))
    for expires in (agreed.starts, agreed.starts + (LONGEST_DAYS + 1) * DAY):
        with pytest.raises(UnusableInput, match="within 3650 days"):
            sign_consent(replace(agreed, expires=expires), singer)
    for wrong in ({"licensees": ()}, {"purposes": ()}, {"purposes": ("any",)}, {"territories": ("Sweden",)}):
        with pytest.raises(UnusableInput, match="cannot be signed"):
            sign_consent(replace(agreed, **wrong), singer)


def test_a_consent_that_a_forger_made_too_long_does_not_hold(
    tmp_path: Path, agreed: VoiceConsent, singer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for_life = replace(agreed, expires=AT + 20_000 * DAY)
    monkeypatch.setattr("partbook.works.voice_consents.LONGEST_DAYS", 30_000)
    file = read_consent(written(tmp_path / "c.json", for_life, singer))
    monkeypatch.undo()
    assert "more than 3650 days" in lacks(file, Use(agreed.voice, RELEASE, "ab" * 32, AT))[0]


def test_a_take_that_imitates_a_voice_needs_her_consent(
    song: SongFolder, vocals: Path, keys: Keyring, consent: Path
) -> None:
    before = {path: path.read_bytes() for path in song.path.rglob("*") if path.is_file()}
    with pytest.raises(Unconsented, match="There is no consent"):
        sing(song, vocals, keys, None)
    with pytest.raises(Unconsented, match="use the voice, not"):
        sing(song, vocals, keys, consent, by="mallory")
    assert {path: path.read_bytes() for path in song.path.rglob("*") if path.is_file()} == before
    sing(song, vocals, keys, consent)
    assert [voice.voice for voice in voices_in(song.log())] == [keys.address("nina")]
    assert verify_song(song) == []
    sing(song, vocals, keys, None)  # the one that the song has still holds


def test_voices_belong_to_sound(song: SongFolder, tmp_path: Path, consent: Path, keys: Keyring) -> None:
    (tmp_path / "w.txt").write_text("la la")
    with pytest.raises(UnusableInput, match="performance or production"):
        add_take(song, "lyrics", tmp_path / "w.txt", None, "0xA", CLOCK, voice_of=keys.address("nina"))
    with pytest.raises(UnusableInput, match="say whose"):
        add_take(song, "lyrics", tmp_path / "w.txt", None, "0xA", CLOCK, consent=consent)


def test_nothing_is_released_after_it_ended_until_she_consents_again(
    song: SongFolder, vocals: Path, keys: Keyring, consent: Path, agreed: VoiceConsent, singer: Signer, tmp_path: Path
) -> None:
    sing(song, vocals, keys, consent)
    refuse_unconsented(song, RELEASE, AT, keys.address("ana"), HERE)
    for at, by, chain in ((LATER, keys.address("ana"), HERE), (AT, keys.address("mallory"), HERE), (AT, "", 1)):
        with pytest.raises(Unconsented, match="without her consent there is no release"):
            refuse_unconsented(song, RELEASE, at, by, chain)
    mix = song.path / "mix.wav"
    mix.write_bytes(vocals.read_bytes())
    refuse_release(mix, AT)
    with pytest.raises(Unconsented, match="it ended on 2027-11-26"):
        refuse_release(mix, LATER)
    with pytest.raises(Unconsented):
        refuse_release(song.path / "release" / "song.wav", LATER)
    with pytest.raises(Unconsented, match="no recording"):
        render_song(song, Path("none.sf3"), FixedClock(NOW + timedelta(days=400)))
    newer = written(tmp_path / "n.json", replace(agreed, starts=LATER - DAY, expires=LATER + DAY), singer)
    with pytest.raises(UnusableInput, match="holds only from"):
        bring_consent(song, newer, keys.address("ana"), CLOCK)
    bring_consent(song, newer, keys.address("ana"), FixedClock(NOW + timedelta(days=400)))
    refuse_release(mix, LATER)
    assert verify_song(song) == []


def test_a_release_needs_more_than_leave_to_record(
    song: SongFolder, vocals: Path, keys: Keyring, agreed: VoiceConsent, singer: Signer, tmp_path: Path
) -> None:
    only = replace(agreed, purposes=(RECORDING,), songs=(song_id(song),))
    sing(song, vocals, keys, written(tmp_path / "r.json", only, singer))
    with pytest.raises(Unconsented, match="it is for recording, not for release"):
        refuse_unconsented(song, RELEASE, AT)


def test_a_voice_that_a_person_sang_over_is_no_longer_asked_for(
    song: SongFolder, vocals: Path, keys: Keyring, consent: Path
) -> None:
    sing(song, vocals, keys, consent)
    add_take(song, "performance", vocals, "1-1", keys.address("ben"), CLOCK, "melody")
    assert len(voices_in(song.log())) == 1
    add_take(song, "performance", vocals, "1-3", keys.address("ben"), CLOCK, "melody")
    assert voices_in(song.log()) == []
    refuse_unconsented(song, RELEASE, LATER)


@pytest.mark.parametrize("harm", ["changed", "gone", "other"])
def test_a_consent_that_was_touched_in_the_song_is_named(
    song: SongFolder, vocals: Path, keys: Keyring, consent: Path, harm: str
) -> None:
    sing(song, vocals, keys, consent)
    kept = next(song.paths.consents.iterdir())
    harms: dict[str, Callable[[], object]] = {
        "changed": lambda: kept.write_text(kept.read_text().replace("release", "recording")),
        "gone": kept.unlink,
        "other": lambda: (song.paths.consents / "x.json").write_text("{}"),
    }
    harms[harm]()
    assert verify_song(song)[0].thing.startswith("consents/")
    if harm != "other":
        with pytest.raises(Unconsented, match=r"was changed|is missing"):
            refuse_unconsented(song, RELEASE, AT)


@pytest.fixture
def partbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command and gives (exit code, stdout)."""
    from partbook.audit import marking_commands
    from partbook.people import commands
    from partbook.works import song_commands

    return typist(tmp_path / "home", capsys, commands, song_commands, marking_commands)


def test_a_singer_signs_and_a_mark_is_refused_without(
    partbook: Any, song: SongFolder, vocals: Path, tmp_path: Path, keys: Keyring
) -> None:
    out = tmp_path / "c.json"
    sign = ("people", "consent", "sign", "--by", "nina", "--to", "ana", "--song", song.path, "--out", out, "--json")
    status, told = partbook(*sign)
    facts = json.loads(told)
    assert (status, facts["voice"], facts["songs"]) == (0, keys.address("nina"), [song_id(song)])
    assert json.loads(partbook("people", "consent", "show", out, "--song", song.path, "--to", "ana", "--json")[1])["ok"]
    status, told = partbook("people", "consent", "show", out, "--to", "ben", "--json")
    assert (status, json.loads(told)["ok"]) == (1, False)
    assert "It holds." in partbook("people", "consent", "show", out)[1]
    take = ("song", "take", song.path, "--layer", "performance", "--from", vocals, "--by", "ana", "--voice-of", "nina")
    with pytest.raises(Unconsented):
        partbook(*take)
    entry = json.loads(partbook(*take, "--consent", out, "--json")[1])["entry"]
    assert entry["from"]["voice_of"] == keys.address("nina")
    (song.path / "mix.wav").write_bytes(vocals.read_bytes())
    next(song.paths.consents.iterdir()).unlink()
    with pytest.raises(Unconsented, match="is missing"):
        partbook("mark", song.path / "mix.wav", tmp_path / "out.wav", "--payload", "00" * 8)
    assert not (tmp_path / "out.wav").exists()
    entry = json.loads(partbook("song", "consent", song.path, out, "--by", "ana", "--json")[1])["entry"]
    assert entry["what"] == "consented"
    refuse_unconsented(song, RELEASE, int(SystemClock().now().timestamp()), Address(keys.address("ana")))
