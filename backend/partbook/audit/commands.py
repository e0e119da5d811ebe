"""`partbook identify`: whose is this file?"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from partbook.audit import marking_commands
from partbook.audit.gathering import sound_files
from partbook.audit.identify import Identification, identify
from partbook.audit.opening import open_registry
from partbook.audit.pipe import identify_pipe
from partbook.audit.registry import NoRegistry, Registry
from partbook.audit.verdict import Verdict
from partbook.core.errors import PartbookError, UnusableInput
from partbook.core.money import percent
from partbook.core.settings import Settings
from partbook.core.status import ExitStatus
from partbook.core.terminal import progress, put, put_json, put_table, say
from partbook.core.visible import one_line
from partbook.sound.audio_stream import PIPE, RawFormat
from partbook.sound.refusals import MAX_SECONDS, MIN_SECONDS, BeyondLimits, DamagedSound, FileUnreadable
from partbook.watermark import MarkKey
from partbook.watermark.engine import ENGINES, Engine, engine_named

HEADLINES = {
    Verdict.MATCH: "MATCH: a registered recording",
    Verdict.TRANSPLANTED: "TRANSPLANTED: the mark belongs to another song",
    Verdict.UNCONFIRMED: "UNCONFIRMED: a registered work is named, but the sound could not be compared",
    Verdict.CONFLICT: "CONFLICT: two works are named; the earlier registration wins",
    Verdict.UNREGISTERED: "UNREGISTERED: marked, but not in this registry",
    Verdict.CONTENT_ONLY: "CONTENT ONLY: no mark, but the sound is known",
    Verdict.NONE: "NONE: no mark was found",
}


def attach(cli: typer.Typer) -> None:
    """Add `mark` and `identify`."""
    cli.command("mark")(marking_commands.mark)
    cli.command("identify")(identify_files)


def identify_files(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Sound files, films, folders of them, or - for what comes by a pipe."),
    ],
    key_file: Annotated[
        list[Path] | None, typer.Option(help="A registrant's mark key; it reads whose copy this is. May be repeated.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Use the ledger as it is; ask no chain.")] = False,
    engine: Annotated[str, typer.Option(help=f"Which marks to read: {', '.join(ENGINES)}.")] = ENGINES[0],
    raw: Annotated[
        str | None, typer.Option(metavar="RATE:CHANNELS:FORMAT", help="- brings bare samples, such as 44100:2:s16le.")
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=MIN_SECONDS, help="Answer after so much of what comes by a pipe.")
    ] = MAX_SECONDS,
    as_json: Annotated[
        bool, typer.Option("--json", help="One object, or a list for several files or a folder.")
    ] = False,
) -> None:
    """Say whose a sound file is: the work, its owners, the AI share, and with the right key the copy.

    Exit code 0 when every file matches a registered recording, 1 when one does not, 2 when one cannot be read.
    """
    settings: Settings = context.obj
    way = engine_named(engine, settings.audiowmark)
    bare = RawFormat.parse(raw) if raw else None
    if bare and PIPE not in files:
        raise UnusableInput("--raw is about what comes by a pipe: name - in place of a file.")
    keys = [MarkKey.read(path) for path in key_file or []]
    answers: list[dict[str, Any]] = []
    status = ExitStatus.OK
    with open_registry(settings, offline) as registry:
        if isinstance(registry, NoRegistry):
            say(f"No registry is kept in {settings.home}: marks are read, but they can name nothing.")
        for asked in _asked(files):
            try:
                found = _identified(asked, registry, keys, way, bare, seconds, quiet=as_json)
            except PartbookError as unreadable:
                sentence = one_line(str(unreadable))
                say(f"partbook: {sentence}")
                answers.append({"file": str(asked), "error": {"code": unreadable.code, "message": sentence}})
                status = max(status, unreadable.exit_status)
                continue
            if found.verdict is not Verdict.MATCH:
                status = max(status, ExitStatus.FINDING)
            answers.append({**found.as_json(), "engine": engine})
            if not as_json:
                _print(found)
    if as_json:
        put_json(answers[0] if len(answers) == 1 and not any(map(_is_folder, files)) else answers)
    raise typer.Exit(status)


def _asked(files: list[Path]) -> Iterator[Path | FileUnreadable]:
    """Everything to identify, one after the other: a folder stands for the sound files in it."""
    for path in files:
        if not _is_folder(path):
            yield path
            continue
        empty = True
        for found in sound_files(path):
            empty = False
            yield found
        if empty:
            yield FileUnreadable(f"There is no sound file in {path}.", path)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name that no file can have: reading it will say so
        return False


def _identified(
    asked: Path | FileUnreadable,
    registry: Registry,
    keys: list[MarkKey],
    engine: Engine,
    raw: RawFormat | None,
    seconds: float,
    quiet: bool,
) -> Identification:
    """What is known of one file or pipe.

    Raises:
        PartbookError: it cannot be read, for whatever reason; the others can.
    """
    if isinstance(asked, FileUnreadable):
        raise asked
    try:
        if asked == PIPE:
            if sys.stdin.isatty():
                raise UnusableInput("Nothing is piped in: put a program that gives sound before this one.")
            return identify_pipe(sys.stdin.buffer, registry, keys, engine=engine, raw=raw, at_most=seconds)
        with progress(one_line(f"Reading {asked.name}"), quiet=quiet) as advance:
            return identify(asked, registry, keys, advance, engine=engine)
    except (PartbookError, BrokenPipeError):
        raise
    except MemoryError:
        raise BeyondLimits(f"{asked} needs more memory than there is.") from None
    except OSError as refused:
        raise FileUnreadable(f"{asked} cannot be read: {refused.strerror or refused}.") from None
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as broken:
        # a decoder's own error on a hostile file must cost that file only
        raise DamagedSound(f"{asked} made its decoder fail in an unknown way: {type(broken).__name__}.") from broken


def _print(found: Identification) -> None:
    put(one_line(found.file))
    put(f"  {HEADLINES[found.verdict]}")
    for reason in found.judgement.reasons:
        put(f"  {reason}")
    best = found.reading or found.copy_reading
    if best:
        put(
            f"  Mark {best.payload.hex()}, confidence {best.confidence:.0%}, tempo {best.tempo:.3f}, "
            f"pitch {best.pitch:+.2f} semitones; a false name has a chance below {found.false_name_bound:.1e}."
        )
    if found.match:
        place = f", from {found.match.offset_seconds:.1f} s into the recording" if found.match.same else ""
        put(f"  Fingerprint {found.match.score:.0%} alike{place}.")
    if found.copy:
        sale, buyer = found.copy, found.copy.buyer or "an unknown buyer"
        put(f"  Copy {sale.serial} of edition {sale.edition}, sold to {buyer} in block {sale.sold_block}.")
    elif found.copy_reading:
        put(f"  Copy mark {found.copy_reading.payload.hex()} names no sale in this ledger.")
    if found.work:
        _print_work(found)
    for note in found.notes:
        put(f"  Note: {one_line(note)}")
    put("")


def _print_work(found: Identification) -> None:
    work = found.work
    assert work is not None
    title = f", “{work.title}”" if work.title else ""
    put(f"  Work {work.work_id}{title}, sheet version {work.version}, registered by {work.registrant}.")
    if found.is_another_sound:
        put("  Its owners and its AI share are not those of this sound.")
        return
    put("")
    rows = [
        (owner.name or owner.payee, owner.side, owner.role, percent(owner.payout_bps))
        for owner in found.owners
        if owner.payout_bps
    ]
    put_table(("  Owner", "Side", "Role", "Share"), [(f"  {name}", *rest) for name, *rest in rows])
    if work.ai:
        put("")
        layers = [(f"  {name}", percent(layer["ai_bps"]), layer["events"]) for name, layer in work.ai["layers"].items()]
        put_table(("  AI share", "", "Events"), [*layers, ("  in all", percent(work.ai["total_bps"]), "")])
        put("  A measure of contribution, not of legal authorship.")
