"""Act five: a fan's copy leaks as an MP3, and the file itself says whose it is."""

from pathlib import Path

from partbook.audit.identify import Identification, identify
from partbook.audit.ledger_registry import LedgerRegistry
from partbook.audit.verdict import Verdict
from partbook.core.clock import Clock
from partbook.core.errors import Mismatch
from partbook.core.ids import Address
from partbook.core.money import percent
from partbook.demo.cast import ANA, SEED
from partbook.demo.stage import Stage
from partbook.music.request import ComposeRequest
from partbook.sound.codecs import excerpt_mp3
from partbook.watermark import MarkKey
from partbook.works.mark_keys import mark_key_path
from partbook.works.song_making import compose_song

LEAK_START, LEAK_SECONDS, LEAK_KBPS = 12.0, 30.0, 128


def find_the_leak(stage: Stage, clock: Clock) -> None:
    """Leak, identify with the public key, identify with the songwriter's key, and miss honestly."""
    tell, desk = stage.tell, stage.desk
    leak = stage.out / "leak.mp3"
    tell.act("Somebody", "puts 30 s of Dee's copy on the net")
    with tell.step(f"leak.mp3: {LEAK_SECONDS:.0f} s from {LEAK_START:.0f} s on, MP3 at {LEAK_KBPS} kbit/s"):
        assert stage.copy_file is not None
        excerpt_mp3(stage.copy_file, leak, LEAK_START, LEAK_SECONDS, LEAK_KBPS)

    tell.act("An auditor", "partbook identify leak.mp3")
    with tell.step("reads the work, its owners and the AI share") as lines:
        found = _identify(stage, leak)
        if found.verdict is not Verdict.MATCH or found.work is None or found.work.work_id != stage.work_id:
            raise Mismatch(f"leak.mp3 was not recognised as work {stage.work_id}: {found.verdict}.")
        lines += _said(found)
    key_file = mark_key_path(desk.settings.home, desk.address(ANA.key))
    with tell.step("with Ana's key: reads whose copy it was") as lines:
        keyed = _identify(stage, leak, MarkKey.read(key_file))
        if keyed.copy is None or keyed.copy.copy != stage.copy_number:
            raise Mismatch(f"leak.mp3 did not name copy {stage.copy_number}.")
        buyer = desk.name_of(Address(keyed.copy.buyer)) if keyed.copy.buyer else "nobody"
        lines.append(f"copy {keyed.copy.serial} of edition {keyed.copy.edition}, sold to {buyer}")
        stage.kept["leak"] = keyed.as_json()
    with tell.refusal("a song that was never marked"):
        other = ComposeRequest(mood="playful", seconds=15, seed=SEED, title="Another song")
        control = compose_song(stage.out / "unmarked", other, desk.settings.soundfont, clock)
        missed = _identify(stage, control.paths.mix)
        stage.kept["unmarked"] = missed.as_json()
        if missed.verdict is Verdict.NONE:
            raise Mismatch(missed.judgement.reasons[0])


def _identify(stage: Stage, path: Path, *keys: MarkKey) -> Identification:
    with stage.desk.database.reading() as session:
        return identify(path, LedgerRegistry(session), keys)


def _said(found: Identification) -> list[str]:
    work = found.work
    assert work is not None
    assert work.ai is not None
    owners = ", ".join(dict.fromkeys(owner.name for owner in work.owners))
    layers = ", ".join(f"{name} {percent(layer['ai_bps'])}" for name, layer in work.ai["layers"].items())
    return [
        *found.judgement.reasons,
        f"owners: {owners}",
        f"AI share {percent(work.ai['total_bps'])}: {layers}",
        f"chance of a false name below {found.false_name_bound:.1e}",
    ]
