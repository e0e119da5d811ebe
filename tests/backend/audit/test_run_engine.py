"""An audit by another engine: readers use the program that the settings name. A stand-in plays its part here."""

import json
import os
import sys
from pathlib import Path

import pytest
from catalogue_scene import Auditor, mark_of

from partbook.audit.catalogue.job import FileToRead, Job
from partbook.audit.catalogue.readers import close_readers, read_apart
from partbook.watermark.engine import engine_named

pytestmark = pytest.mark.slow

STAND_IN = Path(__file__).parents[1] / "watermark" / "audiowmark_stand_in.py"


def test_readers_read_the_marks_of_the_engine_that_was_named(
    undisturbed: Path, songs: dict[str, Path], tmp_path: Path
) -> None:
    program = tmp_path / "audiowmark"
    program.write_text(f"#!{sys.executable}\n{STAND_IN.read_text()}")
    program.chmod(0o755)
    theirs = tmp_path / "theirs.wav"
    engine_named("audiowmark", program).mark(songs["none"], theirs, [mark_of(3)], check=False)
    job = Job("second engine", str(undisturbed / "registry.jsonl"), (), "audiowmark", str(program))
    try:
        found = {
            path: json.loads(read_apart(job, FileToRead(1, 1, path.name.encode(), os.fsencode(path), True)))
            for path in (theirs, songs["match"])
        }
    finally:
        close_readers("second engine")
    assert (found[theirs]["state"], found[theirs]["payload"]) == ("marked", mark_of(3).payload.hex())
    assert found[songs["match"]]["verdict"] == "content_only"


def test_an_engine_whose_program_is_not_here_is_refused_before_anything_is_written(
    auditor: Auditor, catalogue: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert "audiowmark is not on PATH" in auditor("run", catalogue, "--out", out, "--engine", "audiowmark", code=3).said
    assert not out.exists()
