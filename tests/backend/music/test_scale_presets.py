"""Declared scales: sourced, written in by the engine, carried by the MIDI file, and sounding within 5 cents."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.core.errors import UnusableInput
from partbook.core.settings import SOUNDFONT
from partbook.music.midi_file import read_midi, write_midi
from partbook.music.modes import SCALES, steps_of
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest
from partbook.music.rules_engine import chords_of, compose_draft
from partbook.music.scale_exercise import scale_exercise
from partbook.music.scale_presets import ANCHOR, BEND_STEPS, HARMONIES, scale_preset, scale_presets
from partbook.music.score import DRUM_CHANNEL, HARMONY, Note, Part, Score, Tempo
from partbook.sound.synthesis import RATE, render_midi

NAMES = list(scale_presets())
CENTS_PER_BEND = 200 / BEND_STEPS
Sound = npt.NDArray[np.float64]


def test_there_are_many_of_many_traditions_and_each_names_its_source() -> None:
    presets = scale_presets().values()
    assert len(presets) >= 30
    assert len({preset.tradition for preset in presets}) >= 10
    for preset in presets:
        assert len(preset.source) > 20, preset.name
        assert preset.harmony in HARMONIES
        assert preset.name not in SCALES
        assert preset.tones[0] == 0
        assert list(preset.tones) == sorted(set(preset.tones))
        assert preset.tones[-1] < preset.octave
        assert len(set(preset.steps)) == len(preset.steps), f"two tones of {preset.name} share a key"
        assert 0 < preset.second < len(preset.steps)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tonic", [0, 7])
def test_keys_and_bends_give_the_cents_over_three_octaves(name: str, tonic: int) -> None:
    preset = scale_preset(name)
    bends = preset.bends(tonic)
    for octave in (-1, 0, 1):
        for step, cents in zip(preset.steps, preset.cents, strict=True):
            key = ANCHOR + tonic + 12 * octave + step
            sounding = 100 * (key - ANCHOR - tonic) + bends[key] * CENTS_PER_BEND
            assert sounding == pytest.approx(octave * preset.octave / 100 + cents, abs=0.02)


def _pitch(sound: Sound, near: float) -> float:
    """The fundamental in hertz: the strongest partial within a semitone of `near`, by a parabola through its peak."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 8 * len(sound)))
    hertz = np.fft.rfftfreq(8 * len(sound), 1 / RATE)
    peak = int(np.argmax(np.where((hertz > near * 0.945) & (hertz < near * 1.058), spectrum, 0)))
    left, middle, right = np.log(spectrum[peak - 1 : peak + 2])
    return float(hertz[peak] + (left - right) / (left - 2 * middle + right) / 2 * hertz[1])


@pytest.mark.parametrize("name", NAMES)
def test_every_tone_sounds_within_five_cents(name: str) -> None:
    preset = scale_preset(name)
    sound = render_midi(write_midi(scale_exercise(preset, drone=False)), SOUNDFONT).mix.mean(axis=1).astype(float)
    wanted = [*preset.cents, preset.octave / 100]
    heard = []
    for number, cents in enumerate(wanted):
        tone = sound[number * RATE + RATE // 4 : number * RATE + RATE * 4 // 5]
        heard.append(_pitch(tone, 261.626 * 2 ** (cents / 1200)))
    off = [1200 * np.log2(pitch / heard[0]) - cents for pitch, cents in zip(heard, wanted, strict=True)]
    assert max(map(abs, off)) < 5, [round(float(cents), 1) for cents in off]


def test_the_ear_of_this_test_hears_a_wrong_tuning() -> None:
    equal = scale_exercise(scale_preset("rast"), drone=False)
    untuned = Score("", equal.metre, 0, False, equal.bars, equal.tempi, equal.parts)
    sound = render_midi(write_midi(untuned), SOUNDFONT).mix.mean(axis=1).astype(float)
    first, third = (sound[n * RATE + RATE // 4 : n * RATE + RATE * 4 // 5] for n in (0, 2))
    heard = 1200 * np.log2(_pitch(third, 261.626 * 2 ** (350 / 1200)) / _pitch(first, 261.626))
    assert abs(heard - 350) > 40


def test_a_ringing_note_keeps_its_tuning_when_the_next_has_another() -> None:
    bends = scale_preset("rast").bends(0)
    ringing = (Note(0, 64, 1900, 90), Note(960, 60, 900, 60))
    part = Part("harmony 1", HARMONY, 1, 71, 64, 0, ringing)
    score = Score("", (4, 4), 0, False, 1, (Tempo(0, 500_000),), (part,), bends)
    sound = render_midi(write_midi(score), SOUNDFONT).mix.mean(axis=1).astype(float)
    neutral = 261.626 * 2 ** (350 / 1200)
    before, after = (_pitch(sound[at : at + RATE // 2], neutral) for at in (RATE // 4, RATE + RATE // 4))
    assert abs(1200 * np.log2(after / before)) < 3


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(NAMES), valence=st.integers(-100, 100), arousal=st.integers(-100, 100), seed=st.integers(0))
def test_the_engine_writes_in_the_scale_and_the_file_carries_it(
    name: str, valence: int, arousal: int, seed: int
) -> None:
    seed %= 2**53
    plan = make_plan(ComposeRequest("", 30, seed, valence=valence, arousal=arousal, scale=name))
    draft = compose_draft(plan, seed)
    allowed = {(plan.tonic + step) % 12 for step in steps_of(name)}
    pitched = [note for part in draft.parts if part.channel != DRUM_CHANNEL for note in part.notes]
    assert {note.pitch % 12 for note in pitched} <= allowed
    assert chords_of(plan, seed)[-1].degree == 0
    midi = write_midi(draft)
    assert write_midi(read_midi(midi)) == midi
    preset = scale_preset(name)
    bent = any(preset.bends(plan.tonic)[note.pitch] for note in pitched)
    assert bool(read_midi(midi).bends) is bent


def test_the_choice_says_that_it_is_declared_and_from_where() -> None:
    plan = make_plan(ComposeRequest("joy", 30, 1, scale="slendro", key="D"))
    assert plan.tonic == 2
    (choice,) = [choice for choice in plan.choices if choice.what == "scale"]
    assert "not learned" in choice.reason
    assert "Surjodiningrat" in choice.reason
    assert "231" in choice.value


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (ComposeRequest("joy", 30, 1, scale="locrian"), "Known: .*rast"),
        (ComposeRequest("joy", 30, 1, scale="rast", key="D minor"), "two scales"),
        (ComposeRequest("joy", 30, 1, scale="rast", melody=b"MThd"), "retune"),
    ],
)
def test_a_scale_that_cannot_be_is_refused(wish: ComposeRequest, said: str) -> None:
    with pytest.raises(UnusableInput, match=said):
        make_plan(wish)
