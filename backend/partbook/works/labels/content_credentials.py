"""Content Credentials (C2PA) of sound files: sign them into a file, and read and check those of any file. Offline.

The work is done by `c2pa-python`; nothing is fetched, and no time-stamp authority is asked unless one is named.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import c2pa

from partbook.core.errors import NotConfigured, UnusableInput
from partbook.core.files import replacing
from partbook.sound.containers import FLAC, M4A, MP3, WAV, recognise
from partbook.works.labels.manifest import ACTIONS, AI_SHARE, BINDING, PARENT, TRAINING
from partbook.works.labels.signing_identity import SigningIdentity

MEDIA_TYPES = {WAV.name: "audio/wav", FLAC.name: "audio/flac", MP3.name: "audio/mpeg", M4A.name: "audio/mp4"}
"""Kinds of sound file that can carry a manifest."""
UNTRUSTED = ("signingCredential.untrusted", "timeStamp.untrusted")
"""Codes that say who signed is not known; the signature itself is whole."""
_OFFLINE = {"verify_trust": True, "verify_after_sign": False, "remote_manifest_fetch": False, "ocsp_fetch": False}


class NotSigned(NotConfigured):
    """The signing library refused; the file stays as it was."""


class Trust(StrEnum):
    """Whose root a signature leads to."""

    OWN = "own"
    """This installation's self-made root."""
    LISTED = "listed"
    """A certificate of the trust anchors that the settings name."""
    UNKNOWN = "unknown"
    """None that is known here."""


@dataclass(frozen=True)
class Parent:
    """An earlier file whose manifest is kept inside.

    Args:
        name: its title, or its manifest's own name.
        problem: why its manifest did not hold when it was taken in; None if it did.
    """

    name: str
    problem: str | None


@dataclass(frozen=True)
class ContentCredentials:
    """The manifest that a file carries, checked against the file.

    Args:
        label: the manifest's own name.
        title: of the sound, as the manifest says.
        problem: why it does not hold, in words; None if signature and file agree.
        trust: whose root the signature leads to.
        signer: common name and issuer of the certificate.
        generator: program that wrote it.
        source_types: last part of each digital source type that its actions name.
        stated_time: latest time that its actions name, ISO 8601.
        stamped_time: when a time-stamp authority saw the signature; None where none was asked.
        bindings: algorithm and value of each soft binding.
        ai_share: our share assertion, if it has one.
        training: the training and mining entries, if it has any.
        parents: earlier files whose manifests are kept inside.
    """

    label: str
    title: str
    problem: str | None
    trust: Trust
    signer: str
    generator: str
    source_types: tuple[str, ...]
    stated_time: str | None
    stamped_time: str | None
    bindings: tuple[tuple[str, str], ...]
    ai_share: dict[str, Any] | None
    training: dict[str, Any] | None
    parents: tuple[Parent, ...]


def can_carry(path: Path) -> bool:
    """Whether a sound file is of a kind that a manifest can be signed into; an RF64, a WAV beyond 4 GB, is not."""
    kind = recognise(path)
    if kind is WAV:
        with path.open("rb") as stream:
            return stream.read(4) == b"RIFF"
    return kind.name in MEDIA_TYPES


def sign_into(
    path: Path, manifest: dict[str, Any], identity: SigningIdentity, parent: Path | None, timestamp_url: str | None
) -> None:
    """Sign a manifest into a file, whole or not at all. Any change of the file afterwards breaks it.

    Args:
        path: WAV, FLAC, MP3 or M4A; a manifest that it carries is replaced.
        manifest: what `manifest_of` gives.
        identity: who signs.
        parent: an earlier file; its manifest goes in as parent.
        timestamp_url: time-stamp authority to ask; none unless told.

    Raises:
        NotSigned: the library refused, or the authority did not answer.
    """
    kind = MEDIA_TYPES[recognise(path).name]
    stamp = timestamp_url.encode() if timestamp_url else None
    try:
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(identity.algorithm, identity.chain, identity.key, stamp))
        with _context(()) as context, c2pa.Builder(manifest, context) as builder:
            if parent:
                about = {"title": parent.name, "relationship": "parentOf", "label": PARENT}
                with parent.open("rb") as stream:
                    builder.add_ingredient(about, MEDIA_TYPES[recognise(parent).name], stream)
            with replacing(path) as scratch:
                with path.open("rb") as source, scratch.open("w+b") as target:
                    builder.sign(signer, kind, source, target)
                scratch.chmod(path.stat().st_mode & 0o777)
    except c2pa.C2paError as refused:
        raise NotSigned(f"{path} could not be signed by “{identity.name}”: {refused}.") from None


