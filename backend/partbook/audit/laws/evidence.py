"""Everything that a rule may look at, read once from the file itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from partbook.core.errors import UnusableInput
from partbook.core.settings import Settings
from partbook.core.terminal import Advance
from partbook.sound.rhythm_cue import cue_in_file
from partbook.sound.tags.aigc import read_aigc
from partbook.watermark import MarkKey
from partbook.watermark.files import read_file
from partbook.works.labels.aigc_label import MEANINGS, AigcLabel
from partbook.works.labels.content_credentials import ContentCredentials, can_carry, read_credentials
from partbook.works.labels.labelling import check_anchors
from partbook.works.labels.making import MACHINE_MADE


@dataclass(frozen=True)
class Evidence:
    """What a file says of itself.

    Args:
        path: the file.
        can_carry: whether its kind can carry a manifest at all.
        credentials: its manifest, checked; None where there is none, or none that can be read.
        unreadable: why its manifest cannot be read; None if that is not so.
        aigc: every AIGC label in it, as text.
        payloads: what its watermarks say, sixteen hexadecimal digits each.
        cue: where the audible rhythm begins, in seconds; None where it is not heard.
    """

    path: Path
    can_carry: bool
    credentials: ContentCredentials | None
    unreadable: str | None
    aigc: tuple[str, ...]
    payloads: tuple[str, ...]
    cue: float | None

    @property
    def sound_credentials(self) -> ContentCredentials | None:
        """The manifest, if signature and file agree."""
        return self.credentials if self.credentials and self.credentials.problem is None else None

    @property
    def machine_types(self) -> tuple[str, ...]:
        """Source types of a manifest that holds by which it says that a machine made the sound or part of it."""
        found = self.sound_credentials
        return tuple(each for each in found.source_types if each in MACHINE_MADE) if found else ()

    @cached_property
    def label(self) -> AigcLabel | None:
        """The first AIGC label, if it has the right form."""
        try:
            return AigcLabel.parse(self.aigc[0]) if self.aigc else None
        except UnusableInput:
            return None

    @property
    def by_people_alone(self) -> bool:
        """Whether a manifest that holds says so, and nothing in the file says otherwise."""
        found = self.sound_credentials
        declared = bool(found and found.source_types) and not self.machine_types
        return declared and not (self.label and self.label.Label in MEANINGS)


def gather(path: Path, settings: Settings, keys: Sequence[MarkKey] = (), progress: Advance | None = None) -> Evidence:
    """Read a file's manifest, label, watermarks and audible rhythm. Nothing is fetched from anywhere.

    Args:
        path: any readable sound file.
        settings: whose root and trust anchors count.
        keys: private mark keys that are tried beside the public one.
        progress: told how much of the sound was read.

    Raises:
        UnusableInput: it is no readable sound.
    """
    reading = read_file(path, [MarkKey.public(), *keys], progress=progress)
    unreadable = None
    try:
        credentials = read_credentials(path, *check_anchors(settings))
    except UnusableInput as broken:
        credentials, unreadable = None, str(broken)
    return Evidence(
        path=path,
        can_carry=can_carry(path),
        credentials=credentials,
        unreadable=unreadable,
        aigc=tuple(read_aigc(path)),
        payloads=tuple(dict.fromkeys(each.payload.hex() for each in reading.readings)),
        cue=cue_in_file(path),
    )
