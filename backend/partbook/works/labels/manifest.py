"""What a C2PA manifest of ours says: how the sound was made, which watermark it carries, and the AI share.

Source: C2PA Technical Specification 2.2, actions, soft bindings and metadata; CAWG training and data mining 1.1.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from partbook import __version__
from partbook.core.clock import iso
from partbook.works.labels.making import IPTC, Making

SOFT_BINDING = "partbook.mark.1"
"""Our name for our watermark. C2PA keeps a list of such names; ours is not on it."""
AI_SHARE = "partbook.ai-share"
ACTIONS, BINDING, METADATA, TRAINING = "c2pa.actions.v2", "c2pa.soft-binding", "c2pa.metadata", "cawg.training-mining"
PARENT = "parent"
_USES = ("cawg.ai_training", "cawg.ai_generative_training", "cawg.data_mining", "cawg.ai_inference")


class TrainingUse(StrEnum):
    """Whether the makers allow that models learn from this sound."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "notAllowed"


@dataclass(frozen=True)
class Statement:
    """What is to be signed into one file.

    Args:
        making: how the sound was made.
        payload: what its watermark says, 16 hexadecimal digits; None where it has none.
        parent: whether an earlier file with a manifest of its own goes in as parent.
        audible: whether a rhythm that says `AI` was put before the sound.
        training: what the makers declared, if anything.
    """

    making: Making
    payload: str | None
    parent: bool = False
    audible: bool = False
    training: TrainingUse | None = None


def manifest_of(said: Statement, now: datetime) -> dict[str, Any]:
    """The definition that the signer takes. It names no person: people stand in the registry."""
    assertions = [_assertion(ACTIONS, {"actions": _actions(said, iso(now))})]
    if said.payload:
        blocks = [{"scope": {}, "value": said.payload}]
        assertions.append(_assertion(BINDING, {"alg": SOFT_BINDING, "blocks": blocks}))
    assertions += [
        _assertion(AI_SHARE, said.making.as_json()),
        _assertion(METADATA, _metadata(said.making)),
    ]
    if said.training:
        entries = {use: {"use": said.training.value} for use in _USES}
        assertions.append(_assertion(TRAINING, {"entries": entries}))
    return {
        "claim_generator_info": [{"name": "Partbook", "version": __version__}],
        "title": said.making.title,
        "assertions": assertions,
    }


def _actions(said: Statement, when: str) -> list[dict[str, Any]]:
    """What was done: a sound with a past is opened and edited, one without is created."""
    agent = {"name": f"Partbook composer, engine {said.making.engine}", "version": said.making.engine_version}
    made = {"digitalSourceType": said.making.source_type.uri, "softwareAgent": agent, "when": when}
    if said.parent:
        opened = {"action": "c2pa.opened", "when": when, "parameters": {"ingredientIds": [PARENT]}}
        actions = [opened, {"action": "c2pa.edited", **made}]
    else:
        actions = [{"action": "c2pa.created", **made}]
    if said.audible:
        cue = {"description": "The rhythm that says AI in Morse code was put before the sound."}
        actions.append({"action": "c2pa.edited", "when": when, "parameters": cue})
    if said.payload:
        actions.append({"action": "c2pa.watermarked.bound", "when": when})
    return actions


def _metadata(making: Making) -> dict[str, Any]:
    return {
        "@context": {
            "dc": "http://purl.org/dc/elements/1.1/",
            "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        },
        "dc:title": making.title,
        "Iptc4xmpExt:DigitalSourceType": IPTC + making.source_type.value,
    }


def _assertion(label: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"label": label, "data": data}
