"""Identify what comes through a pipe, while it comes."""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from partbook.audit.identify import Identification, identify_sound
from partbook.audit.keeping import Kept
from partbook.audit.registry import Registry
from partbook.sound.audio_stream import RawFormat, open_stream
from partbook.sound.refusals import MAX_SECONDS
from partbook.watermark import MarkKey
from partbook.watermark.engine import OURS, Engine


def identify_pipe(
    stream: BinaryIO,
    registry: Registry,
    private_keys: Sequence[MarkKey] = (),
    *,
    engine: Engine = OURS,
    raw: RawFormat | None = None,
    at_most: float = MAX_SECONDS,
) -> Identification:
    """Say whose the sound of a pipe is, in constant memory.

    Args:
        stream: WAV, FLAC, OGG, MP3 …, or bare samples.
        registry: where marks are looked up.
        private_keys: registrants' keys, which read copy marks.
        engine: whose marks to read.
        raw: how bare samples lie.
        at_most: seconds after which the answer is given, though more comes.

    Raises:
        UnusableInput: it is not sound that can be read.
    """
    with (
        tempfile.TemporaryDirectory(prefix="partbook-") as folder,
        open_stream(stream, raw, at_most) as reader,
        closing(Kept(Path(folder) / "heard.wav", reader.info.rate)) as kept,
    ):
        return identify_sound(reader, registry, private_keys, engine=engine, kept=kept)
