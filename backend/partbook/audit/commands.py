"""`partbook identify`: whose is this file?"""

from pathlib import Path
from typing import Annotated, Any

import typer

from partbook.audit import marking_commands
from partbook.audit.identify import Identification, identify
from partbook.audit.opening import open_registry
from partbook.audit.registry import NoRegistry
from partbook.audit.verdict import Verdict
from partbook.core.errors import PartbookError, UnusableInput
from partbook.core.money import percent
from partbook.core.settings import Settings
from partbook.core.status import ExitStatus
from partbook.core.terminal import progress, put, put_json, put_table, say
from partbook.watermark import MarkKey
from partbook.watermark.files import ENGINES

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
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="WAV, FLAC, MP3, OGG, M4A …")],
    key_file: Annotated[
        list[Path] | None, typer.Option(help="A registrant's mark key; it reads whose copy this is. May be repeated.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Use the ledger as it is; ask no chain.")] = False,
    engine: Annotated[str, typer.Option(help=f"Which marks to read: {', '.join(ENGINES)}.")] = ENGINES[0],
    as_json: Annotated[bool, typer.Option("--json", help="One object, or a list for several files.")] = False,
) -> None:
    """Say whose a sound file is: the work, its owners, the AI share, and with the right key the copy.

    Exit code 0 when every file matches a registered recording, 1 when one does not, 2 when one cannot be read.
    """
    if engine not in ENGINES:
        raise UnusableInput(f"There is no engine '{engine}'. Use {' or '.join(ENGINES)}.")
    settings: Settings = context.obj
    keys = [MarkKey.read(path) for path in key_file or []]
    answers: list[dict[str, Any]] = []
    status = ExitStatus.OK
    with open_registry(settings, offline) as registry:
        if isinstance(registry, NoRegistry):
            say(f"No registry is kept in {settings.home}: marks are read, but they can name nothing.")
        for path in files:
            try:
                with progress(f"Reading {path.name}", quiet=as_json) as advance:
                    found = identify(path, registry, keys, advance)
            except PartbookError as unreadable:
                say(f"partbook: {unreadable}")
                answers.append({"file": str(path), "error": {"code": unreadable.code, "message": str(unreadable)}})
                status = max(status, unreadable.exit_status)
                continue
            if found.verdict is not Verdict.MATCH:
                status = max(status, ExitStatus.FINDING)
            answers.append(found.as_json())
            if not as_json:
                _print(found)
    if as_json:
        put_json(answers[0] if len(answers) == 1 else answers)
    raise typer.Exit(status)


def _print(found: Identification) -> None:
    put(f"{found.file}")
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
        put(f"  Note: {note}")
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
