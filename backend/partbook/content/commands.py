"""`partbook content …`: keep files under their CIDs, read them back verified, move them between stores."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from partbook.content.encryption import ContentKey, load_key, open_encrypted, put_encrypted
from partbook.content.importer import DEFAULT_PROFILE, PROFILES
from partbook.content.opening import open_store
from partbook.content.store import ContentStore, StoredObject
from partbook.core.errors import UnusableInput
from partbook.core.files import replacing
from partbook.core.settings import Settings
from partbook.core.status import ExitStatus
from partbook.core.terminal import put as put_line
from partbook.core.terminal import put_json, say

content = typer.Typer(help="Keep files under the hash of their bytes.", no_args_is_help=True)

CidArgument = Annotated[str, typer.Argument(metavar="CID", help="The file's CID, with or without ipfs:// before it.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Name = Annotated[str, typer.Option(help="A word for people; the file's name unless told.")]
Out = Annotated[str, typer.Option("--out", "-o", help="File to write; - is standard output.")]
Pin = Annotated[bool, typer.Option("--pin/--no-pin", help="Protect it from gc.")]


def attach(cli: typer.Typer) -> None:
    """Add the noun `content`."""
    cli.add_typer(content, name="content")


@content.command("put")
def put(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to keep.")],
    name: Name = "",
    pin: Pin = True,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Encrypt it first with the key in the home folder.")
    ] = False,
    profile: Annotated[str, typer.Option(help=f"How to cut it into blocks: {', '.join(PROFILES)}.")] = DEFAULT_PROFILE,
    json_: Json = False,
) -> None:
    """Keep files and print their CIDs."""
    if encrypt and profile != DEFAULT_PROFILE:
        raise UnusableInput(f"An encrypted file is always kept under {DEFAULT_PROFILE}; leave out --profile.")
    store = _store(context)
    kept = []
    for path in files:
        with _reading(path) as stream:
            called = name or path.name
            if encrypt:
                kept.append(put_encrypted(store, stream, _key(context), name=called, pin=pin))
            else:
                kept.append(store.put(stream, profile=profile, name=called, pin=pin))
        if not json_:
            put_line(f"{kept[-1].cid}  {path}")
    if json_:
        put_json(kept[0].as_json() if len(files) == 1 else [found.as_json() for found in kept])


@content.command("get")
def get(
    context: typer.Context,
    cid: CidArgument,
    out: Out,
    offset: Annotated[int, typer.Option(min=0, help="First byte to read.")] = 0,
    length: Annotated[int | None, typer.Option(min=0, help="How many bytes; all that follow unless told.")] = None,
    decrypt: Annotated[bool, typer.Option("--decrypt", help="Decrypt it with the key in the home folder.")] = False,
    json_: Json = False,
) -> None:
    """Read a file back, every block verified; a file that is damaged leaves no output behind."""
    if decrypt and (offset or length is not None):
        raise UnusableInput("An encrypted file is read as a whole; leave out --offset and --length, or --decrypt.")
    if json_ and out == "-":
        raise UnusableInput("Standard output cannot carry the file and the JSON at once; give --out a file.")
    store = _store(context)
    pieces = open_encrypted(store, cid, _key(context)) if decrypt else store.open(cid, offset, length)
    size = _write(pieces, out)
    if json_:
        put_json(store.stat(cid).as_json() | {"file": out, "written": size})
    elif out != "-":
        say(f"{size} bytes in {out}")


@content.command("pin")
def pin(context: typer.Context, cid: CidArgument, name: Name = "", json_: Json = False) -> None:
    """Protect a file that is here from gc."""
    _show(_store(context).pin(cid, name), json_)


@content.command("unpin")
def unpin(context: typer.Context, cid: CidArgument, json_: Json = False) -> None:
    """Let the next gc remove a file."""
    store = _store(context)
    found = store.stat(cid)
    store.unpin(cid)
    _show(found, json_)


@content.command("verify")
def verify(
    context: typer.Context,
    cids: Annotated[list[str] | None, typer.Argument(metavar="[CID]...", help="Every pinned file unless told.")] = None,
    json_: Json = False,
) -> None:
    """Read every block and compare it with its name; exit code 1 if one is damaged or missing."""
    store = _store(context)
    found = [store.stat(cid) for cid in cids] if cids else store.pins()
    checked = [(file, store.verify(file.cid)) for file in found]
    if json_:
        rows: list[dict[str, Any]] = [report.as_json() | file.as_json() for file, report in checked]
        put_json(rows[0] if cids and len(cids) == 1 else rows)
    else:
        for file, report in checked:
            put_line(f"{file.cid}  {'ok' if report.ok else 'NOT OK'}  {report.blocks} blocks  {file.name}")
            for word, blocks in (("damaged", report.damaged), ("missing", report.missing)):
                for block in blocks:
                    put_line(f"  {word}: {block}")
    if not all(report.ok for _, report in checked):
        say("Put the damaged files again, or import a CAR that holds them: that replaces the blocks.")
        raise typer.Exit(ExitStatus.FINDING)


@content.command("ls")
def ls(context: typer.Context, json_: Json = False) -> None:
    """List the pinned files."""
    pinned = _store(context).pins()
    if json_:
        put_json([found.as_json() for found in pinned])
    else:
        for found in pinned:  # lines, not a table: a narrow terminal would cut the CIDs
            put_line(f"{found.cid}  {found.size:>12} bytes  {found.profile}  {found.name}".rstrip())


@content.command("export")
def export(context: typer.Context, cid: CidArgument, out: Out) -> None:
    """Write a file as a CAR that any IPFS node can take in."""
    store = _store(context)
    if out == "-":
        store.export_car(cid, sys.stdout.buffer)
        return
    with _writing(out) as stream:
        store.export_car(cid, stream)


@content.command("import")
def import_(
    context: typer.Context,
    car: Annotated[Path, typer.Argument(metavar="CAR", help="A CARv1 file with one root.")],
    name: Name = "",
    pin: Pin = True,
    json_: Json = False,
) -> None:
    """Take in a file from a CAR; one wrong block and nothing is kept."""
    with _reading(car) as stream:
        _show(_store(context).import_car(stream, name=name, pin=pin), json_)


@content.command("gc")
def gc(context: typer.Context, json_: Json = False) -> None:
    """Remove every block that no pinned file needs."""
    swept = _store(context).gc()
    if json_:
        put_json({"blocks": swept.blocks, "size": swept.size})
    else:
        put_line(f"{swept.blocks} blocks removed, {swept.size} bytes")


def _store(context: typer.Context) -> ContentStore:
    settings: Settings = context.obj
    return open_store(settings)


def _key(context: typer.Context) -> ContentKey:
    settings: Settings = context.obj
    return load_key(settings.home / "keys" / "content.key")


def _reading(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as failure:
        raise UnusableInput(f"{path} cannot be read: {failure.strerror}.") from None


def _write(pieces: Iterator[bytes], out: str) -> int:
    if out == "-":
        return sum(sys.stdout.buffer.write(piece) for piece in pieces)
    with _writing(out) as stream:
        return sum(stream.write(piece) for piece in pieces)


@contextmanager
def _writing(out: str) -> Iterator[BinaryIO]:
    try:
        with replacing(Path(out)) as scratch, scratch.open("wb") as stream:
            yield stream
    except OSError as failure:
        raise UnusableInput(f"{out} cannot be written: {failure.strerror}.") from None


def _show(found: StoredObject, json_: bool) -> None:
    if json_:
        put_json(found.as_json())
    else:
        put_line(f"{found.cid}  {found.size} bytes  {found.name}".rstrip())
