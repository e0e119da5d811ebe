"""The parent of a derived song: its melody note by note with its owners, its key and form, and what proves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from partbook.core.canonical import sha256_file
from partbook.core.errors import Mismatch, UnusableInput
from partbook.music.derivation import Stretch
from partbook.music.material import MACHINE, Material, Owned, check_material, write_material
from partbook.music.orchestration import SEAT_NAMES
from partbook.music.origins import Origin
from partbook.music.score import MELODY, Note
from partbook.works.registration import read_registration
from partbook.works.session_log import Entry
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import placed_notes, take_bytes, takes_of
from partbook.works.song_share import origins_of
from partbook.works.song_verifying import verify_song


@dataclass(frozen=True)
class Parent:
    """A song that another one is derived from.

    Args:
        folder: where it lies.
        material: its melody with owners.
        key: such as `D dorian`.
        form: its parts by bars.
        cast: who plays melody, harmony 1, harmony 2 and bass.
        facts: what the child's `song.json` keeps of it.
    """

    folder: SongFolder
    material: Material
    key: str
    form: tuple[Stretch, ...]
    cast: tuple[str, ...]
    facts: dict[str, Any]

    @property
    def bytes(self) -> bytes:
        """The child's `material.mid`."""
        return write_material(self.material)


def read_parent(folder: SongFolder) -> Parent:
    """A song as a parent, proven first.

    Raises:
        Mismatch: a file of it was changed; the first finding is named.
        UnusableInput: it has no melody, or one that the rules cannot work on.
    """
    findings = verify_song(folder)
    if findings:
        raise Mismatch(
            f"{folder.path} cannot be a parent: {findings[0].thing}: {findings[0].message} "
            f"See all: partbook song verify {folder.path}."
        )
    score, plan = folder.score(), folder.song["plan"]
    if not score.in_layer(MELODY):
        raise UnusableInput(f"{folder.path} has no melody to derive a song from.")
    material = Material(
        notes=owned_melody(folder),
        metre=score.metre,
        bars=score.bars,
        microseconds=score.tempi[0].microseconds,
        sharps=score.sharps,
        minor=score.minor,
    )
    check_material(material.melody, str(folder.path))
    form = tuple((str(part["name"]), int(part["bars"][0]), int(part["bars"][1])) for part in plan["sections"])
    cast = tuple(str(plan["instruments"][seat]) for seat in SEAT_NAMES)
    return Parent(folder, material, f"{plan['key']} {plan['mode']}", form, cast, parent_facts(folder))


def owned_melody(folder: SongFolder) -> tuple[Owned, ...]:
    """Every note of the melody with the person it comes from; undeclared notes count as the machine's."""
    melody = folder.score().in_layer(MELODY)
    origins = origins_of(folder)[MELODY]
    brought = _brought(folder)
    return tuple(
        (note, _owner(note, brought) if origin is Origin.HUMAN else MACHINE)
        for note, origin in zip(melody, origins, strict=True)
    )


def _brought(folder: SongFolder) -> list[tuple[Entry, set[tuple[int, int]]]]:
    """Each take of the melody with start and pitch of its notes, the newest first."""
    draft = folder.score()
    found = []
    for entry in takes_of(folder.log()):
        if entry.layer == MELODY:
            placed = placed_notes(draft, entry, take_bytes(folder, entry))
            found.append((entry, {(note.start, note.pitch) for notes in placed.values() for note in notes}))
    return found[::-1]


def _owner(note: Note, brought: Sequence[tuple[Entry, set[tuple[int, int]]]]) -> str:
    return next((entry.by for entry, notes in brought if (note.start, note.pitch) in notes), MACHINE)


def parent_facts(folder: SongFolder) -> dict[str, Any]:
    """Title, hashes and registration of a parent, with no word of where it lies."""
    registered = read_registration(folder.path)
    known = registered is not None and registered.work_id is not None
    return {
        "title": folder.title,
        "song_sha256": sha256_file(folder.paths.song),
        "draft_sha256": sha256_file(folder.paths.draft),
        "score_sha256": sha256_file(folder.paths.score),
        "work_id": registered.work_id if registered and known else None,
        "payload": registered.payload if registered and known else None,
        "chain_id": registered.chain_id if registered and known else None,
        "registry": registered.registry if registered and known else None,
    }


def check_parent(child: SongFolder, parent: SongFolder) -> list[str]:
    """What differs between a child's record of its parent and a song; empty if the child is derived from that song."""
    facts, found = child.song.get("parent"), parent_facts(parent)
    if not facts:
        return [f"{child.path} has no parent: it was not derived from another song."]
    wrong = [
        f"{name} of the parent is {found[name]}, the child's record says {facts.get(name)}."
        for name in ("song_sha256", "draft_sha256", "score_sha256")
        if found[name] != facts.get(name)
    ]
    if not wrong and read_parent(parent).bytes != child.paths.material.read_bytes():
        wrong.append("material.mid is not the parent's melody with its owners.")
    return wrong
