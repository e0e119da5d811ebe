"""`partbook royalty dispute`: claim a share, answer, rule, and see how it ended."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.clock import to_the_minute
from partbook.core.errors import UnusableInput
from partbook.core.money import ether, percent
from partbook.core.terminal import put, put_json, put_table, say
from partbook.royalties import disputes as service
from partbook.royalties.disputes import DisputeView
from partbook.works.command_options import By, DryRun, Json, Which, parse_percent, parse_side, put_sent, rehearsal
from partbook.works.desk import open_desk
from partbook.works.views import work_of

dispute = typer.Typer(help="Claim a share of a work, answer, rule; see how it ended.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="Number of the dispute.", metavar="DISPUTE")]
Evidence = Annotated[
    Path, typer.Option("--evidence", help="A file; only its hash goes on the chain.", exists=True, dir_okay=False)
]
Publish = Annotated[bool, typer.Option("--publish", help="Also pin the file, in clear, for everybody to read.")]


@dispute.command("open")
def open_(
    context: typer.Context,
    which: Which,
    payee: Annotated[str, typer.Option("--payee", help="From whose share: name or address.")],
    share: Annotated[str, typer.Option("--share", help="How much, percent of the whole side.")],
    evidence: Evidence,
    by: By,
    side: Annotated[str, typer.Option("--side", help="master or composition.")] = "composition",
    beneficiary: Annotated[
        str | None, typer.Option("--for", help="Who should get it: name or address; you unless told.")
    ] = None,
    publish: Publish = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Claim a share with a bond. Until the end its new money waits; all other money is paid as ever."""
    claimed = parse_side(side), payee, parse_percent(share), evidence
    with rehearsal(json_), open_desk(context.obj) as desk:
        found = service.open_dispute(desk, work_of(desk, which), *claimed, by, beneficiary, publish, dry_run)
        _show(found, json_)


@dispute.command("answer")
def answer(
    context: typer.Context,
    number: Number,
    evidence: Evidence,
    by: By,
    publish: Publish = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Answer a claim, within 14 days: as the one whose line it is, once, or as the work's registrant."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show(service.answer_dispute(desk, number, evidence, by, publish, dry_run), json_)


@dispute.command("concede")
def concede(context: typer.Context, number: Number, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """Give the disputed share up, as the one whose line it is."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show(service.concede_dispute(desk, number, by, dry_run), json_)


@dispute.command("withdraw")
def withdraw(context: typer.Context, number: Number, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """Give your claim up; the bond goes to the one whose line it is."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show(service.withdraw_dispute(desk, number, by, dry_run), json_)


@dispute.command("rule")
def rule(
    context: typer.Context,
    number: Number,
    by: By,
    uphold: Annotated[bool, typer.Option("--uphold", help="The claim is right.")] = False,
    dismiss: Annotated[bool, typer.Option("--dismiss", help="The claim is wrong.")] = False,
    reasons: Annotated[
        Path | None, typer.Option("--reasons", help="A file; its hash goes on the chain.", exists=True, dir_okay=False)
    ] = None,
    publish: Publish = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Decide, as the arbiter: after the payee's answer or 14 days, and within 44."""
    if uphold == dismiss:
        raise UnusableInput("A ruling is either --uphold or --dismiss.")
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show(service.rule_dispute(desk, number, uphold, by, reasons, publish, dry_run), json_)


@dispute.command("expire")
def expire(context: typer.Context, number: Number, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """End a dispute on which nobody ruled within 44 days; the line keeps its share."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show(service.expire_dispute(desk, number, by, dry_run), json_)


@dispute.command("collect")
def collect(context: typer.Context, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """Take the bonds that are yours: back, or since a claim against you failed."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        owed = service.owed_bonds(desk, by)
        put_sent(service.collect_bonds(desk, by, dry_run), f"{ether(owed)} ether of bonds were paid to {by}.", json_)


@dispute.command("show")
def show(context: typer.Context, number: Number, json_: Json = False) -> None:
    """Show a dispute: who claims what, what was said, and how it stands."""
    with open_desk(context.obj) as desk:
        _show(service.show_dispute(desk, number), json_)


@dispute.command("list")
def list_(
    context: typer.Context,
    which: Annotated[str | None, typer.Option("--work", help="Only of this work: number or song folder.")] = None,
    json_: Json = False,
) -> None:
    """List disputes."""
    with open_desk(context.obj) as desk:
        found = service.list_disputes(desk, work_of(desk, which) if which else None)
    if json_:
        put_json([one.as_json() for one in found])
        return
    rows = [
        (one.dispute_id, one.title, one.side, percent(one.share_bps), one.payee_name, one.beneficiary_name, one.status)
        for one in found
    ]
    put_table(("dispute", "work", "side", "share", "of", "claimed for", "status"), rows)


def _show(found: DisputeView, json_: bool) -> None:
    if json_:
        put_json(found.as_json())
        return
    put(
        f"Dispute {found.dispute_id} about work {found.work_id}, {found.title}: {found.claimant_name} claims "
        f"{percent(found.share_bps)} of the {found.side} from {found.payee_name} for {found.beneficiary_name}."
    )
    put(f"Status: {found.status}. Bond: {ether(found.bond)} ether. Evidence: {found.uri or found.evidence_hash}")
    rows = [(to_the_minute(said.at), said.kind, said.name, said.uri or said.evidence_hash) for said in found.words]
    if rows:
        put_table(("time", "what", "by", "what was said"), rows)
    if found.is_open:
        answer, ruling = to_the_minute(found.answer_until), to_the_minute(found.ruling_until)
        put(
            f"It can be answered until {answer} and ruled on until {ruling}; "
            "then anybody can end it. The share's new money waits until the end."
        )
    else:
        say("Bonds: partbook royalty dispute collect --by NAME")
