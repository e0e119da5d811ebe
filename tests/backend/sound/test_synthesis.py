import io
from pathlib import Path

import mido
import numpy as np
import pytest

from partbook.core.errors import NotConfigured, UnusableInput
from partbook.core.settings import SOUNDFONT
from partbook.sound import synthesis
from partbook.sound.synthesis import RATE, open_midi, render_midi

MELODY, BASS, DRUMS = 0, 2, 9


def _midi(notes: list[tuple[int, int, int]], setup: list[mido.Message] | None = None, tempo: int = 500_000) -> bytes:
    """`notes` are (channel, key, beats), one after another."""
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=tempo), *(setup or [])])
    for channel, key, beats in notes:
        track.append(mido.Message("note_on", channel=channel, note=key, velocity=90))
        track.append(mido.Message("note_off", channel=channel, note=key, time=480 * beats))
    out = io.BytesIO()
    mido.MidiFile(tracks=[track], ticks_per_beat=480).save(file=out)
    return out.getvalue()


BAND = _midi([(MELODY, 69, 2), (BASS, 45, 2), (DRUMS, 38, 2), (MELODY, 72, 2)])


def test_the_same_midi_gives_the_same_samples_whatever_was_played_before() -> None:
    first = render_midi(BAND, SOUNDFONT)
    render_midi(_midi([(BASS, 40, 1)] * 8), SOUNDFONT)
    second = render_midi(BAND, SOUNDFONT)
    assert np.array_equal(first.mix, second.mix)


def test_each_channel_has_a_stem_and_the_stems_add_up_to_the_mix() -> None:
    stems = render_midi(BAND, SOUNDFONT)
    assert list(stems.parts) == [MELODY, BASS, DRUMS]
    assert all(part.dtype == np.float32 and part.shape == stems.mix.shape for part in stems.parts.values())
    assert all(np.abs(part).max() > 0.01 for part in stems.parts.values())
    assert np.allclose(sum(stems.parts.values()), stems.mix, atol=1e-6)


def test_a_stem_does_not_hear_the_other_channels() -> None:
    alone = render_midi(_midi([(MELODY, 69, 4)]), SOUNDFONT).parts[MELODY]
    beside_silent = render_midi(_midi([(MELODY, 69, 4), (DRUMS, 38, 1)]), SOUNDFONT).parts[MELODY]
    assert np.array_equal(alone[: 2 * RATE], beside_silent[: 2 * RATE])


def test_a_note_sounds_at_its_pitch_and_at_its_time() -> None:
    flute = [mido.Message("program_change", channel=MELODY, program=73)]
    late = render_midi(
        _midi([(MELODY, 69, 4)], [*flute, mido.Message("control_change", control=7, value=100)]), SOUNDFONT
    )
    sound = late.mix[RATE // 2 : RATE + RATE // 2].mean(axis=1) * np.hanning(RATE)
    strongest = np.argmax(np.abs(np.fft.rfft(sound)))
    assert strongest == pytest.approx(440, abs=4)
    slow = _midi([(DRUMS, 38, 1), (MELODY, 69, 1)], tempo=1_000_000)
    melody = render_midi(slow, SOUNDFONT).parts[MELODY]
    assert not melody[: RATE - 64].any()
    assert np.abs(melody[RATE : RATE + RATE // 4]).max() > 0.005


def test_the_last_note_rings_out_and_ends_at_zero() -> None:
    mix = render_midi(_midi([(MELODY, 60, 1)]), SOUNDFONT).mix
    assert len(mix) > RATE
    assert not mix[-1].any()


@pytest.mark.parametrize("garbage", [b"", b"not a midi file", BAND[:20], BAND[:-30], b"MThd" + bytes(200)])
def test_bytes_that_are_no_midi_file_are_refused(garbage: bytes) -> None:
    with pytest.raises(UnusableInput):
        render_midi(garbage, SOUNDFONT)


def test_a_piece_without_notes_and_one_without_end_are_refused() -> None:
    with pytest.raises(UnusableInput, match="no note"):
        render_midi(_midi([]), SOUNDFONT)
    with pytest.raises(UnusableInput, match="15 minutes"):
        render_midi(_midi([(MELODY, 60, 500_000)]), SOUNDFONT)


def test_a_missing_or_broken_soundfont_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match=r"nowhere\.sf3 is missing.*bootstrap\.py"):
        render_midi(BAND, tmp_path / "nowhere.sf3")
    broken = tmp_path / "broken.sf3"
    broken.write_bytes(b"RIFF" + bytes(100))
    with pytest.raises(NotConfigured, match="not a readable SoundFont"):
        render_midi(BAND, broken)


def test_a_channel_sounds_the_same_in_pieces_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = np.concatenate(list(open_midi(BAND, SOUNDFONT).play(MELODY)))
    monkeypatch.setattr(synthesis, "PIECE_FRAMES", 64 * 7)
    assert np.array_equal(np.concatenate(list(open_midi(BAND, SOUNDFONT).play(MELODY))), whole)


def test_a_part_can_be_tuned_by_cents() -> None:
    midi = _midi([(MELODY, 69, 4)], [mido.Message("program_change", channel=MELODY, program=73)])
    sound = np.concatenate(list(open_midi(midi, SOUNDFONT).play(MELODY, cents=50.0)))[RATE // 2 : RATE * 3 // 2, 0]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(RATE), 4 * RATE))
    assert np.argmax(spectrum) / 4 == pytest.approx(440 * 2 ** (50 / 1200), abs=2)
