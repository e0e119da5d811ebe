"""The engines that write drafts, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from partbook.music import engine_versions, learned_engine, rules_engine
from partbook.music.given_melody import GivenMelody
from partbook.music.planning import Plan
from partbook.music.request import ComposeRequest
from partbook.music.score import Score

NEEDED = {"weights_sha256": "weights", "runs_sha256": "runs of training"}
"""Facts of a record without which a draft cannot be written again, and what they are the hashes of."""


@dataclass(frozen=True)
class Engine:
    """A way from plan to score.

    Args:
        name: as `--engine` takes it.
        versions: those whose drafts it writes byte for byte, the newest last; a number is raised by any change after
            which the same plan and seed give another draft.
        compose: writes the draft.
        facts: what the record says beside name and version.
    """

    name: str
    versions: tuple[str, ...]
    compose: Callable[[Plan, int, GivenMelody | None], Score]
    facts: Callable[[], dict[str, Any]]


def _learned_facts() -> dict[str, Any]:
    return {
        "weights_sha256": learned_engine.shipped_weights().sha256,
        "runs_sha256": learned_engine.shipped_runs().sha256,
        "arithmetic": learned_engine.ARITHMETIC,
    }


_ENGINES = {
    engine_versions.ENGINE_NAME: Engine(
        engine_versions.ENGINE_NAME,
        engine_versions.KNOWN_VERSIONS,
        rules_engine.compose_draft,
        lambda: {"weights_sha256": None},
    ),
    learned_engine.ENGINE_NAME: Engine(
        learned_engine.ENGINE_NAME,
        (learned_engine.ENGINE_VERSION,),
        learned_engine.compose_draft,
        _learned_facts,
    ),
}


def engine_named(name: str) -> Engine:
    """The engine of that name, one of those that a request may ask for."""
    return _ENGINES[name]


def record_of(request: ComposeRequest) -> dict[str, Any]:
    """As `song.json` keeps the engine; with the same record anyone composes the same draft."""
    engine = engine_named(request.engine)
    version = request.version if request.engine == engine_versions.ENGINE_NAME else engine.versions[-1]
    return {"name": engine.name, "version": version, **engine.facts()}


def engine_of(request: ComposeRequest) -> str:
    """As the session log names who composed."""
    record = record_of(request)
    return f"engine {record['name']} {record['version']}"


def planned_by(name: str, version: str) -> str:
    """Which version of the rules makes the plan for a version of an engine: the rules' own, or the first part of it."""
    return version if name == engine_versions.ENGINE_NAME else version.split(".")[0]


def unwritable(record: dict[str, Any]) -> str:
    """Why a recorded draft cannot be written again here; empty if it can."""
    name, version = str(record.get("name")), str(record.get("version"))
    unproven = "so its draft cannot be written again here. That proves nothing against it: draft.mid is only compared "
    unproven += "with the hash that was logged."
    if name not in _ENGINES:
        return f"It was composed by {name} {version}; this Partbook knows {' and '.join(_ENGINES)}, {unproven}"
    known = engine_named(name).versions
    if version not in known:
        return f"It was composed by {name} {version}; this Partbook writes {name} {' and '.join(known)}, {unproven}"
    facts = engine_named(name).facts()
    for fact, what in NEEDED.items():
        if record.get(fact) != facts.get(fact):
            return f"It was composed with the {what} {record.get(fact)}; these are {facts.get(fact)}, {unproven}"
    return ""
