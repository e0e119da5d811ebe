"""`POST /identifications`: a file in, a verdict out; nothing of the file is kept."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, UploadFile

from partbook.audit.identify import identify
from partbook.audit.ledger_registry import LedgerRegistry
from partbook.audit.opening import tag_of
from partbook.core.errors import UnusableInput
from partbook.watermark import MarkKey
from partbook.works.desk import Desk

router = APIRouter(tags=["audit"])

LARGEST_KEY = 4096
"""Bytes of a key file; true ones have about 120."""
LONGEST_NAME = 60


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


@router.post("/identifications", status_code=200)
def identify_upload(
    desk: Annotated[Desk, Depends(_desk)],
    file: Annotated[UploadFile, File(description="A sound file: WAV, FLAC, MP3, OGG, M4A …")],
    key: Annotated[UploadFile | None, File(description="A registrant's mark key; it reads whose copy this is.")] = None,
) -> dict[str, Any]:
    """Say whose an uploaded file is. The upload is deleted when it has been read."""
    desk.catch_up()
    name = last_part(file.filename)
    with tempfile.TemporaryDirectory(prefix="partbook-") as folder, _naming_no_path_of_ours(Path(folder)):
        upload = Path(folder) / "file" / plain(name)
        upload.parent.mkdir()
        with upload.open("wb") as stream:
            shutil.copyfileobj(file.file, stream)
        keys = []
        if key is not None:
            key_file = Path(folder) / "key" / plain(last_part(key.filename))
            key_file.parent.mkdir()
            key_file.write_bytes(key.file.read(LARGEST_KEY))
            keys.append(MarkKey.read(key_file))
        with desk.database.reading() as session:
            answer = identify(upload, LedgerRegistry(session, {tag_of(desk.deployment)}), keys).as_json()
    return {**answer, "file": name}


def last_part(filename: str | None) -> str:
    """The name of an upload without any folders that its sender put before it."""
    return PurePosixPath((filename or "").replace("\\", "/")).name or "upload"


def plain(name: str) -> str:
    """A name that any file system takes, with the same ending."""
    return re.sub(r"[^\w. -]", "_", name)[-LONGEST_NAME:].lstrip(". ") or "upload"


@contextmanager
def _naming_no_path_of_ours(folder: Path) -> Iterator[None]:
    """Say what is wrong with an upload by its own name: where this server kept it is nobody's business."""
    try:
        yield
    except UnusableInput as refused:
        said = str(refused)
        for kept in ("file", "key"):
            said = said.replace(f"{folder / kept}/", "")
        raise type(refused)(said) from None
