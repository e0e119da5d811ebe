#!/usr/bin/env python3
"""Compile the contracts into the artefacts that travel in the package: ABI, bytecode, size, compiler.

The same bytes come from a native solc 0.8.30 and from npm's solc, and from any checkout: the bytecode carries no
metadata hash, and every path in the input is relative.

    python3 scripts/compile_contracts.py            write backend/partbook/artifacts/contracts/*.json
    python3 scripts/compile_contracts.py --check    compare with what is there; exit 1 when anything differs
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
ARTIFACTS = ROOT / "backend" / "partbook" / "artifacts" / "contracts"
ENVIRONMENT = ROOT / ".venv-contracts"
COMPILERS = ROOT / ".solcx"
"""Where py-solc-x and brownie look for compilers (SOLCX_BINARY_PATH)."""

SOLC_VERSION = "0.8.30"
SOLC_COMMIT = "0.8.30+commit.73712a01"
EVM_VERSION = "shanghai"
OPTIMIZER_RUNS = 200
VIA_IR = True
"""Through the compiler's intermediate language: smaller code and less gas, for a longer compilation."""
SIZE_LIMIT = 16_000
"""Bytes of deployed code that one contract may have; the chain's own limit is 24,576."""
BORROWED = {"AccessManager": "node_modules/@openzeppelin/contracts/access/manager/AccessManager.sol"}
"""Contracts of OpenZeppelin that are deployed as they are."""
REMAPPING = "@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/"


def main() -> int:
    """Compile, then write or compare; 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed artefacts, write nothing")
    parser.add_argument("--out", type=Path, default=ARTIFACTS, metavar="DIR", help="another folder for the artefacts")
    options = parser.parse_args()
    enter_environment()

    prefer_own_node()
    artifacts = compile_contracts(prepare_compiler())
    print_table(artifacts)
    files = {f"{name}.json": json.dumps(artifact, indent=1) + "\n" for name, artifact in artifacts.items()}
    status = compare(files, options.out) if options.check else write(files, options.out)
    too_big = [name for name, artifact in artifacts.items() if name not in BORROWED and over_limit(artifact)]
    if too_big:
        print(f"Over the limit of {SIZE_LIMIT} bytes: {', '.join(too_big)}. Take something out.", file=sys.stderr)
        return 1
    return status


def enter_environment() -> None:
    """Start again in the contracts environment when py-solc-x is not importable here."""
    try:
        import solcx  # noqa: F401
    except ImportError:
        python = ENVIRONMENT / "bin" / "python"
        if not python.exists() or Path(sys.prefix) == ENVIRONMENT:
            sys.exit(f"py-solc-x is missing: {ENVIRONMENT.name} has no environment. Run: python3 scripts/bootstrap.py")
        os.execv(python, [str(python), *sys.argv])


def prefer_own_node() -> None:
    """Where the bootstrap had to bring a Node.js, because the machine has none that is new enough, use that one."""
    own = ROOT / ".setup" / "node" / "bin"
    if (own / "node").exists():
        os.environ["PATH"] = os.pathsep.join([str(own), os.environ.get("PATH", "")])


def prepare_compiler() -> Path:
    """Put `solc-v0.8.30` where py-solc-x and brownie look: a native one if there is one, else npm's behind a script."""
    target = COMPILERS / f"solc-v{SOLC_VERSION}"
    COMPILERS.mkdir(exist_ok=True)
    native = find_native()
    scratch = target.with_suffix(f".{os.getpid()}")
    if native:
        scratch.symlink_to(native)
    else:
        shutil.copy(ROOT / "scripts" / "solc" / "solc", scratch)
    os.replace(scratch, target)
    return target


