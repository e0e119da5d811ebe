#!/usr/bin/env python3
"""Look at what the demo left behind, as a stranger would: every file, the money, the leak, the misses."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

FILES = (
    "rain-choir.wav",
    "rain-choir.mp3",
    "rain-choir.mid",
    "rain-choir-dee.wav",
    "leak.mp3",
    "credits.html",
    "story.json",
    "score.svg",
    "piano-roll.svg",
    "waveform.svg",
    "shares.svg",
    "money-flow.svg",
    "statements/ana.csv",
    "statements/ben.csv",
    "statements/chen.csv",
    "rain-choir/song.json",
    "rain-choir/draft.mid",
    "rain-choir/score.mid",
    "rain-choir/session.jsonl",
    "rain-choir/lyrics.txt",
    "rain-choir/mix.wav",
)
REFUSALS = 8


def identify(out: Path, *words: str) -> tuple[int, dict[str, object]]:
    """Run `partbook identify --json` on the demo's own home."""
    partbook = Path(sys.executable).parent / "partbook"
    done = subprocess.run(
        [partbook, "--home", out / "home", "identify", "--json", *words], capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout)


def main(out: Path) -> int:
    """Check everything; the number of failures decides the exit code."""
    passed, failures = 0, []

    def check(what: str, held: bool) -> None:
        nonlocal passed
        print(f"  {'✓' if held else '✗'} {what}")
        passed += held
        if not held:
            failures.append(what)

    for name in FILES:
        check(f"{name} is there", (out / name).is_file() and (out / name).stat().st_size > 0)
    for picture in out.glob("*.svg"):
        check(f"{picture.name} is a drawing", ElementTree.parse(picture).getroot().tag.endswith("svg"))
    story = json.loads((out / "story.json").read_text())
    refused = [each["step"] for each in story["told"] if each["refused"]]
    check(f"{len(refused)} refusals were shown, at least {REFUSALS}", len(refused) >= REFUSALS)
    for split in story["money"]:
        left = int(split["received"]) - int(split["released"])
        check(f"{split['side']}: {left} wei left of {split['payees']} payees", 0 <= left < int(split["payees"]))
    before, after = story["ai_share_before"]["total_bps"], story["ai_share_after"]["total_bps"]
    check(f"people lowered the AI share, {before} to {after} bps", before == 10_000 and 0 < after < before)
    code, leak = identify(out, str(out / "leak.mp3"))
    check(f"identify leak.mp3 says {leak['verdict']}, exit {code}", code == 0 and leak["verdict"] == "match")
    check("it names owners and an AI share per layer", bool(leak["owners"]) and bool((leak["ai"] or {})["layers"]))
    keys = sorted((out / "home" / "keys" / "marks").glob("*.json"))
    code, keyed = identify(out, "--key-file", str(keys[0]), str(out / "leak.mp3"))
    copy = keyed["copy"] or {}
    check(f"with the songwriter's key it names copy {copy.get('serial')}", code == 0 and copy.get("serial") == 1)
    code, miss = identify(out, str(out / "unmarked" / "mix.wav"))
    check(f"an unmarked song says {miss['verdict']}, exit {code}", code == 1 and miss["verdict"] == "none")
    print(f"\n{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-out").resolve()))
