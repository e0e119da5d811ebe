"""`partbook demo`: the whole story, in one command."""

import dataclasses
import os
import shutil
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from partbook.api.app import create_app
from partbook.api.commands import refuse_taken
from partbook.core.clock import SystemClock
from partbook.core.errors import UnusableInput
from partbook.core.settings import LOCAL, Settings
from partbook.core.terminal import put
from partbook.demo.act_leak import find_the_leak
from partbook.demo.act_money import pay_everybody
from partbook.demo.act_register import register_the_song
from partbook.demo.act_sales import sell
from partbook.demo.act_song import write_the_song
from partbook.demo.keepsakes import keep
from partbook.demo.narrator import Narrator
from partbook.demo.stage import Stage
from partbook.works.desk import Desk, open_desk

MARKER = "made-by-partbook-demo"
KEPT_BETWEEN_RUNS = {"screens"}


def attach(cli: typer.Typer) -> None:
    """Add `demo`."""
    cli.command("demo")(demo)


def demo(
    context: typer.Context,
    out: Annotated[
        Path, typer.Option(help="Folder for all that the demo makes; its own earlier run is replaced.")
    ] = Path("demo-out"),
    serve: Annotated[bool, typer.Option("--serve", help="Keep the page open on the demo's data.")] = False,
    port: Annotated[int, typer.Option(help="Port of the page on this machine.")] = 8000,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """From an empty folder to a marked, registered, sold and identified song, on a local chain."""
    if serve:
        refuse_taken("127.0.0.1", port)
    out = out.resolve()
    _clear(out)
    settings: Settings = dataclasses.replace(
        context.obj,
        home=out / "home",
        chain_url=LOCAL,
        content_url=LOCAL,
        database_url=f"sqlite:///{out / 'home' / 'ledger.db'}",
    )
    with open_desk(settings) as desk:
        tell(out, desk)
        if serve:
            _serve(settings, desk, port, browser)
    if not serve:
        _what_next(out)


def tell(out: Path, desk: Desk) -> Stage:
    """Tell every act, in order."""
    clock = SystemClock()
    stage = Stage(out, desk, Narrator())
    write_the_song(stage, clock)
    register_the_song(stage)
    sell(stage)
    pay_everybody(stage)
    find_the_leak(stage, clock)
    keep(stage)
    return stage


def _clear(out: Path) -> None:
    """Make room for a new run, in a folder that is new, empty or ours."""
    marker = out / MARKER
    if out.exists() and not out.is_dir():
        raise UnusableInput(f"{out} is a file. Name a folder with --out.")
    if out.is_dir() and any(out.iterdir()) and not marker.exists():
        raise UnusableInput(f"{out} holds files that the demo did not make. Name a new or empty folder with --out.")
    out.mkdir(parents=True, exist_ok=True)
    marker.touch()
    for each in out.iterdir():
        if each == marker or each.name in KEPT_BETWEEN_RUNS:
            continue
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


def _serve(settings: Settings, desk: Desk, port: int, browser: bool) -> None:
    address = f"http://127.0.0.1:{port}"
    put("")
    put(f"The page is open at {address}. Stop it with Ctrl-C; the chain stops with it.")
    if browser:
        threading.Timer(1.0, webbrowser.open, [address]).start()
    uvicorn.run(create_app(settings, desk), host="127.0.0.1", port=port, log_level="warning")


def _what_next(out: Path) -> None:
    partbook = "partbook" if shutil.which("partbook") else _near(Path(sys.argv[0]))
    put("")
    put(f"Everything is in {_near(out)}/. Open {_near(out / 'credits.html')} in a browser, or type:")
    put(f"  {partbook} --home {_near(out / 'home')} identify {_near(out / 'leak.mp3')}")
    put(f"  {partbook} --home {_near(out / 'home')} serve")


def _near(path: Path) -> str:
    """A path as one would type it here."""
    here = os.path.relpath(path)
    return str(path) if here.startswith("..") else here
