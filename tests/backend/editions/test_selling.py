"""Releasing editions and selling copies, each marked for its buyer."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from partbook.core.errors import ChainRefused, NotFound, UnusableInput
from partbook.core.ids import EditionId
from partbook.core.money import parse_ether
from partbook.editions import records, service
from partbook.sound.audio_file import read
from partbook.watermark import MarkKey
from partbook.watermark.files import read_file
from partbook.works.desk import Desk, Rehearsed
from partbook.works.labels.content_credentials import read_credentials
from partbook.works.labels.labelling import check_anchors
from partbook.works.mark_keys import mark_key_path
from partbook.works.service import WorkView, release_path, timeline

pytestmark = pytest.mark.chain
PRICE = parse_ether("0.05")


@pytest.fixture
def edition(desk: Desk, work: WorkView) -> service.EditionView:
    return service.release_edition(desk, work.work_id, "ana", PRICE, 2)


def test_a_buyers_file_names_the_work_to_everybody_and_the_copy_to_the_registrant(
    desk: Desk, work: WorkView, edition: service.EditionView, tmp_path: Path
) -> None:
    bought = service.buy_edition(desk, edition.edition_id, "dee", tmp_path / "hers")
    own = MarkKey.read(mark_key_path(desk.settings.home, work.registrant))
    public, private = read_file(bought.file, [MarkKey.public(), own]).detections
    assert public.readings[0].payload.hex() == work.payload
    assert private.readings[0].payload.hex() == bought.payload
    with desk.database.reading() as session:
        sale = records.find_copy(session, work.work_id, bought.copy_number)
        assert sale is not None
        assert (sale.serial, sale.buyer, sale.paid) == (1, desk.address("dee"), PRICE)
    assert hashlib.sha256(bought.file.read_bytes()).hexdigest() == bought.as_json()["sha256"]
    assert "Dee bought copy 1 of edition 1 for 0.05 ether" in [entry.text for entry in timeline(desk, work.work_id)]


def test_a_file_is_made_once_and_again_when_it_is_lost(
    desk: Desk, edition: service.EditionView, tmp_path: Path
) -> None:
    bought = service.buy_edition(desk, edition.edition_id, "dee", tmp_path / "dee.wav")
    assert bought.file == tmp_path / "dee.wav"
    written = bought.file.stat().st_mtime_ns
    assert service.deliver_copy(desk, edition.edition_id, 1).sha256 == bought.as_json()["sha256"]
    assert bought.file.stat().st_mtime_ns == written
    sound, _ = read(bought.file, 0.0, 60.0)
    bought.file.unlink()
    again = service.deliver_copy(desk, edition.edition_id, 1)
    assert again.path.is_file()
    assert again.payload == bought.payload
    assert np.array_equal(read(again.path, 0.0, 60.0)[0], sound)
    assert read_credentials(again.path, *check_anchors(desk.settings)) is not None  # signed anew: other bytes


def test_the_same_key_buys_once(desk: Desk, edition: service.EditionView) -> None:
    first = service.buy_edition(desk, edition.edition_id, "dee", key="click-1")
    assert service.buy_edition(desk, edition.edition_id, "dee", key="click-1") == first
    assert service.show_edition(desk, edition.edition_id).sold == 1


def test_a_sale_by_the_buyers_own_wallet_gets_its_file(desk: Desk, edition: service.EditionView) -> None:
    dee = desk.signer("dee")
    receipt = desk.contracts.editions.buy(EditionId(edition.edition_id), 1, dee.address, PRICE, dee)
    assert receipt.tx_hash is not None
    [sale] = service.purchases_in(desk, "0x" + receipt.tx_hash.hex())
    assert sale.serial == 1
    assert sale.file.is_file()
    with pytest.raises(NotFound, match="bought no copy"):
        service.purchases_in(desk, "0x" + "00" * 32)


def test_no_more_than_the_cap_are_sold(desk: Desk, edition: service.EditionView) -> None:
    dee = desk.signer("dee")
    desk.contracts.editions.buy(EditionId(edition.edition_id), 2, dee.address, 2 * PRICE, dee)  # type: ignore[arg-type]
    with pytest.raises(ChainRefused, match="copies left"):
        service.buy_edition(desk, edition.edition_id, "eli")
    assert service.show_edition(desk, edition.edition_id).as_json()["left"] == 0


def test_only_the_registrant_releases(desk: Desk, work: WorkView) -> None:
    with pytest.raises(ChainRefused, match="belongs to"):
        service.release_edition(desk, work.work_id, "ben", PRICE, 2)


def test_an_unregistered_work_cannot_be_sold(desk: Desk, signed: Path) -> None:
    with pytest.raises(UnusableInput, match="Nothing can be sold before everybody has signed"):
        service.release_edition(desk, 1, "ana", PRICE, 2)


def test_dry_runs_send_nothing(desk: Desk, work: WorkView, edition: service.EditionView) -> None:
    head = desk.chain.head().number
    with pytest.raises(Rehearsed):
        service.release_edition(desk, work.work_id, "ana", PRICE, 2, dry_run=True)
    with pytest.raises(Rehearsed):
        service.buy_edition(desk, edition.edition_id, "dee", dry_run=True)
    assert desk.chain.head().number == head


def test_without_the_registrants_key_a_sale_stands_and_its_file_is_made_elsewhere(
    desk: Desk, work: WorkView, edition: service.EditionView
) -> None:
    key = mark_key_path(desk.settings.home, work.registrant)
    kept = key.rename(key.with_suffix(".elsewhere"))
    bought = service.buy_edition(desk, edition.edition_id, "dee")
    assert bought.copy is None
    with pytest.raises(UnusableInput, match=r"mark key of .* is not on this machine"):
        service.deliver_copy(desk, edition.edition_id, bought.serial)
    kept.rename(key)
    assert service.deliver_copy(desk, edition.edition_id, bought.serial).path.is_file()


def test_a_copy_is_resold_and_the_work_gets_its_part(desk: Desk, edition: service.EditionView) -> None:
    service.buy_edition(desk, edition.edition_id, "dee")
    with pytest.raises(NotFound, match="dee offers no copy"):
        service.buy_offered_copy(desk, edition.edition_id, "dee", "eli")
    service.offer_copy(desk, edition.edition_id, "dee", parse_ether("0.08"))
    assert service.show_edition(desk, edition.edition_id).offers == ((desk.address("dee"), parse_ether("0.08")),)
    service.buy_offered_copy(desk, edition.edition_id, "dee", "eli")
    assert desk.contracts.editions.balance_of(desk.address("eli"), EditionId(edition.edition_id)) == 1
    assert desk.contracts.editions.owed(desk.address("dee")) == parse_ether("0.072")
    service.withdraw_proceeds(desk, "dee")
    assert desk.contracts.editions.owed(desk.address("dee")) == 0
    assert service.show_edition(desk, edition.edition_id).offers == ()


def test_unknown_editions_and_copies_are_named(desk: Desk, edition: service.EditionView) -> None:
    with pytest.raises(NotFound, match="Edition 999 does not exist"):
        service.show_edition(desk, 999)
    with pytest.raises(NotFound, match="Copy 5 of edition 257 has not been sold; 0 were"):
        service.deliver_copy(desk, edition.edition_id, 5)


def test_a_buyers_copy_is_labelled_and_keeps_the_releases_manifest_inside(
    desk: Desk, work: WorkView, edition: service.EditionView, tmp_path: Path
) -> None:
    bought = service.buy_edition(desk, edition.edition_id, "dee", tmp_path / "dee.wav")
    assert bought.file is not None
    release = read_credentials(release_path(desk, work.work_id), *check_anchors(desk.settings))
    copy = read_credentials(bought.file, *check_anchors(desk.settings))
    assert release is not None
    assert copy is not None
    assert (copy.problem, copy.bindings) == (None, (("partbook.mark.1", bought.payload),))
    assert copy.ai_share == release.ai_share
    assert [parent.problem for parent in copy.parents] == [None]
