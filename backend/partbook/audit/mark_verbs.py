"""`partbook mark IN OUT` is a command, and `partbook mark check FILE` one below it."""

from typing import Any

import typer
from typer._click import Context  # typer carries its own click and names it nowhere else
from typer.core import TyperCommand

from partbook.audit.laws.commands import check

CHECK = "check"


class WithCheck(TyperCommand):
    """Gives its words to `check` where they begin so. A file of that name is marked as `./check`."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: Any
    ) -> Context:
        """The context of the command that the words mean."""
        if args[:1] != [CHECK]:
            return super().make_context(info_name, args, parent, **extra)
        room = typer.Typer()
        room.command(CHECK)(check)
        return typer.main.get_command(room).make_context(f"{info_name} {CHECK}", args[1:], parent, **extra)
