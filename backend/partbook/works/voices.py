"""Replicas of people's voices in a song: where they sound, and nothing leaves without the singer's consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from partbook.core.canonical import sha256_file, sha256_hex
from partbook.core.clock import Clock
from partbook.core.errors import Mismatch, UnusableInput
from partbook.core.files import write_whole
from partbook.core.ids import Address
from partbook.music.score import PERFORMANCE, PRODUCTION
from partbook.works.session_log import Entry, append
from partbook.works.song_folder import SongFolder
from partbook.works.song_replay import takes_of

if TYPE_CHECKING:
    from partbook.works.voice_consents import Use
RECORDING, RELEASE = "recording", "release"
PURPOSES = (RECORDING, RELEASE)
"""Make sound with the replica; let others hear it. Who may release may record."""
CONSENTED = "consented"
"""What a line of the log says that brings a consent."""
VOICE_LAYERS = (PERFORMANCE, PRODUCTION)


class Unconsented(Mismatch):
    """A replica of a voice is used without its singer's consent."""


@dataclass(frozen=True)
class Voice:
    """A replica in the song.

    Args:
        voice: whose voice it imitates.
        file: the take that brought it.
        line: its line of the log.
    """

    voice: Address
    file: str
    line: int


def song_id(folder: SongFolder) -> str:
    """What a consent calls this song: SHA-256 of its `song.json`."""
    return sha256_file(folder.paths.song)


def voices_in(entries: Sequence[Entry]) -> list[Voice]:
    """The replicas that sound in a song as it stands: those that no later take replaced as a whole."""
    voices: list[tuple[Entry, Voice]] = []
    for entry in takes_of(entries):
        if entry.layer not in VOICE_LAYERS:
            continue
        voices = [(old, voice) for old, voice in voices if not _replaces(entry, old)]
        if "voice_of" in entry.source:
            voice = Voice(Address(str(entry.source["voice_of"])), str(entry.source["file"]), entry.number)
            voices.append((entry, voice))
    return [voice for _, voice in voices]


def _replaces(entry: Entry, old: Entry) -> bool:
    assert entry.bars is not None
    assert old.bars is not None
    covered = entry.bars[0] <= old.bars[0] and old.bars[1] <= entry.bars[1]
    return (entry.layer, entry.part) == (old.layer, old.part) and covered


def refuse_unconsented(
    folder: SongFolder, purpose: str, at: int, by: str = "", chain_id: int = 0, also: Sequence[Voice] = ()
) -> None:
    """Refuse a use of a song in which a voice sounds whose singer has not consented to it.

    Args:
        folder: the song.
        purpose: one of `PURPOSES`.
        at: Unix seconds.
        by: account that uses it; empty where nobody is named.
        chain_id: chain on which it is released; 0 for none.
        also: replicas that are about to come in.

    Raises:
        Unconsented: the sentence says whose consent is missing, and what those that are there lack.
        BrokenLog: the log was changed.
    """
    entries = folder.log()
    voices = [*voices_in(entries), *also]
    if not voices:
        return
    from partbook.works.voice_consents import Use  # signatures are slow to load, and most songs do without

    for voice in voices:
        use = Use(voice.voice, purpose, song_id(folder), at, by, chain_id)
        found = [_faults(folder, entry, use) for entry in entries if entry.source.get("voice_of") == voice.voice]
        given = [faults for faults in found if faults is not None]
        if any(not faults for faults in given):
            continue
        why = f"The newest consent does not do: {'; '.join(given[-1])}." if given else "There is no consent."
        raise Unconsented(
            f"{voice.file} imitates the voice of {voice.voice}, and without her consent there is no {purpose}. {why} "
            f"She signs one with `partbook people consent sign`; `partbook song consent {folder.path} FILE` brings it."
        )


def _faults(folder: SongFolder, entry: Entry, use: "Use") -> list[str] | None:
    """What the consent that a line brought lacks for a use; None if the line brought none."""
    from partbook.works.voice_consents import lacks, read_consent

    if "consent" not in entry.source:
        return None
    name = str(entry.source["consent"])
    path = folder.path / name
    if path.parent != folder.paths.consents or not path.is_file():
        return [f"{name} is missing"]
    if sha256_file(path) != entry.source.get("consent_sha256"):
        return [f"{name} was changed after it came in"]
    try:
        return lacks(read_consent(path), use)
    except UnusableInput as unusable:
        return [str(unusable)]


def refuse_release(path: Path, at: int) -> None:
    """Refuse to mark or sell a sound file that lies in a song folder with an unconsented voice.

    Args:
        path: the file; one that lies in no song folder passes, for nothing is known of it.
        at: Unix seconds.

    Raises:
        Unconsented: see `refuse_unconsented`.
    """
    for parent in list(path.resolve().parents)[:2]:
        if (parent / "song.json").is_file():
            refuse_unconsented(SongFolder.open(parent), RELEASE, at)
            return


def keep_consent(folder: SongFolder, source: Path) -> dict[str, str]:
    """Put the file of a consent into the song folder; what the log says of it.

    Raises:
        UnusableInput: it is no consent.
    """
    from partbook.works.voice_consents import read_consent

    voice = read_consent(source).consent().voice
    data = source.read_bytes()
    digest = sha256_hex(data)
    name = f"consents/{digest[:16]}.json"
    write_whole(folder.path / name, data)
    return {"voice_of": voice, "consent": name, "consent_sha256": digest}


def bring_consent(folder: SongFolder, source: Path, by: str, clock: Clock) -> Entry:
    """Add a consent to a song, such as a newer one for one that ended.

    Raises:
        UnusableInput: it is no consent, or none that is good now.
    """
    from partbook.works.voice_consents import faults_of, read_consent

    faults = faults_of(read_consent(source), int(clock.now().timestamp()))
    if faults:
        raise UnusableInput(f"{source} is no good consent: {'; '.join(faults)}.")
    folder.log()
    return append(folder.paths.session, clock, by, CONSENTED, source=keep_consent(folder, source), giving={})


def admit_voice(folder: SongFolder, voice: Address, file: str, consent: Path | None, by: str, at: int) -> None:
    """Refuse a take that imitates a voice, unless its singer lets `by` record with it.

    Args:
        folder: the song.
        voice: whose voice it imitates.
        file: the take's.
        consent: a file that comes with it; None where an earlier one is to do.
        by: who brings the take.
        at: Unix seconds.

    Raises:
        Unconsented: there is no consent, or it does not cover this.
        UnusableInput: the file is no consent.
    """
    if consent is None:
        refuse_unconsented(folder, RECORDING, at, by, also=[Voice(voice, file, 0)])
        return
    from partbook.works.voice_consents import Use, lacks, read_consent

    missing = lacks(read_consent(consent), Use(voice, RECORDING, song_id(folder), at, by))
    if missing:
        raise Unconsented(f"{consent} does not let {file} imitate the voice of {voice}: {'; '.join(missing)}.")
