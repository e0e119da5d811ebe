"""What the tests of works, editions, royalties, shows and credentials start from: a desk, a song, a registered work."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import mido
import numpy as np
import pytest
import soundfile
from chain_scenes import SALT, committed, consents_of, sheet_of

from partbook.chain.connection import Chain
from partbook.chain.deployment import Contracts, Deployment
from partbook.chain.signers import Keyring
from partbook.content import open_store
from partbook.core.clock import SystemClock
from partbook.core.settings import Settings
from partbook.ledger.migrate import open_database
from partbook.ledger.outbox import DatabaseOutbox
from partbook.music.request import ComposeRequest
from partbook.works.desk import Desk
from partbook.works.opening import open_work
from partbook.works.registration import read_registration
from partbook.works.service import WorkView, register_work, show_work
from partbook.works.sheets import Agreed, new_sheet, sign_sheet
from partbook.works.song_making import compose_song
from partbook.works.takes import add_take

RATE, SECONDS = 22_050, 15
NAMES = {"ana": "Ana Lind", "ben": "Ben Okafor", "chen": "Chen Wei"}
SHARES = (
    Agreed("master", "ana", "producer", 5_000),
    Agreed("master", "ben", "performer", 5_000),
    Agreed("composition", "ana", "composer", 4_500),
    Agreed("composition", "ben", "composer", 3_000),
    Agreed("composition", "chen", "lyricist", 2_500),
)


class ARun(Protocol):
    """What the fixture `ganache` gives: the chain of this run with our contracts on it."""

    @property
    def chain(self) -> Chain:
        """The chain."""
        ...

    @property
    def deployment(self) -> Deployment:
        """Where the contracts are."""
        ...


@dataclass(frozen=True)
class Template:
    """A song whose mix is marked and pinned already, and the home in which that happened; copied for each test."""

    song: Path
    home: Path

    def song_for(self, target: Path) -> Path:
        """A song that nobody has opened; its marking is done, so that opening takes no time."""
        shutil.copytree(self.song, target)
        return target


def a_desk(ganache: ARun, chain: Chain, home: Path) -> Desk:
    """A desk at the tests' chain with its own home."""
    settings = replace(
        Settings.from_environment({}, home=home),
        chain_url=str(chain.web3.provider.endpoint_uri),  # type: ignore[attr-defined]
    )
    database = open_database(settings)
    chain.outbox = DatabaseOutbox(database)
    ganache.deployment.write(home)
    return Desk(
        settings=settings,
        database=database,
        chain=chain,
        deployment=ganache.deployment,
        contracts=Contracts.at(chain, ganache.deployment),
        store=open_store(settings),
        keyring=Keyring(home, chain.chain_id),
        clock=SystemClock(),
    )


def a_song(folder: Path, desk: Desk) -> Path:
    """Fifteen seconds by the machine, two bars by Ben, words by Chen; its sound is synthesised here."""
    request = ComposeRequest(mood="calm", seconds=SECONDS, seed=3, title="Tiny Rain")
    song = compose_song(folder, request, None, SystemClock())
    beats = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack()
    for note in (72, 74, 76, 79):
        track.append(mido.Message("note_on", note=note, velocity=80, time=0))
        track.append(mido.Message("note_off", note=note, velocity=0, time=480))
    beats.tracks.append(track)
    beats.save(folder.parent / "bens-bars.mid")
    add_take(song, "melody", folder.parent / "bens-bars.mid", "1-1", desk.address("ben"), SystemClock())
    (folder.parent / "words.txt").write_text("Rain on the roof\nand nobody home\n", encoding="utf-8")
    add_take(song, "lyrics", folder.parent / "words.txt", None, desk.address("chen"), SystemClock())
    soundfile.write(folder / "mix.wav", some_music(), RATE, subtype="PCM_16")
    return folder


def some_music() -> np.ndarray:
    """Tones that come and go over a beat of noise: enough for a mark to hold on to."""
    time = np.arange(RATE * SECONDS) / RATE
    noise = np.random.default_rng(1).standard_normal(len(time))
    tones = sum(
        np.sin(2 * np.pi * pitch * time + i) * np.abs(np.sin(2 * np.pi * time * (0.7 + 0.3 * i)))
        for i, pitch in enumerate((220, 330, 440, 554, 880, 1320))
    )
    sound = tones + 0.3 * noise * np.abs(np.sin(4 * np.pi * time))
    return (0.6 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.fixture(scope="session")
def template(ganache: ARun, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The song, marked and pinned once per run."""
    root = tmp_path_factory.mktemp("template")
    before = ganache.chain.rpc("evm_snapshot", [])
    desk = a_desk(ganache, ganache.chain, root / "home")
    folder = a_song(root / "song", desk)
    open_work(desk, folder, "ana")
    state = read_registration(folder)
    assert state is not None
    state.work_id = state.payload = None
    state.write(folder)
    (folder / "sheet.json").unlink()
    desk.database.close()
    ganache.chain.outbox = None
    ganache.chain.rpc("evm_revert", [before])
    return Template(folder, root / "home")


@pytest.fixture
def desk(ganache: ARun, template: Template, chain: Chain, tmp_path: Path) -> Iterator[Desk]:
    """A desk with an empty ledger, the template's store and keys, and accounts by name."""
    home = tmp_path / "home"
    shutil.copytree(template.home / "content", home / "content")
    shutil.copytree(template.home / "keys", home / "keys")
    made = a_desk(ganache, chain, home)
    yield made
    made.database.close()


@pytest.fixture
def song(template: Template, tmp_path: Path) -> Path:
    """A song folder that nobody has opened yet."""
    return template.song_for(tmp_path / "song")


@pytest.fixture
def signed(desk: Desk, song: Path) -> Path:
    """An opened song with a sheet that all three have signed."""
    open_work(desk, song, "ana")
    new_sheet(desk, song, "ana", SHARES, NAMES)
    for who in NAMES:
        sign_sheet(desk, song, who)
    return song


@pytest.fixture
def work(desk: Desk, signed: Path) -> WorkView:
    """The registered work."""
    return register_work(desk, signed)


@pytest.fixture
def second_work(desk: Desk, work: WorkView) -> WorkView:
    """Another registered work, of which this machine has no files: Dee's alone."""
    sheet = sheet_of(desk.keyring, desk.now(), (("dee", 10_000),), audio=2)
    work_id = committed(desk.contracts, desk.keyring, sheet, "dee")
    consents = consents_of(desk.contracts, desk.keyring, work_id, sheet, "dee")
    desk.contracts.registry.seal(work_id, SALT, sheet, consents, desk.signer("dee"))
    desk.catch_up()
    return show_work(desk, work_id)


def edit_json(path: Path, **fields: object) -> None:
    """Change fields of a JSON file, as a person with an editor would."""
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))
