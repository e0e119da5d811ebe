"""How far a song's registration has come, kept in its folder so that a second run repeats nothing."""

import json
import secrets
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from partbook.core.canonical import read_json, sha256_file
from partbook.core.errors import Mismatch, UnusableInput
from partbook.core.files import write_whole

REGISTRATION_FILE = "registration.json"
MIX_FILE = "mix.wav"


class Registration(BaseModel):
    """`registration.json`. A field is empty until its step is done.

    Args:
        registrant: account that opened the work and will seal it.
        salt: hides what was committed until the work is sealed; 64 hexadecimal digits.
        audio_sha256: of `mix.wav`, the sound that is registered.
        chain_id: chain of the registry.
        registry: address of the registry.
        ai: the AI share as `works.metadata.AiShare` writes it.
        side_ai_bps: the computed AI share of each side, which the sheet must state.
        work_id: number that the commitment got.
        payload: what the work mark says, 16 hexadecimal digits.
        release_file: marked file, relative to the song folder.
        self_check: what could be read back after marking.
        content_profile: how the files below were cut into blocks.
        cids: `preview`, `master` (encrypted), `fingerprint`, and `metadata` once the work is sealed.
    """

    model_config = ConfigDict(strict=True, extra="forbid")

    format: str = "partbook-registration-1"
    registrant: str
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    audio_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    chain_id: int
    registry: str
    title: str
    language: str
    ai: dict[str, Any]
    side_ai_bps: dict[str, int]
    work_id: int | None = None
    payload: str | None = None
    release_file: str | None = None
    marked_sha256: str | None = None
    milliseconds: int | None = None
    rate: int | None = None
    channels: int | None = None
    self_check: list[dict[str, Any]] = []
    content_profile: str | None = None
    cids: dict[str, str] = {}

    def write(self, folder: Path) -> None:
        """Keep it in the song folder, whole or not at all."""
        text = json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False)
        write_whole(folder / REGISTRATION_FILE, text.encode() + b"\n")

    def same_sound(self, folder: Path) -> None:
        """Check that the mix is still the one that was opened.

        Raises:
            Mismatch: it is another sound now.
        """
        found = sha256_file(mix_of(folder))
        if found != self.audio_sha256:
            raise Mismatch(
                f"{folder / MIX_FILE} changed since work {self.work_id} was opened "
                f"(then {self.audio_sha256[:12]}…, now {found[:12]}…). Bring the old mix back, or open the new one as "
                f"another work: move {folder / REGISTRATION_FILE} away and run `partbook work open` again."
            )


def new_salt() -> str:
    """32 random bytes as hexadecimal digits."""
    return secrets.token_hex(32)


def mix_of(folder: Path) -> Path:
    """The song's mix.

    Raises:
        UnusableInput: it has not been rendered yet.
    """
    mix = folder / MIX_FILE
    if not mix.is_file():
        raise UnusableInput(f"{mix} does not exist. Render the song first: partbook song render {folder}.")
    return mix


def read_registration(folder: Path) -> Registration | None:
    """The state of a song's registration, None before it was opened.

    Raises:
        UnusableInput: the file is not of this form.
    """
    path = folder / REGISTRATION_FILE
    if not path.exists():
        return None
    try:
        return Registration.model_validate(read_json(path))
    except ValidationError as broken:
        first = broken.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UnusableInput(f"{path}: {where}: {first['msg']}.") from None


def opened(folder: Path) -> tuple[Registration, int, str]:
    """The registration of a song whose work is open: state, work id, payload.

    Raises:
        UnusableInput: `work open` has not run to its end.
    """
    state = read_registration(folder)
    if state is None or state.work_id is None or state.payload is None or "fingerprint" not in state.cids:
        raise UnusableInput(
            f"The work of {folder} is not open yet. Open it first: partbook work open {folder} --by NAME."
        )
    return state, state.work_id, state.payload