def find_native() -> Path | None:
    """A native solc of exactly our version: SOLC_BINARY, then PATH, then what py-solc-x has installed."""
    named = os.environ.get("SOLC_BINARY")
    on_path = shutil.which("solc")
    installed = Path.home() / ".solcx" / f"solc-v{SOLC_VERSION}"
    for candidate in (named, on_path, installed):
        if candidate and Path(candidate).exists() and version_of(Path(candidate)).startswith(SOLC_COMMIT):
            return Path(candidate).resolve()
    if named:
        sys.exit(f"SOLC_BINARY={named} is not solc {SOLC_COMMIT}. Name another one, or unset it to use npm's.")
    return None


def version_of(compiler: Path) -> str:
    """What `--version` says after `Version:`; empty when it cannot be run."""
    try:
        answer = subprocess.run([compiler, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.rpartition("Version: ")[2].strip()


def compile_contracts(compiler: Path) -> dict[str, dict[str, Any]]:
    """Artefacts by contract name, in alphabetical order."""
    import solcx
    from solcx.exceptions import SolcError

    own = {path.stem: path.relative_to(ROOT).as_posix() for path in CONTRACTS.glob("*.sol")}
    wanted = dict(sorted((own | BORROWED).items()))
    try:
        output = solcx.compile_standard(
            {
                "language": "Solidity",
                "sources": {unit: {"content": (ROOT / unit).read_text(encoding="utf-8")} for unit in wanted.values()},
                "settings": {
                    "remappings": [REMAPPING],
                    "evmVersion": EVM_VERSION,
                    "optimizer": {"enabled": True, "runs": OPTIMIZER_RUNS},
                    "viaIR": VIA_IR,
                    "metadata": {"bytecodeHash": "none"},
                    "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"]}},
                },
            },
            base_path=ROOT,
            solc_binary=compiler,
        )
    except SolcError as error:
        sys.exit(str(error.message))
    for finding in output.get("errors", []):
        print(finding["formattedMessage"], file=sys.stderr)
    return {name: artifact(name, unit, output["contracts"][unit][name]) for name, unit in wanted.items()}


def artifact(name: str, unit: str, compiled: dict[str, Any]) -> dict[str, Any]:
    """What a deployer and a reader of events need, in a fixed order."""
    return {
        "contract": name,
        "source": unit.removeprefix("node_modules/"),
        "compiler": {
            "solc": SOLC_COMMIT,
            "evmVersion": EVM_VERSION,
            "optimizerRuns": OPTIMIZER_RUNS,
            "viaIR": VIA_IR,
            "bytecodeHash": "none",
        },
        "deployedBytes": len(compiled["evm"]["deployedBytecode"]["object"]) // 2,
        "abi": compiled["abi"],
        "bytecode": "0x" + compiled["evm"]["bytecode"]["object"],
    }


def over_limit(artifact: dict[str, Any]) -> bool:
    """Whether the deployed code is larger than a contract of ours may be."""
    return bool(artifact["deployedBytes"] > SIZE_LIMIT)


def print_table(artifacts: dict[str, dict[str, Any]]) -> None:
    """Contract, bytes, limit."""
    print(f"{'contract':<20}{'bytes':>8}{'limit':>8}")
    for name, entry in artifacts.items():
        limit = "–" if name in BORROWED else str(SIZE_LIMIT)
        print(f"{name:<20}{entry['deployedBytes']:>8}{limit:>8}")


def write(files: dict[str, str], folder: Path) -> int:
    """Replace the artefacts and take away those whose contract is gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        scratch = folder / f".{name}.{os.getpid()}.part"
        scratch.write_text(text, encoding="utf-8")
        os.replace(scratch, folder / name)
    for stale in folder.glob("*.json"):
        if stale.name not in files:
            stale.unlink()
    return 0


def compare(files: dict[str, str], folder: Path) -> int:
    """0 when the folder holds exactly these bytes."""
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    differing = sorted(name for name in files.keys() | there.keys() if files.get(name) != there.get(name))
    if differing:
        print(
            f"Differ from the sources: {', '.join(differing)}. Run: python3 scripts/compile_contracts.py",
            file=sys.stderr,
        )
        return 1
    print(f"{len(files)} artefacts match their sources.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
