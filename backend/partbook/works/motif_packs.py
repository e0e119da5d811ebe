"""Motif packs: motifs that their owner signed with a licence and a share, so that a song made of one pays her."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from partbook.core.canonical import read_json, sha256_hex
from partbook.core.errors import Mismatch, NotFound, UnusableInput
from partbook.core.files import write_whole
from partbook.core.ids import Address
from partbook.music.chance import Chance
from partbook.music.given_motif import read_motif
from partbook.music.request import ComposeRequest

if TYPE_CHECKING:  # slow to load, and a song without a motif does without
    from partbook.chain.signers import Signer
    from partbook.chain.typed_data import TypedMessage

PACK_FILE = "pack.json"
UNSIGNED = "0x"
NO_CONTRACT = Address("0x0000000000000000000000000000000000000000")
MOST_MOTIFS = 200
PACK_TYPES = {
    "MotifPack": [
        {"name": "title", "type": "string"},
        {"name": "owner", "type": "address"},
        {"name": "name", "type": "string"},
        {"name": "licence", "type": "string"},
        {"name": "licenceUri", "type": "string"},
        {"name": "compositionBps", "type": "uint16"},
        {"name": "motifs", "type": "Motif[]"},
    ],
    "Motif": [{"name": "title", "type": "string"}, {"name": "sha256", "type": "bytes32"}],
}


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class PackedMotif(_Strict):
    """One motif of a pack: its file beside `pack.json`, what it is called, the hash of the file."""

    file: Annotated[str, Field(pattern=r"^[\w][\w .-]*\.mid$", max_length=120)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class MotifPack(_Strict):
    """`pack.json`: who owns the motifs, on what terms they may be used, and her signature under all of it.

    `composition_bps` is what a song made of one of them owes her of its composition; `chain_id` the chain for which she
    signed.
    """

    format: Literal["partbook-motif-pack-1"] = "partbook-motif-pack-1"
    title: Annotated[str, Field(min_length=1, max_length=120)]
    owner: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    licence: Annotated[str, Field(max_length=20_000)]
    licence_uri: Annotated[str, Field(max_length=500)] = ""
    composition_bps: Annotated[int, Field(ge=1, le=9_999)]
    chain_id: Annotated[int, Field(ge=1)]
    motifs: Annotated[list[PackedMotif], Field(min_length=1, max_length=MOST_MOTIFS)]
    signature: Annotated[str, Field(pattern=r"^0x[0-9a-f]*$")] = UNSIGNED

    def message(self) -> "TypedMessage":
        """What the owner signs: every term, every motif by its hash."""
        from partbook.chain.typed_data import TypedMessage

        return TypedMessage(
            domain={
                "name": "Partbook MotifPack",
                "version": "1",
                "chainId": self.chain_id,
                "verifyingContract": str(NO_CONTRACT),
            },
            types=PACK_TYPES,
            primary_type="MotifPack",
            message={
                "title": self.title,
                "owner": self.owner,
                "name": self.name,
                "licence": self.licence,
                "licenceUri": self.licence_uri,
                "compositionBps": self.composition_bps,
                "motifs": [{"title": m.title, "sha256": bytes.fromhex(m.sha256)} for m in self.motifs],
            },
        )

    def check(self) -> "MotifPack":
        """The pack, if its owner signed exactly this.

        Raises:
            UnusableInput: it has no licence.
            Mismatch: it is not signed, or not by its owner, or something was changed since.
        """
        if not self.licence.strip():
            raise UnusableInput(
                f"The pack '{self.title}' has no licence, so nobody may use it. Ask {self.name} for one."
            )
        if self.signature == UNSIGNED:
            raise Mismatch(f"The pack '{self.title}' is not signed by its owner {self.owner}.")
        from partbook.chain.typed_data import recover

        signer = recover(self.message(), bytes.fromhex(self.signature[2:]))
        if signer.lower() != self.owner.lower():
            raise Mismatch(
                f"The pack '{self.title}' names {self.owner} as its owner; the signature under what it now says is "
                f"that of {signer}. It was changed, or signed by another. Get the pack from its owner again."
            )
        return self

    def as_bytes(self) -> bytes:
        """The file."""
        return (json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n").encode()


@dataclass(frozen=True)
class LicensedMotif:
    """A motif of a checked pack, ready to compose with.

    Args:
        pack: with its owner's signature.
        motif: which of its motifs.
        data: the motif's MIDI file.
    """

    pack: MotifPack
    motif: PackedMotif
    data: bytes

    def asked_of(self, request: ComposeRequest) -> ComposeRequest:
        """The request with this motif in it."""
        return replace(request, motif=self.data, motif_title=self.motif.title)

    @property
    def facts(self) -> dict[str, Any]:
        """What `song.json` and the log keep of it."""
        return {
            "title": self.motif.title,
            "motif_sha256": self.motif.sha256,
            "pack_sha256": sha256_hex(self.pack.as_bytes()),
            "owner": self.pack.owner,
            "composition_bps": self.pack.composition_bps,
        }


def parse_pack(path: Path) -> MotifPack:
    """The pack of a `pack.json`, with licence and signature checked.

    Raises:
        NotFound: there is none.
        UnusableInput: it is not of this form, or has no licence.
        Mismatch: wrong signature.
    """
    if not path.is_file():
        raise NotFound(f"{path} does not exist. `partbook motif sign {path.parent}` makes a pack of MIDI files.")
    try:
        return MotifPack.model_validate(read_json(path)).check()
    except ValidationError as broken:
        first = broken.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UnusableInput(f"{path}: {where}: {first['msg']}.") from None


def motif_of_pack(folder: Path, seed: int, title: str = "") -> LicensedMotif:
    """A motif of the pack in a folder: the one of that title, or the one that the seed draws.

    Raises:
        NotFound: no pack, no such motif, or its file is missing.
        UnusableInput, Mismatch: as `parse_pack`; or the motif's file is not the one that was signed.
    """
    pack = parse_pack(folder / PACK_FILE)
    chosen = [motif for motif in pack.motifs if motif.title == title] if title else pack.motifs
    if not chosen:
        raise NotFound(f"'{pack.title}' has no motif '{title}'. It has {', '.join(m.title for m in pack.motifs)}.")
    motif = Chance(seed, "motif pack").pick(chosen)
    file = folder / motif.file
    if not file.is_file():
        raise NotFound(f"{file} is missing, though {folder / PACK_FILE} names it.")
    data = file.read_bytes()
    if sha256_hex(data) != motif.sha256:
        raise Mismatch(f"{file} was changed after {pack.name} signed it. Get the pack from its owner again.")
    return LicensedMotif(pack, motif, data)


def sign_pack(
    folder: Path,
    signer: "Signer",
    chain_id: int,
    title: str,
    name: str,
    licence: str,
    composition_bps: int,
    uri: str = "",
) -> MotifPack:
    """Make a pack of the MIDI files in a folder and sign it.

    Args:
        folder: its files are called by their names without ending.
        signer: the owner.
        chain_id: the chain that the owner's key signs for.
        title: of the pack.
        name: the owner's public credit name.
        licence: on what terms the motifs may be used.
        composition_bps: what a song made of one owes of its composition, 1 to 9,999.
        uri: where the licence is published, if anywhere.

    Raises:
        UnusableInput: no MIDI file, one that is no motif, or a term that cannot be.
    """
    motifs = []
    for file in sorted(folder.glob("*.mid")):
        data = file.read_bytes()
        read_motif(data, file.stem)
        motifs.append({"file": file.name, "title": file.stem, "sha256": sha256_hex(data)})
    if not motifs:
        raise UnusableInput(f"{folder} has no .mid file. Put one there for each motif.")
    try:
        unsigned = MotifPack.model_validate(
            {
                "title": title,
                "owner": str(signer.address),
                "name": name,
                "licence": licence,
                "licence_uri": uri,
                "composition_bps": composition_bps,
                "chain_id": chain_id,
                "motifs": motifs,
            }
        )
    except ValidationError as broken:
        first = broken.errors()[0]
        raise UnusableInput(f"The pack's {first['loc'][0]}: {first['msg']}.") from None
    signature = "0x" + signer.sign_typed_data(unsigned.message()).hex()
    pack = unsigned.model_copy(update={"signature": signature}).check()
    write_whole(folder / PACK_FILE, pack.as_bytes())
    return pack
