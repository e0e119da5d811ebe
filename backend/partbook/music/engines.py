"""The engines that write drafts, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from partbook.music import learned_engine, rules_engine
from partbook.music.given_melody import GivenMelody
from partbook.music.planning import Plan
from partbook.music.score import Score


@dataclass(frozen=True)
class Engine:
    """A way from plan to score.

    Args:
        name: as `--engine` takes it.
        version: raised by any change after which the same plan and seed give another draft.
        compose: writes the draft.
        facts: what the record says beside name and version.
    """

    name: str
    version: str
    compose: Callable[[Plan, int, GivenMelody | None], Score]
    facts: Callable[[], dict[str, Any]]

    @property
    def record(self) -> dict[str, Any]:
        """As `song.json` keeps it; with the same record anyone composes the same draft."""
        return {"name": self.name, "version": self.version, **self.facts()}

    def __str__(self) -> str:
        return f"engine {self.name} {self.version}"


def _learned_facts() -> dict[str, Any]:
    return {
        "weights_sha256": learned_engine.shipped_weights().sha256,
        "arithmetic": learned_engine.ARITHMETIC,
    }


_ENGINES = {
    rules_engine.ENGINE_NAME: Engine(
        rules_engine.ENGINE_NAME,
        rules_engine.ENGINE_VERSION,
        rules_engine.compose_draft,
        lambda: {"weights_sha256": None},
    ),
    learned_engine.ENGINE_NAME: Engine(
        learned_engine.ENGINE_NAME,
        learned_engine.ENGINE_VERSION,
        learned_engine.compose_draft,
        _learned_facts,
    ),
}


def engine_named(name: str) -> Engine:
    """The engine of that name, one of those that a request may ask for."""
    return _ENGINES[name]
