"""The file of a voice consent: signed, scoped, expiring; and what it lacks for a use."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from eth_utils.address import to_checksum_address
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from partbook.chain.signers import Signer
from partbook.chain.typed_data import recover
from partbook.chain.voice_consent import VoiceConsent
from partbook.core.canonical import read_json
from partbook.core.clock import iso
from partbook.core.errors import UnusableInput
from partbook.core.ids import Address
from partbook.works.voices import RECORDING, RELEASE

LONGEST_DAYS = 3_650
"""No consent lasts longer than ten years: a voice is not sold for life."""

_Account = Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]
_Seconds = Annotated[int, Field(ge=0, lt=2**63)]


class ConsentFile(BaseModel):
    """`partbook-voice-consent-1`, as it is kept and passed on."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    format: Literal["partbook-voice-consent-1"] = "partbook-voice-consent-1"
    chain_id: Annotated[int, Field(ge=1)]
    voice: _Account
    licensees: Annotated[list[_Account], Field(min_length=1)]
    purposes: Annotated[list[Literal["recording", "release"]], Field(min_length=1)]
    songs: list[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]]
    territories: list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]]
    starts: _Seconds
    expires: _Seconds
    signature: Annotated[str, Field(pattern=r"^0x[0-9a-f]{130}$")]

    def consent(self) -> VoiceConsent:
        """What was signed."""
        return VoiceConsent(
            chain_id=self.chain_id,
            voice=Address(to_checksum_address(self.voice)),
            licensees=tuple(Address(to_checksum_address(each)) for each in self.licensees),
            purposes=tuple(self.purposes),
            songs=tuple(self.songs),
            territories=tuple(self.territories),
            starts=self.starts,
            expires=self.expires,
        )


@dataclass(frozen=True)
class Use:
    """What somebody wants to do with a replica of a voice.

    Args:
        voice: whose voice.
        purpose: one of `voices.PURPOSES`. A release is heard in the whole world.
        song: SHA-256 of the song's `song.json`.
        at: Unix seconds.
        by: account that does it; empty where nobody is named.
        chain_id: chain on which it happens; 0 where it happens on none.
    """

    voice: Address
    purpose: str
    song: str
    at: int
    by: str = ""
    chain_id: int = 0


def sign_consent(consent: VoiceConsent, signer: Signer) -> bytes:
    """The file of a consent with the singer's signature.

    Raises:
        UnusableInput: the signer is not the singer, or the consent has no end, no user or no purpose.
    """
    if signer.address != consent.voice:
        raise UnusableInput(f"Only {consent.voice} can consent to the use of that voice, not {signer.address}.")
    if not consent.starts < consent.expires <= consent.starts + LONGEST_DAYS * 86_400:
        raise UnusableInput(
            f"The consent would hold from {_date(consent.starts)} to {_date(consent.expires)}; "
            f"it has to end later than it starts, and within {LONGEST_DAYS} days."
        )
    signature = "0x" + signer.sign_typed_data(consent.message()).hex()
    raw = {"format": "partbook-voice-consent-1"} | json.loads(json.dumps(asdict(consent))) | {"signature": signature}
    try:
        checked = ConsentFile.model_validate(raw)
    except ValidationError as wrong:
        raise UnusableInput(f"The consent cannot be signed: {_first(wrong)}.") from None
    return (json.dumps(checked.model_dump(), indent=2) + "\n").encode()


def read_consent(path: Path) -> ConsentFile:
    """A consent from its file; whether it is good is another question.

    Raises:
        UnusableInput: the file is missing or is no consent.
    """
    try:
        return ConsentFile.model_validate(read_json(path))
    except ValidationError as wrong:
        raise UnusableInput(f"{path} is not a voice consent: {_first(wrong)}.") from None


def _first(wrong: ValidationError) -> str:
    first = wrong.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'it'}: {first['msg']}"


def faults_of(file: ConsentFile, at: int) -> list[str]:
    """Why a consent is good for nothing at a time; empty if it is good for something."""
    consent, faults = file.consent(), []
    try:
        signer = str(recover(consent.message(), bytes.fromhex(file.signature[2:])))
    except UnusableInput:
        signer = "nobody"
    if signer != consent.voice:
        faults.append(f"its signature is not {consent.voice}'s: it is {signer}'s, or the text was changed")
    if consent.expires > consent.starts + LONGEST_DAYS * 86_400:
        faults.append(f"it runs for more than {LONGEST_DAYS} days")
    if at < consent.starts:
        faults.append(f"it holds only from {_date(consent.starts)} on")
    if at >= consent.expires:
        faults.append(f"it ended on {_date(consent.expires)}")
    return faults


def lacks(file: ConsentFile, use: Use) -> list[str]:
    """What a consent lacks for a use; empty if it covers it."""
    consent, found = file.consent(), faults_of(file, use.at)
    if consent.voice != use.voice:
        found.append(f"it is by {consent.voice}, not by {use.voice}")
    if use.purpose not in consent.purposes and not (use.purpose == RECORDING and RELEASE in consent.purposes):
        found.append(f"it is for {_list(consent.purposes)}, not for {use.purpose}")
    if consent.songs and use.song not in consent.songs:
        found.append(f"it names {len(consent.songs)} other songs, not this one ({use.song[:12]}…)")
    if use.purpose == RELEASE and consent.territories:
        found.append(f"it holds in {_list(consent.territories)} only; a release is heard in the whole world")
    if use.by and use.by not in consent.licensees:
        found.append(f"it lets {_list(consent.licensees)} use the voice, not {use.by}")
    if use.chain_id and use.chain_id != consent.chain_id:
        found.append(f"it was signed for chain {consent.chain_id}, not for chain {use.chain_id}")
    return found


def as_facts(file: ConsentFile) -> dict[str, Any]:
    """A consent as commands show it, with times that people read."""
    return file.model_dump() | {"from": _date(file.starts), "until": _date(file.expires)}


def _list(things: Sequence[str]) -> str:
    return ", ".join(things)


def _date(seconds: int) -> str:
    try:
        return iso(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return f"second {seconds}"
