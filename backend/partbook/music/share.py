"""The AI share: events with an origin become basis points for each layer and in total, by whole numbers only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lcm
from typing import Any

from partbook.core.money import WHOLE, BasisPoints, apportion
from partbook.music.score import LAYERS
from partbook.music.share_policy import SharePolicy
from partbook.music.sources import Origin


@dataclass(frozen=True)
class LayerShare:
    """How much of a layer a machine made.

    Args:
        ai_bps: basis points, 0 to 10,000.
        events: how many events were counted.
        human: how many of them a person brought.
        undeclared: how many of them nobody declared; they count as the machine's.
    """

    ai_bps: BasisPoints
    events: int
    human: int
    undeclared: int


@dataclass(frozen=True)
class Share:
    """How much of a song a machine made, and by which rules that was found.

    Args:
        policy: name of the rules.
        says: what the figure means and what it does not.
        total_bps: weighted over the layers, 0 to 10,000.
        layers: by layer, only those that the song has.
    """

    policy: str
    says: str
    total_bps: BasisPoints
    layers: dict[str, LayerShare]

    def as_json(self) -> dict[str, Any]:
        """The share as files and commands give it."""
        return {
            "policy": self.policy,
            "says": self.says,
            "total_bps": self.total_bps,
            "layers": {
                name: {
                    "ai_bps": layer.ai_bps,
                    "events": layer.events,
                    "human": layer.human,
                    "undeclared": layer.undeclared,
                }
                for name, layer in self.layers.items()
            },
        }


def share_from(origins: Mapping[str, Sequence[Origin]], policy: SharePolicy) -> Share:
    """The share for events with their origins.

    Args:
        origins: by layer, one for each event; a layer without events is left out.
        policy: weights.

    Returns:
        Whole basis points. A song without any event has a share of 0.
    """
    present = [layer for layer in LAYERS if origins.get(layer)]
    if not present:
        return Share(policy.name, policy.says, BasisPoints(0), {})
    layers, machine, human = {}, 0, 0
    unit = lcm(*(len(origins[layer]) for layer in present))
    for layer in present:
        events = origins[layer]
        by_person = sum(origin is Origin.HUMAN for origin in events)
        undeclared = sum(origin is Origin.UNDECLARED for origin in events)
        by_machine = len(events) - by_person
        layers[layer] = LayerShare(_bps(by_machine, by_person), len(events), by_person, undeclared)
        each = policy.weights[layer] * (unit // len(events))
        machine += each * by_machine
        human += each * by_person
    return Share(policy.name, policy.says, _bps(machine, human), layers)


def _bps(machine: int, human: int) -> BasisPoints:
    return BasisPoints(apportion([machine, human], WHOLE)[0])