def read_credentials(path: Path, own_root: bytes | None, anchors: bytes | None) -> ContentCredentials | None:
    """The manifest of a sound file, checked; None where it has none or its kind cannot have one.

    Args:
        path: the file.
        own_root: PEM of this installation's root.
        anchors: PEM of other roots that are trusted.

    Raises:
        UnusableInput: there is a manifest, and it cannot be read.
    """
    if not can_carry(path):
        return None
    trust = Trust.UNKNOWN
    found = _read(path, ())
    for level, roots in ((Trust.LISTED, anchors), (Trust.OWN, own_root)):
        if found and roots and _read(path, (roots,))["validation_state"] == "Trusted":
            trust = level
            break
    return _credentials(found, trust) if found else None


def _read(path: Path, roots: Sequence[bytes]) -> dict[str, Any]:
    try:
        with _context(roots) as context, c2pa.Reader(path, context=context) as reader:
            found = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return {}
    except c2pa.C2paError as broken:
        raise UnusableInput(f"The Content Credentials of {path} cannot be read: {broken}.") from None
    return dict(found)


def _credentials(found: dict[str, Any], trust: Trust) -> ContentCredentials:
    label = found["active_manifest"]
    manifest = found["manifests"][label]
    said: dict[str, Any] = {each["label"]: each["data"] for each in manifest.get("assertions", [])}
    actions = said.get(ACTIONS, said.get("c2pa.actions", {})).get("actions", [])
    signature = manifest.get("signature_info", {})
    generator = (manifest.get("claim_generator_info") or [{}])[0]
    bindings = [
        (str(data.get("alg", "")), str(block.get("value", "")))
        for name, data in said.items()
        if name.startswith(BINDING)
        for block in data.get("blocks", [])
    ]
    parents = [
        Parent(str(each.get("title") or each["active_manifest"]), _first_failure([each.get("validation_results", {})]))
        for each in manifest.get("ingredients", [])
        if each.get("active_manifest") in found["manifests"]
    ]
    return ContentCredentials(
        label=label,
        title=str(manifest.get("title", "")),
        problem=_problem(found),
        trust=trust,
        signer=", ".join(str(signature[part]) for part in ("common_name", "issuer") if signature.get(part)),
        generator=" ".join(str(generator[part]) for part in ("name", "version") if generator.get(part)),
        source_types=tuple(
            str(each["digitalSourceType"]).rsplit("/", 1)[-1] for each in actions if each.get("digitalSourceType")
        ),
        stated_time=max((str(each["when"]) for each in actions if each.get("when")), default=None),
        stamped_time=signature.get("time"),
        bindings=tuple(bindings),
        ai_share=said.get(AI_SHARE),
        training=said.get(TRAINING, {}).get("entries"),
        parents=tuple(parents),
    )


def _problem(found: dict[str, Any]) -> str | None:
    if found["validation_state"] in ("Valid", "Trusted"):
        return None
    results = found.get("validation_results", {})
    deltas = [each.get("validationDeltas", {}) for each in results.get("ingredientDeltas", [])]
    return _first_failure([results, *({"activeManifest": each} for each in deltas)]) or "no reason is given"


def _first_failure(results: Sequence[dict[str, Any]]) -> str | None:
    """The first thing that does not hold, leaving out that a signer is not known."""
    for each in results:
        for failure in each.get("activeManifest", {}).get("failure", []):
            if failure["code"] not in UNTRUSTED:
                return f"{failure['code']}: {failure.get('explanation', 'no reason given')}"
    return None


@contextmanager
def _context(roots: Sequence[bytes]) -> Iterator[Any]:
    """A verifier that asks nobody on the net and trusts these roots only."""
    settings: dict[str, Any] = {"verify": _OFFLINE}
    if roots:
        settings["trust"] = {"trust_anchors": b"\n".join(roots).decode()}
    with c2pa.Settings.from_dict(settings) as made, c2pa.Context(made, None) as context:
        yield context
