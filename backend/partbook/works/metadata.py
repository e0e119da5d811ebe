"""The public record of a work, pinned in clear and hashed into the registry; of people it holds credit names only."""

from typing import Annotated, Any, Literal

from eth_utils.crypto import keccak
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from partbook.core.canonical import canonical_json
from partbook.core.errors import UnusableInput
from partbook.core.ids import Hash32
from partbook.works.split_sheet import SheetLine

Bps = Annotated[int, Field(ge=0, le=10_000)]
ContentUri = Annotated[str, Field(pattern=r"^ipfs://[A-Za-z0-9]+$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class RegisteredAs(_Strict):
    """Which registration this record belongs to."""

    chain_id: Annotated[int, Field(ge=1)]
    registry: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]
    work_id: Annotated[int, Field(ge=1)]
    payload: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class Credit(_Strict):
    """A public credit: a chosen name and what that person did."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    roles: Annotated[list[str], Field(min_length=1)]


class LayerShare(_Strict):
    """How much of one layer a machine made."""

    ai_bps: Bps
    events: Annotated[int, Field(ge=0)]
    human: Annotated[int, Field(ge=0)]
    undeclared: Annotated[int, Field(ge=0)]


class AiShare(_Strict):
    """The computed AI share, by layer and in total, with the policy that anyone needs to compute it again."""

    policy: str
    says: str
    total_bps: Bps
    layers: dict[str, LayerShare]


class Recording(_Strict):
    """The sound that was registered and the marked file that is released."""

    milliseconds: Annotated[int, Field(ge=1)]
    rate: Annotated[int, Field(ge=8_000)]
    channels: Annotated[int, Field(ge=1, le=8)]
    sha256: Sha256
    marked_sha256: Sha256


class PinnedFiles(_Strict):
    """Where the files are; the master is encrypted, the rest is in clear."""

    profile: str
    preview: ContentUri
    master_encrypted: ContentUri
    fingerprint: ContentUri


class WorkMetadata(_Strict):
    """`work-metadata-1`: the record that `metadataHash` in the registry commits to."""

    schema_: Annotated[Literal["partbook-work-metadata-1"], Field(alias="schema")] = "partbook-work-metadata-1"
    title: Annotated[str, Field(min_length=1, max_length=200)]
    language: str
    registered_as: RegisteredAs
    credits: Annotated[list[Credit], Field(min_length=1)]
    ai: AiShare
    recording: Recording
    content: PinnedFiles


def credits_of(lines: list[SheetLine]) -> list[dict[str, Any]]:
    """One credit per name, in the order of the sheet, with every role once."""
    roles: dict[str, list[str]] = {}
    for line in lines:
        named = roles.setdefault(line.name, [])
        if line.role not in named:
            named.append(line.role)
    return [{"name": name, "roles": named} for name, named in roles.items()]


def checked(model: type[BaseModel], record: dict[str, Any], what: str) -> dict[str, Any]:
    """The record itself, if it has the form of a model.

    Raises:
        UnusableInput: a field is missing, unknown or of the wrong form; it is named.
    """
    try:
        model.model_validate(record)
    except ValidationError as broken:
        first = broken.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UnusableInput(f"The {what} is not valid: {where}: {first['msg']}.") from None
    return record


def metadata_bytes(record: dict[str, Any]) -> bytes:
    """The canonical bytes that are pinned."""
    return canonical_json(checked(WorkMetadata, record, "work's metadata"))


def metadata_hash(record: dict[str, Any]) -> Hash32:
    """What the registry stores: Keccak-256 of the canonical bytes."""
    return Hash32(keccak(metadata_bytes(record)))


class EditionMetadata(_Strict):
    """`edition-metadata-1`: the record behind an edition's token, in the fields that wallets show."""

    schema_: Annotated[Literal["partbook-edition-metadata-1"], Field(alias="schema")] = "partbook-edition-metadata-1"
    name: str
    description: str
    animation_url: ContentUri
    work_metadata: ContentUri
    ai_bps: Bps
