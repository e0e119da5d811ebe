"""The served demo and a real Chromium, once for all journeys."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background: what the tests start would inherit deaf ears for Ctrl-C, which they send.
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "demo-out"
PATIENCE_SECONDS = 420
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="session")
def served_demo() -> Iterator[str]:
    """`partbook demo --serve`, told from the start into demo-out/; gives the address of the page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = ROOT / ".setup" / "logs" / "served-demo.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as stream:
        partbook = str(Path(sys.executable).parent / "partbook")
        words = ["demo", "--out", str(OUT), "--serve", "--no-browser", "--port", str(port)]
        demo = subprocess.Popen([partbook, *words], stdout=stream, stderr=subprocess.STDOUT, start_new_session=True)
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(demo, f"{address}/api/health", log)
            yield address
        finally:
            demo.send_signal(signal.SIGINT)
            try:
                demo.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(demo.pid, signal.SIGKILL)
                demo.wait()


def _wait(demo: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if demo.poll() is not None:
            pytest.fail(f"the demo ended with exit code {demo.returncode}:\n{log.read_text()[-4000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"the demo did not answer at {url} within {PATIENCE_SECONDS} s:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium: `PARTBOOK_CHROMIUM`, or the one on PATH."""
    named = os.environ.get("PARTBOOK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not named:
        pytest.fail("the page is tested in Chromium: install it, or name it in PARTBOOK_CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=named, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page on which every error of the page's own code fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    # A refused request is logged by Chromium as an error; that is the page's answer, not its fault.
    refused = "Failed to load resource"
    opened.on(
        "console",
        lambda said: errors.append(said.text) if said.type == "error" and refused not in said.text else None,
    )
    yield opened
    context.close()
    assert not errors, errors
