"""Run the program audiowmark: a separate process that gets files, a key file and 128 bits."""

import json
import math
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partbook.core.errors import NotConfigured
from partbook.watermark.check import Check
from partbook.watermark.keys import MarkKey
from partbook.watermark.reading import Detection, Reading
from partbook.watermark.self_check import Mark

PROGRAM = "audiowmark"
WHERE = "https://uplex.de/audiowmark"
KEY_BYTES = 16
ZEROS = bytes(3)
"""Payload and check fill 104 of the 128 bits; the others must be zero."""
FALSE_NAME_PER_PATTERN = 2.0**-64
"""A pattern is one message; check and zeros are 64 bits that chance has to get right."""


class EngineFailed(NotConfigured):
    """The program was there, but did not do what it was asked to."""


@dataclass(frozen=True)
class Program:
    """The executable.

    Args:
        path: where it lies.
    """

    path: Path

    @classmethod
    def find(cls, named: Path | None = None) -> "Program":
        """The one that the settings name, or else the one on PATH.

        Raises:
            NotConfigured: it is not there.
        """
        found = shutil.which(str(named or PROGRAM))
        if found:
            return cls(Path(found))
        missing = f"PARTBOOK_AUDIOWMARK names {named}, which is no program." if named else f"{PROGRAM} is not on PATH."
        raise NotConfigured(
            f"{missing} It is a program of its own under the GPL: build it from {WHERE}, then put it on PATH or name "
            "it in PARTBOOK_AUDIOWMARK. The engine 'partbook' needs nothing."
        )

    def add(self, source: Path, target: Path, mark: Mark, strength: float, large: bool) -> None:
        """Write a marked WAV.

        Args:
            source: a WAV.
            target: written by the program.
            mark: payload and key.
            strength: on the program's own scale; it uses 10 unless told.
            large: beyond 4 GB, so that RF64 is written.

        Raises:
            EngineFailed: the program refused.
        """
        key = _key(mark.key)
        options = ["--strength", f"{strength:g}", *(["--output-format", "rf64"] if large else [])]
        self._run("add", key, [*options, str(source), str(target), (Check(key).seal(mark.payload) + ZEROS).hex()])
        if not target.is_file():
            raise EngineFailed(f"{self.path} said that it wrote a marked file, but there is none.")

    def get(self, source: Path, key: MarkKey, search_speed: bool, seconds: float) -> Detection:
        """Read a WAV. A pattern counts only where check and zeros are right: the program itself prints noise as well.

        Args:
            source: a WAV.
            key: whose marks to look for.
            search_speed: also at another speed of the tape; the program does not search tempo and pitch apart.
            seconds: length of the sound.

        Raises:
            EngineFailed: the program refused, or its answer cannot be read.
        """
        own = _key(key)
        options = ["--detect-speed"] if search_speed else []
        said = self._run("get", own, [*options, "--json", "-", str(source)])
        try:
            answer = json.loads(said[said.index(b"{") :])
            matches = [dict(match) for match in answer["matches"]]
            readings = [_reading(match, answer, own, seconds) for match in matches]
        except (ValueError, KeyError, TypeError):
            raise EngineFailed(f"{self.path} gave an answer that cannot be read: {_last_words(said)}") from None
        best: dict[bytes, Reading] = {}
        for reading in sorted((each for each in readings if each), key=lambda each: -each.confidence):
            best.setdefault(reading.payload, reading)
        score = max((float(match.get("quality", 0.0)) for match in matches), default=0.0)
        return Detection(list(best.values()), round(score, 2), len(matches), FALSE_NAME_PER_PATTERN)

    def _run(self, command: str, key: MarkKey, words: list[str]) -> bytes:
        """What the program prints. The key goes by a file that only its owner may read, never by the command line."""
        with tempfile.TemporaryDirectory(prefix="partbook-key-") as folder:
            key_file = Path(folder) / "mark.key"
            key_file.touch(0o600)
            key_file.write_text(f"key {key.secret.hex()}\n", encoding="ascii")
            try:
                done = subprocess.run(
                    [str(self.path), command, "--key", str(key_file), *words],
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    check=False,
                )
            except OSError as refused:
                raise EngineFailed(f"{self.path} cannot be started: {refused.strerror}.") from None
        if done.returncode:
            raise EngineFailed(
                f"{self.path} {command} ended with code {done.returncode}: {_last_words(done.stderr or done.stdout)}"
            )
        return done.stdout


def _key(key: MarkKey) -> MarkKey:
    """The key of this engine that belongs to one of ours: 128 bits that tell nothing about it."""
    return MarkKey(key.key_id, key.derive("audiowmark")[:KEY_BYTES])


def _reading(match: dict[str, Any], answer: dict[str, Any], key: MarkKey, seconds: float) -> Reading | None:
    bits = bytes.fromhex(match["bits"])
    payload = Check(key).open(bits.removesuffix(ZEROS)) if bits.endswith(ZEROS) else None
    if payload is None:
        return None
    minutes, _, rest = str(match.get("pos", "0:00")).partition(":")
    speed = float(match.get("speed", answer.get("speed", 1.0))) or 1.0
    confidence = min(1.0, max(0.0, 1.0 - 2.0 * float(match.get("error", 0.0))))
    return Reading(
        payload,
        confidence,
        60.0 * float(minutes) + float(rest or 0),
        round(speed, 5),
        round(12 * math.log2(speed), 3),
        round(float(match.get("quality", 0.0)), 2),
        round(seconds, 2),
    )


def _last_words(output: bytes) -> str:
    lines = [line for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it said nothing."
