"""Runs one part of many traces on a chain of its own; prints a line of JSON for each, for `trace_contracts.py`.

python tests/backend/model/run_traces.py --seed 0 --first 0 --traces 500 --part 0 --parts 2
"""

import argparse
import json
import sys
import traceback

import traces
from differential import Differential, again
from stage import stage


def main() -> int:
    """Run every block of traces that is this part's."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("seed", 0), ("first", 0), ("traces", 1), ("part", 0), ("parts", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    blocks = traces.blocks(asked.first, asked.traces)
    with stage() as side:
        for block in blocks[asked.part :: asked.parts]:
            born = side.chain.rpc("evm_snapshot", [])
            run_block(Differential(side, asked.seed), block)
            side.chain.rpc("evm_revert", [born])
    return 0


def run_block(differential: Differential, block: range) -> None:
    """Run traces that begin alike; where their opening fails, all of them do."""
    broken = _trial(differential, block[0], opening=True)
    for trace in block:
        counted = differential.counts.copy()
        failed = broken or _trial(differential, trace)
        said = {"trace": trace, "kind": traces.kind_of(trace), "failed": failed}
        say(said | {"calls": dict(differential.counts - counted)})


def _trial(differential: Differential, trace: int, opening: bool = False) -> str:
    """Why it failed; empty where it did not."""
    try:
        (differential.open if opening else differential.run)(trace)
    except AssertionError as disagreement:
        return str(disagreement) or traceback.format_exc()
    except Exception:
        return f"{traceback.format_exc()}\nAgain: {again(differential.seed, trace)}"
    return ""


def say(fact: dict[str, object]) -> None:
    """One line, at once."""
    print(json.dumps(fact), flush=True)


if __name__ == "__main__":
    sys.exit(main())
