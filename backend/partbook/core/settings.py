"""Every setting, read from the environment here and nowhere else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOCAL = "local"
"""A part's URL that means: this machine, started and kept by Partbook itself."""
ARTIFACTS = Path(__file__).resolve().parent.parent / "artifacts"
SOUNDFONT = ARTIFACTS / "soundfont" / "FluidR3Mono_GM.sf3"
CHECKOUT = Path(__file__).resolve().parents[3]
"""The project's root, where this runs from a checkout."""
GANACHE = CHECKOUT / "node_modules" / "ganache"
SETUP = CHECKOUT / ".setup"


@dataclass(frozen=True)
class Settings:
    """Where each part lives. Defaults run everything on this machine; a URL moves a part elsewhere.

    Args:
        home: folder that keeps the ledger, the block store, the local chain and the keys.
        chain_url: JSON-RPC URL of a node, or `local` for a Ganache chain kept in `home`.
        database_url: SQLAlchemy URL; SQLite in `home` unless told.
        content_url: `local` for the block store in `home`, or a Kubo RPC such as `/ip4/127.0.0.1/tcp/5001/http`.
        soundfont: SoundFont (SF2, SF3) for the synthesiser.
        log_level: `debug`, `info`, `warning` or `error`.
        ganache: folder of the npm package `ganache`, which runs the local chain.
        node: Node.js for the local chain; the one on PATH, then the bootstrap's, unless told.
        setup: what the bootstrap installed for this checkout.
        passphrase_file: file whose first line opens the key files; without it a passphrase is asked for.
        audiowmark: that program, for `--engine audiowmark`; the one on PATH unless told.
        signing_certificate: PEM chain that signs labels, own certificate first; a self-made one in `home` unless told.
        signing_key: PEM private key of that certificate.
        timestamp_url: time-stamp authority (RFC 3161) for labels; none is asked unless told.
        trust_anchors: PEM certificates that a check of labels trusts, such as C2PA's list.
        aigc_producer: name or code of the provider in the Chinese AIGC label; this installation's unless told.
    """

    home: Path
    chain_url: str
    database_url: str
    content_url: str
    soundfont: Path
    log_level: str
    ganache: Path = GANACHE
    node: Path | None = None
    setup: Path = SETUP
    passphrase_file: Path | None = None
    audiowmark: Path | None = None
    signing_certificate: Path | None = None
    signing_key: Path | None = None
    timestamp_url: str | None = None
    trust_anchors: Path | None = None
    aigc_producer: str | None = None

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None, home: Path | None = None) -> "Settings":
        """Read `PARTBOOK_*` variables; `home` given here wins over `PARTBOOK_HOME`."""
        env = os.environ if env is None else env
        chosen = home or Path(env.get("PARTBOOK_HOME") or Path.home() / ".partbook")
        chosen = chosen.expanduser().resolve()
        return cls(
            home=chosen,
            chain_url=env.get("PARTBOOK_CHAIN_URL") or LOCAL,
            database_url=env.get("PARTBOOK_DATABASE_URL") or f"sqlite:///{chosen / 'ledger.db'}",
            content_url=env.get("PARTBOOK_CONTENT_URL") or LOCAL,
            soundfont=Path(env.get("PARTBOOK_SOUNDFONT") or SOUNDFONT),
            log_level=env.get("PARTBOOK_LOG_LEVEL") or "warning",
            ganache=Path(env.get("PARTBOOK_GANACHE") or GANACHE),
            node=_path(env.get("PARTBOOK_NODE")),
            passphrase_file=_path(env.get("PARTBOOK_PASSPHRASE_FILE")),
            audiowmark=_path(env.get("PARTBOOK_AUDIOWMARK")),
            signing_certificate=_path(env.get("PARTBOOK_SIGNING_CERTIFICATE")),
            signing_key=_path(env.get("PARTBOOK_SIGNING_KEY")),
            timestamp_url=env.get("PARTBOOK_TIMESTAMP_URL") or None,
            trust_anchors=_path(env.get("PARTBOOK_TRUST_ANCHORS")),
            aigc_producer=env.get("PARTBOOK_AIGC_PRODUCER") or None,
        )


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
