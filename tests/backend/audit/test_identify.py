"""What `identify` says of real files: mark, registry and sound together, and what none of them may be made to say."""

import json
from pathlib import Path

import numpy as np
import pytest
import soxr
from shelf import ANAS, PUBLIC, RATE, SECONDS, Shelf, copy_mark, marked, song, spliced, work_mark

from partbook.audit.identify import FORGEABLE, Identification, identify
from partbook.audit.verdict import Verdict
from partbook.sound.audio_file import read
from partbook.sound.audio_writer import write
from partbook.sound.codecs import excerpt_mp3
from partbook.watermark import MarkKey
from partbook.watermark.self_check import Mark


def shelf() -> Shelf:
    """Works 3 and 8, each with its own song; copy 7 of work 3 is sold."""
    return Shelf().register(3, song(3)).register(8, song(8)).sell(3, 7, "0xdee")


def reasons(found: Identification) -> str:
    """All reasons in one text."""
    return " ".join(found.judgement.reasons)


def test_a_released_file_matches_with_owners_share_and_place(release: Path) -> None:
    found = identify(release, shelf())
    answer = found.as_json()
    assert found.verdict is Verdict.MATCH
    assert answer["work"]["work_id"] == 3
    assert answer["payload"] == work_mark(3).payload.hex()
    assert [owner["name"] for owner in answer["owners"]] == ["Owner 3"]
    assert answer["ai_bps"] == 4150
    assert answer["fingerprint"]["same"]
    assert answer["fingerprint"]["offset_seconds"] == pytest.approx(0, abs=0.1)
    assert 0 < answer["false_name_bound"] < 1e-6
    assert answer["seconds"] == pytest.approx(SECONDS, abs=0.01)
    json.dumps(answer)


def test_an_mp3_cut_from_the_middle_matches_and_its_place_is_told(release: Path, tmp_path: Path) -> None:
    excerpt_mp3(release, tmp_path / "cut.mp3", 4.0, 11.0, 128)
    found = identify(tmp_path / "cut.mp3", shelf())
    assert found.verdict is Verdict.MATCH
    assert found.match is not None
    assert found.match.offset_seconds == pytest.approx(4.0, abs=0.2)


def test_a_copy_played_faster_is_compared_at_the_speed_that_its_mark_tells(release: Path, tmp_path: Path) -> None:
    """Without that, the pirate's 4 % would make a lifted mark of a true one."""
    faster = soxr.resample(read(release)[0], 1.04, 1.0, quality="HQ")
    write(tmp_path / "faster.wav", faster.astype(np.float32), RATE)
    found = identify(tmp_path / "faster.wav", shelf())
    assert found.reading is not None
    assert found.reading.tempo == pytest.approx(1.04, abs=0.005)
    assert found.verdict is Verdict.MATCH


def test_a_mark_laid_on_an_unknown_song_names_no_owner_of_it(tmp_path: Path) -> None:
    found = identify(marked(tmp_path / "other.wav", song(5), work_mark(3)), shelf())
    answer = found.as_json()
    assert found.verdict is Verdict.TRANSPLANTED
    assert answer["work"]["work_id"] == 3
    assert answer["fingerprint"]["same"] is False
    assert (answer["owners"], answer["ai_bps"], answer["ai"]) == ([], None, None)


def test_a_mark_laid_on_another_registered_song_gives_that_songs_owners(tmp_path: Path) -> None:
    found = identify(marked(tmp_path / "other.wav", song(8), work_mark(3)), shelf())
    assert found.verdict is Verdict.TRANSPLANTED
    assert found.work is not None
    assert found.work.work_id == 8
    assert [owner.name for owner in found.owners] == ["Owner 8"]
    assert found.reading is not None
    assert found.reading.payload == work_mark(3).payload


def test_of_two_marks_on_one_song_the_earlier_registration_wins(tmp_path: Path) -> None:
    file, sound = spliced(tmp_path / "both.wav", 3, work_mark(8), work_mark(3))
    found = identify(file, Shelf().register(8, sound).register(3, sound))
    assert found.verdict is Verdict.CONFLICT
    assert found.work is not None
    assert found.work.work_id == 3
    assert found.reading is not None
    assert found.reading.payload == work_mark(3).payload


def test_an_earlier_registrant_does_not_win_a_later_song_by_laying_a_mark_over_it(tmp_path: Path) -> None:
    file, sound = spliced(tmp_path / "over.wav", 8, work_mark(8), work_mark(3))
    found = identify(file, Shelf().register(8, sound).register(3, song(3)))
    assert found.verdict is Verdict.CONFLICT
    assert found.work is not None
    assert found.work.work_id == 8
    assert [owner.name for owner in found.owners] == ["Owner 8"]


def test_a_thief_who_marks_over_an_earlier_mark_does_not_become_the_owner(tmp_path: Path) -> None:
    file = marked(tmp_path / "over.wav", song(3), work_mark(3), work_mark(9))
    found = identify(file, Shelf().register(3, song(3)).register(9, song(3)))
    assert found.verdict is Verdict.CONFLICT
    assert [owner.name for owner in found.owners] == ["Owner 3"]
    assert "registered earlier, as work 3" in reasons(found)


