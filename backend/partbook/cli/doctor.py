"""`partbook doctor`: what works on this machine, what is missing, and what to do about it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Annotated

import typer

from partbook.content import Health
from partbook.core.errors import NotConfigured, PartbookError
from partbook.core.settings import ARTIFACTS, LOCAL, Settings
from partbook.core.status import ExitStatus
from partbook.core.terminal import put, put_json

SET_UP = "python3 scripts/bootstrap.py"
FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    fix: str = ""


def attach(cli: typer.Typer) -> None:
    """Add `doctor`."""
    cli.command("doctor")(doctor)


def doctor(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False
) -> None:
    """Say what works, what is missing, and what to do. Exit code 1 when something is missing."""
    checks = [check(context.obj) for check in CHECKS]
    if as_json:
        put_json({"checks": [vars(check) for check in checks]})
    else:
        for check in checks:
            put(f"{'✓' if check.ok else '✗'} {check.name}: {check.detail}")
            if not check.ok:
                put(f"    {check.fix}")
    if not all(check.ok for check in checks):
        raise typer.Exit(ExitStatus.FINDING)


def _home(settings: Settings) -> Check:
    fix = "Free some space, or name another folder with --home."
    parent = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        return Check("home folder", False, f"{settings.home}: nothing can be written to {parent}", fix)
    free = shutil.disk_usage(parent).free
    return Check("home folder", free > FREE_BYTES, f"{settings.home}, {free / 1e9:.1f} GB free", fix)


def _synthesiser(settings: Settings) -> Check:
    fix = f"{SET_UP}, or pip install --no-deps tinysoundfont==0.3.7"
    found = find_spec("tinysoundfont") is not None
    return Check("synthesiser", found, "tinysoundfont" if found else "tinysoundfont is not installed", fix)


def _instruments(settings: Settings) -> Check:
    found = settings.soundfont.is_file()
    return Check("instruments", found, f"{settings.soundfont}{'' if found else ' is missing'}", SET_UP)


def _contracts(settings: Settings) -> Check:
    count = len(list((ARTIFACTS / "contracts").glob("*.json")))
    return Check("contract artefacts", count > 0, f"{count} contracts", "Install the package again.")


def _chain(settings: Settings) -> Check:
    from partbook.chain.connection import open_chain  # web3 takes a second to load

    where = "a local Ganache chain" if settings.chain_url == LOCAL else settings.chain_url
    fix = SET_UP if settings.chain_url == LOCAL else "Check PARTBOOK_CHAIN_URL, and that the node is up."
    return _answers("chain", where, fix, lambda: _block(open_chain, settings))


def _block(open_chain: Callable[[Settings], object], settings: Settings) -> str:
    with open_chain(settings) as chain:  # type: ignore[attr-defined]
        return f"id {chain.chain_id}, block {chain.head().number}"


def _content(settings: Settings) -> Check:
    from partbook.content import open_store

    where = "the block store in the home folder" if settings.content_url == LOCAL else settings.content_url
    fix = "Check PARTBOOK_CONTENT_URL, and that the node is up."
    return _answers("content store", where, fix, lambda: _healthy(open_store(settings).health()))


def _healthy(health: Health) -> str:
    if not health.ok:
        raise NotConfigured(f"{health.detail}. {health.fix}")
    return health.detail


def _ledger(settings: Settings) -> Check:
    from partbook.ledger.migrate import open_database

    def look() -> str:
        open_database(settings).close()
        return "opens, and its tables are of this version"

    return _answers("ledger", settings.database_url.split("@")[-1], "Check PARTBOOK_DATABASE_URL.", look)


def _page(settings: Settings) -> Check:
    found = (ARTIFACTS.parent / "web" / "index.html").is_file()
    return Check("page", found, "built" if found else "not built", SET_UP)


def _other_meters(_: Settings) -> Check:
    """Programs that nothing needs: another engine for marks, and the meter that grades how audible one is."""
    from partbook.watermark import audiowmark_program, peaq  # these load the engine, which takes a second

    found = [name for name in (audiowmark_program.PROGRAM, peaq.PROGRAM) if shutil.which(name)]
    absent = [name for name in (audiowmark_program.PROGRAM, peaq.PROGRAM) if name not in found]
    told = [*(f"{name} is here" for name in found), *(f"{name} is not here, and not needed" for name in absent)]
    return Check("other programs", True, ", ".join(told))


def _answers(name: str, where: str, fix: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, f"{where}: {look()}")
    except (PartbookError, OSError) as error:
        return Check(name, False, str(error), fix)


CHECKS = (_home, _synthesiser, _instruments, _contracts, _chain, _content, _ledger, _page, _other_meters)
