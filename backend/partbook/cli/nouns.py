"""Every noun of the command line, the room that answers, and its line of help; a room is loaded when it is asked."""

from difflib import get_close_matches
from importlib import import_module

import typer
from typer._click import Command, Context, HelpFormatter  # typer carries its own click and names it nowhere else
from typer._click.exceptions import UsageError
from typer.core import TyperCommand, TyperGroup

NOUNS: dict[str, tuple[str, str]] = {
    "demo": ("partbook.demo.commands", "Tell the whole story of a song on a local chain, and keep what it makes."),
    "doctor": ("partbook.cli.doctor", "Say what works, what is missing, and what to do."),
    "compose": ("partbook.works.song_commands", "Compose a song from a mood, the same for the same words and seed."),
    "song": ("partbook.works.song_commands", "Work on a song folder: takes, AI share, reasons, proof, sound."),
    "scale": ("partbook.works.scale_commands", "Declared scales and their tunings, for `compose --scale`."),
    "motif": ("partbook.works.motif_commands", "License motifs as a signed pack, and check one."),
    "composer": (
        "partbook.works.composer_commands",
        "What the composer is, and what it was trained on.",
    ),
    "sheet": ("partbook.works.sheet_commands", "Agree on shares: draft a split sheet, sign it, see who has signed."),
    "work": ("partbook.works.commands", "Open a work, register it once everybody has signed, show it."),
    "mark": ("partbook.audit.marking_commands", "Mark a sound file; the mark survives lossy copies and cuts."),
    "identify": ("partbook.audit.commands", "Say whose a sound file is, and how much of it a machine made."),
    "audit": ("partbook.audit.catalogue.commands", "Audit a catalogue of files into a report; check a report."),
    "edition": ("partbook.editions.commands", "Release editions and sell copies, each marked for its buyer."),
    "show": ("partbook.shows.commands", "Announce a concert, sell sessions, settle to the works played."),
    "ticket": ("partbook.shows.ticket_commands", "Buy, offer, resell, give and refund tickets; vote; sign a pass."),
    "door": ("partbook.shows.door_commands", "Let holders in, once; say who may stand at the door."),
    "royalty": ("partbook.royalties.commands", "Pay a work, see what is due, claim it, print statements."),
    "credential": ("partbook.credentials.commands", "Claim credentials for what one did; they never change hands."),
    "people": ("partbook.people.commands", "Sign and read a singer's consent to a replica of her voice."),
    "content": ("partbook.content.commands", "Keep files under the hash of their bytes."),
    "chain": ("partbook.chain.commands", "See the chain and its contracts, deploy them, keep it up."),
    "key": ("partbook.chain.commands", "Make keys and list them; a name stands for an account."),
    "serve": ("partbook.api.commands", "Serve the API under /api and the page under /."),
}
"""Noun, the module that has `attach(cli)`, and one line of help."""


class Rooms(TyperGroup):
    """Loads the room of the one noun that is asked for; the list of nouns costs no loading."""

    _listing = False

    def list_commands(self, ctx: Context) -> list[str]:
        """Every noun, in the order in which a song meets them."""
        return list(NOUNS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command of a noun; in the list of all of them, its line only."""
        if cmd_name not in NOUNS:
            return None
        module, line = NOUNS[cmd_name]
        if self._listing:
            return TyperCommand(cmd_name, help=line)
        room = typer.Typer(callback=lambda: None)
        import_module(module).attach(room)
        loaded = typer.main.get_command(room)
        assert isinstance(loaded, TyperGroup)
        return loaded.get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The command of the first word, or the nouns that are spelt like it."""
        try:
            return super().resolve_command(ctx, args)
        except UsageError as unknown:
            near = get_close_matches(args[0], NOUNS)
            if near and args[0] not in NOUNS:
                unknown.message = f"{unknown.message.rstrip('.')}. Did you mean {' or '.join(near)}?"
            raise

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The help of `partbook` itself."""
        self._listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._listing = False
