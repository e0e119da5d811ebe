"""Copies rendered for their buyer: another recording, recognised as the work's and as hers."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from partbook.audit.identify import Identification, identify
from partbook.audit.ledger_registry import LedgerRegistry
from partbook.audit.verdict import Verdict
from partbook.core.errors import Mismatch
from partbook.core.money import parse_ether
from partbook.editions import records, service
from partbook.editions.personal_copies import Personal
from partbook.music.vocal_range import VocalRange
from partbook.sound.codecs import excerpt_mp3
from partbook.watermark import MarkKey
from partbook.works.desk import Desk
from partbook.works.mark_keys import mark_key_path
from partbook.works.service import WorkView

pytestmark = pytest.mark.chain
ALTO = Personal(VocalRange.parse("G3-D5"))


def _identified(desk: Desk, path: Path, registrant: str) -> Identification:
    key = MarkKey.read(mark_key_path(desk.settings.home, registrant))
    with desk.database.reading() as session:
        return identify(path, LedgerRegistry(session), [key])


def test_a_personal_copy_is_another_recording_and_still_the_works_and_hers(
    desk: Desk, work: WorkView, tmp_path: Path
) -> None:
    edition = service.release_edition(desk, work.work_id, "ana", parse_ether("0.05"), 2)
    plain = service.buy_edition(desk, edition.edition_id, "dee", tmp_path / "plain.wav")
    hers = service.buy_edition(desk, edition.edition_id, "dee", tmp_path / "hers.wav", personal=ALTO)
    leak = tmp_path / "leak.mp3"
    excerpt_mp3(hers.file, leak, 1.0, 12.0, 192)
    found = _identified(desk, leak, work.registrant)
    assert found.verdict is Verdict.MATCH
    assert found.work is not None
    assert found.work.work_id == work.work_id
    assert found.copy is not None
    assert found.copy.serial == hers.serial == 2
    assert _identified(desk, plain.file, work.registrant).verdict is Verdict.MATCH
    with desk.database.session() as session:
        row = records.copy_file(session, edition.edition_id, hers.serial)
        assert row is not None
        kept, row.fingerprint = row.fingerprint, None
    without = _identified(desk, leak, work.registrant)
    assert without.verdict is Verdict.TRANSPLANTED, "what the kept fingerprint is for"
    with desk.database.session() as session:
        row = records.copy_file(session, edition.edition_id, hers.serial)
        assert row is not None
        row.fingerprint = kept

    hers.file.unlink()
    with pytest.raises(Mismatch, match="--personal"):
        service.deliver_copy(desk, edition.edition_id, hers.serial)
    with pytest.raises(Mismatch, match="Ask for the same"):
        service.deliver_copy(desk, edition.edition_id, hers.serial, personal=Personal(VocalRange.parse("C5-C7")))
    again = service.deliver_copy(desk, edition.edition_id, hers.serial, tmp_path / "again.wav", ALTO)
    assert hers.copy is not None
    assert again.payload == hers.copy.payload, "signed anew, so only the sound is the same"
    ours, theirs = (soundfile.read(path)[0] for path in (plain.file, again.path))
    frames = min(len(ours), len(theirs))
    assert not np.allclose(ours[:frames].mean(), theirs[:frames].mean(), atol=1e-9)
