"""`partbook serve`: the API and the page on this machine."""

import socket
import threading
import webbrowser
from typing import Annotated

import typer
import uvicorn
from uvicorn.config import LOG_LEVELS

from partbook.api.app import create_app
from partbook.core.errors import NotConfigured
from partbook.core.settings import Settings
from partbook.core.terminal import say
from partbook.works.desk import open_desk


def attach(cli: typer.Typer) -> None:
    """Add `serve`."""
    cli.command("serve")(serve)


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="Address to listen on; other machines reach only what you open here.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = 8000,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = False,
) -> None:
    """Serve the API under /api and the page under /, until Ctrl-C."""
    settings: Settings = context.obj
    refuse_taken(host, port)
    if settings.log_level not in LOG_LEVELS:
        raise NotConfigured(f"PARTBOOK_LOG_LEVEL is {settings.log_level!r}. Use one of {', '.join(LOG_LEVELS)}.")
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    with open_desk(settings) as desk:
        say(f"Partbook is at {address}. Stop it with Ctrl-C.")
        if browser:
            threading.Timer(1.5, webbrowser.open, [address]).start()
        uvicorn.run(create_app(settings, desk), host=host, port=port, log_level=settings.log_level)


def refuse_taken(host: str, port: int) -> None:
    """Say so before anything is started.

    Raises:
        NotConfigured: another program listens on that port.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError as taken:
            raise NotConfigured(
                f"Cannot listen on {host}:{port}: {taken.strerror}. Choose another with --port."
            ) from None
