"""`partbook mark`: put a mark into a sound file, and say how well it holds."""

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from partbook.audit.labelled_marking import labels_asked, note_about_source, put_labels, sound_to_mark
from partbook.audit.mark_verbs import WithCheck
from partbook.audit.naming import mark_for
from partbook.content.importer import cid_of_file
from partbook.core.clock import SystemClock
from partbook.core.errors import UnusableInput
from partbook.core.money import percent
from partbook.core.settings import Settings
from partbook.core.status import ExitStatus
from partbook.core.terminal import progress, put, put_json, say
from partbook.core.visible import one_line
from partbook.watermark import MarkKey, from_hex
from partbook.watermark.engine import ENGINES, engine_named
from partbook.watermark.reports import MarkReport
from partbook.watermark.requests import check_request
from partbook.watermark.self_check import AS_WRITTEN, Mark
from partbook.works.labels.labelling import Labelled
from partbook.works.labels.manifest import TrainingUse
from partbook.works.voices import refuse_release

CHECK_HELP = "`partbook mark check FILE --law eu|cn` says which labelling rules of a law a file keeps."


def attach(cli: typer.Typer) -> None:
    """Add the verb `mark`."""
    cli.command("mark", cls=WithCheck, epilog=CHECK_HELP)(mark)


def mark(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="IN", help="The sound file to mark. It stays as it is.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The marked file; its ending names its kind.")],
    payload: Annotated[str | None, typer.Option(metavar="HEX16", help="64 bits as 16 hexadecimal digits.")] = None,
    work: Annotated[
        int | None, typer.Option(metavar="ID", help="A registered work, whose payload is looked up.")
    ] = None,
    copy: Annotated[int | None, typer.Option(metavar="N", help="With --work: mark this buyer's copy instead.")] = None,
    key_file: Annotated[
        Path | None, typer.Option(help="A private mark key, in place of the public reading key.")
    ] = None,
    strength: Annotated[
        float | None,
        typer.Option(help="Gain of the mark in dB, 1.1 unless told; audiowmark: its own scale, 10."),
    ] = None,
    engine: Annotated[str, typer.Option(help=f"The way of marking: {', '.join(ENGINES)}.")] = ENGINES[0],
    again: Annotated[bool, typer.Option("--again", help="Mark although a mark under this key is there.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it exists.")] = False,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Read the mark back through lossy copies.")] = True,
    song: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Label OUT by this song's AI share: signed Content Credentials, AIGC."),
    ] = None,
    audible: Annotated[
        bool, typer.Option("--audible", help="With --song: put the rhythm that says AI before the sound, 2 s.")
    ] = False,
    training: Annotated[
        TrainingUse | None, typer.Option(help="With --song: whether models may learn from this sound.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Mark a sound file: a payload that survives lossy copies and cuts.

    Exit code 1: the file was written, but the mark could not be read back from it.
    """
    clock = SystemClock()
    refuse_release(source, int(clock.now().timestamp()))
    labels = labels_asked(song, audible, training, context.obj, clock)
    way = engine_named(engine, context.obj.audiowmark)
    strength = way.default_strength if strength is None else strength
    chosen = _chosen(context.obj, payload, work, copy, key_file)
    check_request(source, target, [chosen], force)
    with (
        progress(one_line(f"marking {source.name}"), quiet=json_) as advance,
        sound_to_mark(source, labels) as sound,
    ):
        report = way.mark(sound, target, [chosen], strength, again=again, replace=force, check=check, progress=advance)
    bound = report.payloads[0] if engine == ENGINES[0] else None
    labelled = put_labels(target, source, labels, bound, context.obj, clock) if labels else None
    result = _result(report, engine, strength, labelled)
    if json_:
        put_json(result)
    else:
        _tell(result)
    for note in (*report.notes, *(labelled.notes if labelled else note_about_source(source))):
        say(one_line(note))
    failed = [row.name for row in report.self_check if not row.ok]
    if failed:
        say(f"The mark was not read back: {', '.join(failed)}. A higher --strength (now {strength:g}) holds better.")
    if AS_WRITTEN in failed:
        raise typer.Exit(ExitStatus.FINDING)


def _chosen(settings: Settings, payload: str | None, work: int | None, copy: int | None, key_file: Path | None) -> Mark:
    """The payload and the key that the options ask for."""
    if (payload is None) == (work is None):
        raise UnusableInput("Say what to mark with: either --payload HEX16 or --work ID.")
    if copy is not None and work is None:
        raise UnusableInput("--copy N names a copy of a work: add --work ID.")
    key = MarkKey.read(key_file) if key_file else None
    if payload is not None:
        return Mark(from_hex(payload), key or MarkKey.public())
    assert work is not None  # one of the two was given
    found = mark_for(settings, work, copy)
    return Mark(found.payload, key) if key else found


def _result(report: MarkReport, engine: str, strength: float, labelled: Labelled | None) -> dict[str, Any]:
    return {
        "file": str(report.target),
        "payload": report.payloads[0],
        "seconds": round(report.seconds, 3),
        "snr_db": _finite(report.snr_db),
        "segsnr_db": _finite(report.segsnr_db),
        "self_check": [
            {"name": row.name, "ok": row.ok, "confidence": round(row.confidence, 3)} for row in report.self_check
        ],
        "odg": report.odg,
        "mute": [{"start": each.start, "end": round(each.end, 2), "why": each.why} for each in report.mute],
        "cid": str(cid_of_file(report.target)),
        "engine": engine,
        "strength": strength,
        "notes": list(report.notes),
        "labels": labelled.as_json() if labelled else None,
    }


def _finite(decibels: float) -> float | None:
    """JSON has no infinity; nothing changed is no figure."""
    return round(decibels, 2) if math.isfinite(decibels) else None


def _tell(result: dict[str, Any]) -> None:
    put(f"{one_line(result['file'])}: payload {result['payload']}, {result['seconds']:.1f} s")
    grade = f", PEAQ grade {result['odg']:+.2f}" if result["odg"] is not None else ""
    put(f"  mark under the sound: SNR {result['snr_db']} dB, segmental {result['segsnr_db']} dB{grade}")
    for row in result["self_check"]:
        put(f"  {'read' if row['ok'] else 'LOST'}  {row['name']:<14} confidence {row['confidence']:.2f}")
    for each in result["mute"]:
        put(f"  cannot carry a mark: {_clock(each['start'])} to {_clock(each['end'])}, {each['why']}")
    if result["labels"]:
        _tell_labels(result["labels"])
    put(f"  {result['cid']}")


def _tell_labels(labels: dict[str, Any]) -> None:
    put(f"  labelled: {labels['source_type']}, AI share {percent(labels['ai_bps'])}")
    put(f"    Content Credentials signed by {labels['signer'] or 'nobody'}")
    put(f"    AIGC {one_line(labels['aigc'] or 'none: no machine had a part in it')}")
    if labels["parent"]:
        put(f"    the manifest of {one_line(labels['parent'])} is kept inside")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
