"""A song for one person: in the palette of her public identity and, where she declares one, in her vocal range."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from partbook.core.errors import UnusableInput
from partbook.music.identity import IdentityTimbre, in_timbre
from partbook.music.midi_file import write_midi
from partbook.music.modes import parse_key, tonic_name
from partbook.music.score import PERFORMANCE, PRODUCTION
from partbook.music.vocal_range import Fit, VocalRange, fit_melody
from partbook.sound.colour import Colour
from partbook.sound.convolution import convolved
from partbook.sound.ears import stereo
from partbook.sound.hall import Hall
from partbook.sound.hall_response import hall_responses
from partbook.sound.mastering import mastered
from partbook.sound.scratch import BLOCK_FRAMES, Scratch
from partbook.sound.seating import on_stage, rows, seat_in_row
from partbook.sound.synthesis import open_midi
from partbook.works.part_sounds import PartSounds
from partbook.works.pcm_file import write_pcm
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import takes_of

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class PersonalRendering:
    """What was rendered for a person.

    Args:
        file: the sound.
        seconds: its length.
        pcm_sha256: of its samples, 16-bit little-endian, channels interleaved.
        timbre: what her identity gives.
        fit: the transposition.
        key: the key it is in, such as `Bb dorian`.
        key_before: the key of the song.
    """

    file: Path
    seconds: float
    pcm_sha256: str
    timbre: IdentityTimbre
    fit: Fit
    key: str
    key_before: str

    def as_json(self) -> dict[str, Any]:
        """As commands show it. The vocal range is hers and not told."""
        return {
            "file": str(self.file),
            "seconds": round(self.seconds, 3),
            "pcm_sha256": self.pcm_sha256,
            "timbre": self.timbre.as_json(),
            "key": self.key,
            "key_before": self.key_before,
            "melody_semitones": self.fit.melody,
            "outside_range": round(self.fit.outside, 4),
        }


def render_for(
    folder: SongFolder, identity: str, soundfont: Path, out: Path, voice: VocalRange | None = None
) -> PersonalRendering:
    """Write a song as it sounds for one person; the same song, identity and range give the same bytes.

    Args:
        folder: the song.
        identity: her public address.
        soundfont: SF2 or SF3 file.
        out: .wav file.
        voice: the range that she declared; the key stays as it is without one.

    Raises:
        UnusableInput: no address, no .wav file, no melody, or recordings by people in the song: those cannot be given
            other instruments.
        NotConfigured: the synthesiser or the SoundFont is missing.
    """
    timbre = IdentityTimbre.of(identity)
    if out.suffix.lower() != ".wav":
        raise UnusableInput(f"{out} does not end in .wav; a personal rendering is written as WAV.")
    recorded = [entry for entry in takes_of(folder.log()) if entry.layer in (PERFORMANCE, PRODUCTION)]
    if recorded:
        raise UnusableInput(
            f"{folder.title} holds recordings by people ({recorded[0].source['file']}), which cannot be played on "
            "other instruments. Only songs made of notes can be rendered for a person."
        )
    score = folder.score()
    fit = fit_melody(score, voice) if voice else Fit()
    personal = in_timbre(score, timbre, fit)
    out.parent.mkdir(parents=True, exist_ok=True)
    with (
        PartSounds(personal, open_midi(write_midi(personal), soundfont), out.parent, timbre.cents) as parts,
        Scratch(out.parent) as mix,
        Scratch(out.parent) as room,
    ):
        parts.balance()
        colour = Colour(parts.rate, 2, timbre.low_db, timbre.high_db)
        for block in parts.sum(parts.names):
            mix.append(colour.push(block))
        for block in _room(mix, timbre):
            room.append(block)
        sound = lambda: parts.faded(_with_room(mix, room, timbre.room_db))  # noqa: E731
        written = write_pcm(out, mastered(sound, parts.rate, out.parent), parts.rate)
    before, after = _keys(folder, fit)
    return PersonalRendering(out, written.seconds, written.sha256, timbre, fit, after, before)


def _room(mix: Scratch, timbre: IdentityTimbre) -> Iterator[Samples]:
    """The mix as a pair of microphones in the middle of her room hears it, without the loudness of the room."""
    hall = Hall(timbre.room_m3)
    response = hall_responses(hall, [on_stage(hall, 0.0, 0.3)], seat_in_row(hall, (1 + rows(hall)) // 2), stereo())
    response /= np.sqrt((response**2).sum() / 2)
    return convolved((block.mean(axis=1, keepdims=True, dtype=np.float32) for block in mix.blocks()), response)


def _with_room(mix: Scratch, room: Scratch, room_db: float) -> Iterator[Samples]:
    gain = np.float32(10 ** (room_db / 20))
    for start in range(0, mix.frames, BLOCK_FRAMES):
        stop = min(mix.frames, start + BLOCK_FRAMES)
        yield mix.read(start, stop) + gain * room.read(start, stop)


def _keys(folder: SongFolder, fit: Fit) -> tuple[str, str]:
    """The key of the song before and after, as the plan names it."""
    plan = folder.song["plan"]
    mode = str(plan["mode"])
    tonic, _ = parse_key(str(plan["key"]))
    return f"{plan['key']} {mode}", f"{tonic_name(tonic + fit.others, mode)} {mode}"
