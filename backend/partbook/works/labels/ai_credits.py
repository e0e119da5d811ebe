"""AI credits by role, in the roles in which music services ask for them; shaped after DDEX, and no DDEX message.

The five roles are those that services describe for DDEX's AI disclosure. The names of our XML elements are our own: the
fields of ERN 4.3.2 itself were not read, and using DDEX's standards needs their licence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from partbook.core.errors import UnusableInput
from partbook.core.money import WHOLE, apportion
from partbook.core.visible import one_line
from partbook.music.score import BASS, HARMONY, LYRICS, MELODY, PERFORMANCE, PRODUCTION, RHYTHM
from partbook.works.labels.making import Making

ROLES: dict[str, tuple[str, ...]] = {
    "Vocals": (),
    "Lyrics": (LYRICS,),
    "Composition": (MELODY, HARMONY, BASS, RHYTHM),
    "Instrumentation": (PERFORMANCE,),
    "PostProduction": (PRODUCTION,),
}
"""Role, and the layers of the AI share that it is made of. No layer is about voices: songs here are not sung."""
NAMESPACE = "urn:partbook:ai-credits:1"
SAYS = "DDEX-shaped, not a DDEX message: the roles are those that services ask for, the elements are Partbook's own."


@dataclass(frozen=True)
class RoleCredit:
    """What a machine did in one role.

    Args:
        role: one of ROLES.
        ai_bps: how much of it a machine made, in basis points.
        layers: basis points of each layer that it is made of.
    """

    role: str
    ai_bps: int
    layers: dict[str, int]

    @property
    def involvement(self) -> str:
        """`None`, `Partial` or `Full`, as services show it."""
        return {0: "None", WHOLE: "Full"}.get(self.ai_bps, "Partial")


@dataclass(frozen=True)
class AiCredits:
    """The AI credits of a recording.

    Args:
        making: whose credits they are.
        language: language tag of its words.
        roles: those that the song has, in the order of ROLES.
    """

    making: Making
    language: str
    roles: tuple[RoleCredit, ...]

    @property
    def absent(self) -> list[str]:
        """Roles that nobody has in this song."""
        return [role for role in ROLES if role not in {credit.role for credit in self.roles}]

    def as_json(self) -> dict[str, Any]:
        """As the command line gives them."""
        return {
            "title": self.making.title,
            "language": self.language,
            "engine": {"name": self.making.engine, "version": self.making.engine_version},
            "policy": self.making.share["policy"],
            "total_bps": self.making.ai_bps,
            "roles": [
                {"role": each.role, "involvement": each.involvement, "ai_bps": each.ai_bps, "layers": each.layers}
                for each in self.roles
            ],
            "absent": self.absent,
            "says": SAYS,
        }

    def as_xml(self) -> bytes:
        """The same as XML in our own namespace, UTF-8."""
        root = ElementTree.Element("AiCredits", {"xmlns": NAMESPACE})
        root.append(ElementTree.Comment(f" {SAYS} "))
        recording = ElementTree.SubElement(root, "SoundRecording", {"LanguageOfPerformance": self.language})
        _text(recording, "DisplayTitleText", one_line(self.making.title))
        engine = {"Version": self.making.engine_version}
        ElementTree.SubElement(recording, "AiSystem", engine).text = self.making.engine
        total = {"Policy": str(self.making.share["policy"]), "Unit": "BasisPoints"}
        ElementTree.SubElement(recording, "AiShare", total).text = str(self.making.ai_bps)
        for each in self.roles:
            credit = ElementTree.SubElement(recording, "AiCredit")
            _text(credit, "Role", each.role)
            _text(credit, "AiInvolvement", each.involvement)
            _text(credit, "AiShare", str(each.ai_bps))
            for layer, bps in each.layers.items():
                ElementTree.SubElement(credit, "Layer", {"Name": layer}).text = str(bps)
        ElementTree.indent(root)
        return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def ai_credits(making: Making, language: str, weights: Mapping[str, int]) -> AiCredits:
    """Credits by role, from the layers of the AI share.

    Args:
        making: how the song was made.
        language: language tag of its words.
        weights: of each layer in the policy of that share; within a role they weigh its layers against each other.

    Raises:
        UnusableInput: the share has a layer that no role has.
    """
    layers = {name: int(layer["ai_bps"]) for name, layer in making.share["layers"].items()}
    known = {layer for role in ROLES.values() for layer in role}
    if unknown := sorted(set(layers) - known):
        raise UnusableInput(f"No role of the AI credits is made of the layer {', '.join(unknown)}.")
    roles = []
    for role, parts in ROLES.items():
        present = {layer: layers[layer] for layer in parts if layer in layers}
        if present:
            roles.append(RoleCredit(role, _weighted(present, weights), present))
    return AiCredits(making, language, tuple(roles))


def _weighted(layers: Mapping[str, int], weights: Mapping[str, int]) -> int:
    """The mean of the layers by weight; like the AI share itself, it is 0 or 10,000 only if every layer is."""
    machine = sum(weights[layer] * bps for layer, bps in layers.items())
    people = sum(weights[layer] * (WHOLE - bps) for layer, bps in layers.items())
    if not machine or not people:
        return WHOLE if machine else 0
    return min(max(apportion([machine, people], WHOLE)[0], 1), WHOLE - 1)


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text
