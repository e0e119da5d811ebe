"""`POST /identifications`: a file in, a verdict out; nothing of the file is kept."""

import shutil
import tempfile
from pathlib import Path, PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, UploadFile

from partbook.audit.identify import identify
from partbook.audit.registry import LedgerRegistry
from partbook.core.errors import UnusableInput
from partbook.watermark import MarkKey
from partbook.works.desk import Desk

router = APIRouter(tags=["audit"])


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
    name = PurePath((file.filename or "upload").replace("\\", "/")).name or "upload"
    with tempfile.TemporaryDirectory(prefix="partbook-") as folder:
        upload = Path(folder) / f"upload{PurePath(name).suffix[:12]}"
        with upload.open("wb") as stream:
            shutil.copyfileobj(file.file, stream)
        keys = []
        if key is not None:
            key_file = Path(folder) / "mark-key.json"
            key_file.write_bytes(key.file.read(4096))
            keys.append(MarkKey.read(key_file))
        try:
            with desk.database.session() as session:
                answer = identify(upload, LedgerRegistry(session), keys).as_json()
        except UnusableInput as unreadable:
            raise UnusableInput(str(unreadable).replace(str(upload), name)) from None
    return {**answer, "file": name}
