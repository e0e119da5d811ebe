"""Make one song of the pack: compose, play, measure; what is there already is left as it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from listeners_pack.songs import TUNE_BY, Piece, traditional_tune
from partbook.core.clock import SystemClock
from partbook.music.request import ComposeRequest
from partbook.music.scene import Scene
from partbook.sound import audio_file, audio_writer
from partbook.sound.loudness import integrated_lufs, true_peak_dbtp
from partbook.works.song_deriving import derive_song, from_parent
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.song_parent import read_parent
from partbook.works.song_pictures import piano_roll_svg, score_svg
from partbook.works.song_rendering import render_is_stale, render_song
from partbook.works.song_share import Share, share_of
from partbook.works.song_verifying import verify_song


@dataclass(frozen=True)
class Shown:
    """A song as the page shows it.

    Args:
        piece: what was asked for.
        song: `song.json`.
        lufs: integrated loudness of the mix.
        dbtp: its true peak.
        share: AI share by layer and in total.
        proven: whether everything was made again and was the same.
        score: picture of the score, SVG.
        roll: picture of the piano roll, SVG.
        sound: the MP3 file, relative to the page.
    """

    piece: Piece
    song: dict[str, Any]
    lufs: float
    dbtp: float
    share: Share
    proven: bool
    score: str
    roll: str
    sound: str


def make(piece: Piece, out: Path, soundfont: Path, engine: str, seconds: int, tell: Callable[[str], None]) -> Shown:
    """Make a song under `out/songs` and its MP3 under `out/sound`.

    Args:
        piece: what to make.
        out: folder of the pack.
        soundfont: for the synthesiser.
        engine: which composes the songs that are not derived from others.
        seconds: length of a song that has no melody to begin with.
        tell: told what is being done.

    Raises:
        PartbookError: the song cannot be made.
    """
    folder = out / "songs" / piece.name
    tell("composing")
    song = _compose(piece, out, folder, engine, seconds)
    if render_is_stale(song):
        tell("playing")
        render_song(song, soundfont)
    sound = out / "sound" / f"{piece.name}.mp3"
    samples, rate = audio_file.read(song.paths.mix)
    if not sound.is_file() or sound.stat().st_mtime < song.paths.mix.stat().st_mtime:
        tell("encoding")
        audio_writer.write(sound, samples, rate, tags={"title": piece.title})
    tell("proving")
    return Shown(
        piece=piece,
        song=song.song,
        lufs=integrated_lufs(samples, rate),
        dbtp=true_peak_dbtp(samples, rate),
        share=share_of(song),
        proven=not verify_song(song),
        score=score_svg(song),
        roll=piano_roll_svg(song),
        sound=f"sound/{sound.name}",
    )


def _compose(piece: Piece, out: Path, folder: Path, engine: str, seconds: int) -> SongFolder:
    fields: dict[str, Any] = {"mood": "", "seconds": seconds, "title": piece.title} | piece.wish
    wish = ComposeRequest(**fields)
    clock = SystemClock()
    if piece.parent:
        parent = read_parent(SongFolder.open(out / "songs" / piece.parent))
        return derive_song(folder, parent, from_parent(parent, piece.kind, wish, piece.new_bars), None, clock)
    wish = replace(wish, engine=engine, scene=Scene(**piece.scene))
    if piece.tune:
        wish = replace(wish, melody=traditional_tune(), by=TUNE_BY)
    return compose_song(folder, wish, None, clock)
