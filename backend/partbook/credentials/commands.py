"""`partbook credential`: claim what one earned, and show it with its evidence."""

from typing import Annotated

import typer

from partbook.core.errors import UnusableInput
from partbook.core.terminal import put_json, put_table
from partbook.credentials import service
from partbook.works.command_options import By, DryRun, Json, rehearsal
from partbook.works.desk import open_desk

credential = typer.Typer(
    help="Claim credentials for what one did, and show them. They never change hands.", no_args_is_help=True
)


def attach(cli: typer.Typer) -> None:
    """Add the noun `credential`."""
    cli.add_typer(credential, name="credential")


@credential.command("claim")
def claim(
    context: typer.Context,
    by: By,
    work: Annotated[int | None, typer.Option("--work", help="For having contributed to this work.")] = None,
    edition: Annotated[int | None, typer.Option("--edition", help="For holding a copy of this edition.")] = None,
    ticket: Annotated[int | None, typer.Option("--ticket", help="For having been there with this ticket.")] = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Claim a credential from one fact: a work, an edition or a ticket."""
    if sum(given is not None for given in (work, edition, ticket)) != 1:
        raise UnusableInput("A credential is claimed from one fact: --work, --edition or --ticket.")
    with rehearsal(json_), open_desk(context.obj) as desk:
        if work is not None:
            found = service.claim_contributed(desk, work, by, dry_run)
        elif edition is not None:
            found = service.claim_collected(desk, edition, by, dry_run)
        else:
            assert ticket is not None
            found = service.claim_attended(desk, ticket, by, dry_run)
        _show([found], json_, one=True)


@credential.command("show")
def show(
    context: typer.Context,
    holder: Annotated[str, typer.Argument(help="Name of the keyring, or address.")],
    json_: Json = False,
) -> None:
    """Show what somebody earned."""
    with open_desk(context.obj) as desk:
        _show(service.show_credentials(desk, holder), json_)


def _show(found: list[service.CredentialView], json_: bool, one: bool = False) -> None:
    if json_:
        put_json(found[0].as_json() if one else [each.as_json() for each in found])
        return
    rows = [(each.kind, each.level, each.count, ", ".join(str(e["block"]) for e in each.evidence)) for each in found]
    put_table(("credential", "level", "facts", "shown in blocks"), rows)
