"""The compiled contracts as they travel with the package: ABI and bytecode, made by `scripts/compile_contracts.py`."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from partbook.core.canonical import read_json
from partbook.core.errors import NotConfigured
from partbook.core.settings import ARTIFACTS

FOLDER = ARTIFACTS / "contracts"


@dataclass(frozen=True)
class Artifact:
    """One compiled contract."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: str


@cache
def artifact(name: str) -> Artifact:
    """The artefact of one contract.

    Raises:
        NotConfigured: it was not compiled.
    """
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        raise NotConfigured(f"The contract {name} is not compiled. Run `python3 scripts/compile_contracts.py`.")
    read = read_json(path)
    return Artifact(name, read["abi"], read["bytecode"])


@cache
def all_abis() -> dict[str, list[dict[str, Any]]]:
    """Every ABI that the package carries, by contract name."""
    return {path.stem: artifact(path.stem).abi for path in sorted(FOLDER.glob("*.json"))}
