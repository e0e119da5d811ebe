"""A song is a folder: where its files lie, and what `song.json` says."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from partbook.core.canonical import read_json
from partbook.core.errors import NotFound, UnusableInput
from partbook.music.derivation import Derivation
from partbook.music.engines import planned_by, unwritable
from partbook.music.midi_file import read_midi
from partbook.music.picture_mood import PictureMood
from partbook.music.request import ComposeRequest
from partbook.music.scene import Scene
from partbook.music.score import Score
from partbook.works.session_log import Entry, read_log

SCHEMA = "partbook/song/1"


@dataclass(frozen=True)
class SongPaths:
    """Where each part of a song lies."""

    root: Path

    @property
    def song(self) -> Path:
        """Title, engine, seed and parameters."""
        return self.root / "song.json"

    @property
    def draft(self) -> Path:
        """What the machine wrote."""
        return self.root / "draft.mid"

    @property
    def material(self) -> Path:
        """What the song is derived from, if it has a parent."""
        return self.root / "material.mid"

    @property
    def takes(self) -> Path:
        """What people brought, one file each."""
        return self.root / "takes"

    @property
    def score(self) -> Path:
        """The song as it stands."""
        return self.root / "score.mid"

    @property
    def session(self) -> Path:
        """Who did what."""
        return self.root / "session.jsonl"

    @property
    def consents(self) -> Path:
        """What singers agreed to, one file each, where a take imitates a voice."""
        return self.root / "consents"

    @property
    def lyrics(self) -> Path:
        """The words, if there are any."""
        return self.root / "lyrics.txt"

    @property
    def mix(self) -> Path:
        """The sound."""
        return self.root / "mix.wav"

    @property
    def motif(self) -> Path:
        """The licensed motif that the theme is made of, if there is one."""
        return self.root / "motif.mid"

    @property
    def motif_pack(self) -> Path:
        """Its licence, with its owner's signature."""
        return self.root / "motif-pack.json"

    def given(self) -> tuple[Path, ...]:
        """Files that a song may have been given when it was composed."""
        return self.material, self.motif, self.motif_pack

    @property
    def stems(self) -> Path:
        """The sound, layer by layer."""
        return self.root / "stems"

    @property
    def notation(self) -> Path:
        """Picture of the score in notes."""
        return self.root / "score.svg"

    @property
    def piano_roll(self) -> Path:
        """Picture of the score coloured by origin."""
        return self.root / "piano-roll.svg"


class SongFolder:
    """A song on the disk. Make one with `song_making.compose_song`; `open` it afterwards."""

    def __init__(self, root: Path, song: dict[str, Any]) -> None:
        self.paths = SongPaths(root)
        self.song = song

    @classmethod
    def open(cls, path: Path) -> "SongFolder":
        """Open the song in a folder.

        Raises:
            NotFound: no song lies there.
            UnusableInput: `song.json` is not what this version reads.
        """
        paths = SongPaths(path)
        if not paths.song.is_file():
            raise NotFound(
                f"{path} is not a song folder: it has no song.json. `partbook compose --out {path}` makes one."
            )
        song = read_json(paths.song)
        if not isinstance(song, dict) or song.get("schema") != SCHEMA:
            raise UnusableInput(f"{paths.song} does not follow {SCHEMA}; this version reads no other.")
        return cls(path, song)

    @property
    def path(self) -> Path:
        """The folder."""
        return self.paths.root

    @property
    def title(self) -> str:
        """The song's name."""
        return str(self.song["title"])

    @property
    def language(self) -> str:
        """Language tag of the words."""
        return str(self.song["language"])

    @cached_property
    def request(self) -> ComposeRequest:
        """What the composer was asked for, with the melody it was given.

        Raises:
            UnusableInput: `song.json` was damaged, or an engine composed it that is not here.
        """
        if another := unwritable(self.song.get("engine") or {}):
            raise UnusableInput(another)
        try:
            melody, parameters = self.song["melody"], dict(self.song["parameters"])
            derivation, motif = self.song.get("derivation"), self.song.get("motif")
            image = parameters.pop("image", None)
            return ComposeRequest(
                seed=int(self.song["seed"]),
                engine=str(self.song["engine"]["name"]),
                scene=Scene.from_json(self.song["scene"], str(self.paths.song)),
                melody=(self.path / melody).read_bytes() if melody else None,
                title=self.title,
                language=self.language,
                derivation=Derivation.from_json(derivation) if derivation else None,
                material=self.paths.material.read_bytes() if self.song.get("parent") else None,
                motif=self.paths.motif.read_bytes() if motif else None,
                motif_title=str(motif["title"]) if motif else "",
                version=planned_by(str(self.song["engine"]["name"]), str(self.song["engine"]["version"])),
                image=PictureMood.from_json(image) if image else None,
                **parameters,
            )
        except (KeyError, TypeError, ValueError, OSError) as broken:
            raise UnusableInput(f"{self.paths.song} is damaged: {broken}. Restore it from a copy.") from None

    def score(self) -> Score:
        """The song as it stands, read anew.

        Raises:
            NotFound, UnusableInput: `score.mid` is missing or damaged.
        """
        if not self.paths.score.is_file():
            raise NotFound(f"{self.paths.score} is missing. Restore it from a copy, or compose the song again.")
        return read_midi(self.paths.score.read_bytes(), str(self.paths.score))

    def log(self) -> list[Entry]:
        """The session log, with its chain checked."""
        return read_log(self.paths.session)
