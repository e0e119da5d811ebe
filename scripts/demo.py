#!/usr/bin/env python3
"""The whole story of Partbook in one command: set up what is missing, then run `partbook demo`.

python3 scripts/demo.py                     writes demo-out/
python3 scripts/demo.py --out DIR --serve   keeps the page open on the demo's data
"""

import os
import subprocess
import sys
import time

import bootstrap


def main() -> int:
    """Set up, tell the story, and pass its exit code on."""
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(__doc__)
        return 0
    started = time.monotonic()
    print("Setting up (only what is missing)", flush=True)
    try:
        bootstrap.application()
        environment = bootstrap.node_environment()
    except bootstrap.StepFailed as failed:
        print(f"  ✗ {failed}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\nStopped. Run it again; finished steps are kept.", file=sys.stderr)
        return 130
    words = sys.argv[1:]
    if not any(word == "--out" or word.startswith("--out=") for word in words):
        words = ["--out", os.path.relpath(bootstrap.ROOT / "demo-out"), *words]
    partbook = bootstrap.python_of(".venv").parent / "partbook"
    story = subprocess.Popen([str(partbook), "demo", *words], env=environment)
    while True:
        try:
            code = story.wait()
            break
        except KeyboardInterrupt:  # the story hears Ctrl-C itself and closes its chain; wait for that
            continue
    print(f"\n{time.monotonic() - started:.0f} s in all.", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
