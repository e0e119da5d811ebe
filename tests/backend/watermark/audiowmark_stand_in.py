"""A stand-in for the program audiowmark: the command line that its manual describes, and none of its signal processing.

audiowmark add --key FILE [--strength S] [--output-format rf64] IN OUT HEX32
audiowmark get --key FILE [--detect-speed] --json - IN

It writes the message into the lowest bits (of 16) of the first samples, in an order that the key decides, so that a
lossy copy loses it. As the real one does, it prints messages that it made of noise beside a true one, and knows no
"not found". Beside the program lie `calls.jsonl`, what it was asked, and maybe `misbehave`, how it shall go wrong.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import soundfile

HERE = Path(__file__).resolve().parent
PLACES = 4096


def places(key: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).permutation(PLACES)[:128]


def main() -> int:
    words = sys.argv[1:]
    command = words.pop(0)
    options = {"--detect-speed": ""} if "--detect-speed" in words else {}
    words = [word for word in words if word != "--detect-speed"]
    while words and words[0].startswith("--"):
        options[words[0]] = words[1]
        words = words[2:]
    key_file = Path(options["--key"])
    call = {"command": sys.argv[1:], "mode": oct(key_file.stat().st_mode & 0o777), "key_file": str(key_file)}
    with (HERE / "calls.jsonl").open("a") as log:
        log.write(json.dumps(call) + "\n")
    wrong = (HERE / "misbehave").read_text() if (HERE / "misbehave").exists() else ""
    if wrong == "fail":
        print("audiowmark: something is not as it should be", file=sys.stderr)
        return 1
    name, key = key_file.read_text().split()
    assert name == "key"
    assert len(bytes.fromhex(key)) == 16
    sound, rate = soundfile.read(words[0], dtype="int32", always_2d=True)
    where = places(key)
    if command == "add":
        message = np.unpackbits(np.frombuffer(bytes.fromhex(words[2]), np.uint8)).astype(np.int32)
        assert len(message) == 128
        sound = sound[:-10] if wrong == "shorten" else sound.copy()
        sound[where, 0] = (sound[where, 0] & ~0x1FFFF) | (message << 16)
        format_ = "RF64" if options.get("--output-format") == "rf64" else "WAV"
        soundfile.write(words[1], sound, rate, "PCM_24", format=format_)
        print(f"Input: {words[0]}")
        return 0
    if wrong == "babble":
        print("[sync] no idea")
        return 0
    found = np.packbits((sound[where, 0] >> 16 & 1).astype(np.uint8)).tobytes().hex()
    noise = np.random.default_rng(7).bytes(16).hex()
    matches = [
        {"pos": "0:05", "bits": found, "quality": 1.358, "error": 0.059, "type": "A"},
        {"pos": "1:57", "bits": noise, "quality": 0.179, "error": 0.391, "type": "B"},
        {"pos": "0:00", "bits": found, "quality": 1.2, "error": 0.08, "type": "ALL"},
    ]
    json.dump({"length": "0:12", "speed": 1.0, "matches": matches}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