def test_a_work_whose_recording_is_not_kept_here_is_a_claim_and_no_accusation(release: Path) -> None:
    found = identify(release, Shelf().register(3, None))
    assert found.verdict is Verdict.UNCONFIRMED
    assert found.match is None
    assert found.as_json()["fingerprint"] is None
    assert "could not be compared" in reasons(found)


def test_a_kept_fingerprint_that_cannot_be_read_is_noted_and_blames_no_file(release: Path) -> None:
    broken = shelf()
    broken.sounds[3] = b"rubbish"
    found = identify(release, broken)
    assert found.verdict is Verdict.UNCONFIRMED
    assert any("work 3" in note for note in found.notes)


def test_a_mark_of_no_registered_work_is_unregistered(release: Path) -> None:
    found = identify(release, Shelf())
    assert found.verdict is Verdict.UNREGISTERED
    assert found.work is None
    assert found.as_json()["found"] is True


def test_an_unregistered_mark_on_a_registered_song_still_tells_whose_song_it_is(tmp_path: Path) -> None:
    found = identify(marked(tmp_path / "a.wav", song(8), work_mark(77)), shelf())
    assert found.verdict is Verdict.UNREGISTERED
    assert found.work is not None
    assert found.work.work_id == 8


def test_a_payload_of_unknown_make_is_shown_and_names_nothing(tmp_path: Path) -> None:
    foreign = Mark(bytes.fromhex("f00000000000beef"), PUBLIC)
    found = identify(marked(tmp_path / "a.wav", song(5), foreign), shelf())
    assert found.verdict is Verdict.UNREGISTERED
    assert found.as_json()["payload"] == "f00000000000beef"


def test_an_unmarked_recording_is_known_by_its_sound(unmarked: Path) -> None:
    found = identify(unmarked, shelf())
    answer = found.as_json()
    assert found.verdict is Verdict.CONTENT_ONLY
    assert (answer["found"], answer["payload"], answer["confidence"]) == (False, None, 0.0)
    assert answer["work"]["work_id"] == 3


def test_an_unknown_file_is_a_miss_that_claims_nothing(tmp_path: Path) -> None:
    found = identify(marked(tmp_path / "a.wav", song(5)), shelf())
    assert found.verdict is Verdict.NONE
    assert found.work is None
    assert "proves nothing" in reasons(found)


def test_a_silent_file_is_said_to_be_silent(tmp_path: Path) -> None:
    write(tmp_path / "silent.wav", np.zeros((RATE * 12, 1), np.float32), RATE)
    found = identify(tmp_path / "silent.wav", shelf())
    assert found.verdict is Verdict.NONE
    assert "silent" in reasons(found)
    json.dumps(found.as_json())


def test_whose_copy_it_is_is_read_with_the_registrants_key_alone(copy: Path) -> None:
    without = identify(copy, shelf())
    another = identify(copy, shelf(), [MarkKey.from_secret(b"somebody else's secret key", 2)])
    with_key = identify(copy, shelf(), [ANAS, ANAS])
    assert (without.verdict, without.copy, without.copy_reading) == (Verdict.MATCH, None, None)
    assert (another.verdict, another.copy) == (Verdict.MATCH, None)
    assert with_key.verdict is Verdict.MATCH
    sale = with_key.as_json()["copy"]
    assert (sale["copy"], sale["buyer"], sale["payload"]) == (7, "0xdee", copy_mark(3, 7).payload.hex())


def test_a_copy_mark_alone_names_the_sale_and_its_work(tmp_path: Path) -> None:
    file = marked(tmp_path / "a.wav", song(3), copy_mark(3, 7))
    found = identify(file, shelf(), [ANAS])
    assert found.verdict is Verdict.MATCH
    assert found.copy is not None
    assert found.copy.buyer == "0xdee"
    unsold = identify(file, Shelf().register(3, song(3)), [ANAS])
    assert unsold.verdict is Verdict.UNREGISTERED
    assert unsold.copy is None
    assert unsold.work is not None, "the sound is known all the same"


def test_a_copy_mark_under_the_public_key_names_no_buyer(release: Path, tmp_path: Path) -> None:
    """Anybody has that key: otherwise anybody could make any buyer the leak."""
    forged = copy_mark(3, 7, MarkKey(2, PUBLIC.secret))
    found = identify(marked(tmp_path / "a.wav", song(5), Mark(forged.payload, PUBLIC)), shelf(), [ANAS])
    assert (found.copy, found.copy_reading, found.work) == (None, None, None)
    assert found.verdict is Verdict.UNREGISTERED
    assert FORGEABLE in found.notes


def test_a_copy_mark_of_another_work_than_the_work_mark_is_a_conflict(tmp_path: Path) -> None:
    file = marked(tmp_path / "a.wav", song(8), work_mark(8), copy_mark(3, 7))
    found = identify(file, shelf(), [ANAS])
    assert found.verdict is Verdict.CONFLICT
    assert found.work is not None
    assert found.work.work_id == 8, "the sound decides"
    assert found.copy is not None
    assert found.copy.work_id == 3


def test_a_damaged_file_is_named_by_the_mark_that_is_left(release: Path, tmp_path: Path) -> None:
    data = release.read_bytes()
    (tmp_path / "cut.wav").write_bytes(data[: len(data) * 3 // 4])
    found = identify(tmp_path / "cut.wav", shelf())
    assert found.verdict is Verdict.MATCH
    assert any("damaged" in note for note in found.notes)
