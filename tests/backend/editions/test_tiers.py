"""Several editions of one work: tiers with a price, a cap and a window each."""

import json

import pytest
from typed_commands import run

from partbook.core.errors import ChainRefused, UnusableInput
from partbook.core.ids import EditionId
from partbook.core.money import Wei, parse_ether
from partbook.editions import commands, service
from partbook.works.desk import Desk
from partbook.works.service import WorkView

pytestmark = pytest.mark.chain
CHEAP, DEAR = parse_ether("0.01"), parse_ether("0.2")


def test_each_tier_has_its_own_name_price_cap_and_copies(desk: Desk, work: WorkView) -> None:
    dear = service.release_edition(desk, work.work_id, "ana", DEAR, 1, tier="Deluxe")
    cheap = service.release_edition(desk, work.work_id, "ana", CHEAP, 50)
    assert (dear.label, cheap.label) == ("Deluxe", "no. 2")
    service.buy_edition(desk, cheap.edition_id, "dee")
    bought = service.buy_edition(desk, dear.edition_id, "dee")
    assert (bought.serial, bought.paid) == (1, DEAR)
    with pytest.raises(ChainRefused, match="edition 257 has 0 copies left; 1 were asked for"):
        service.buy_edition(desk, dear.edition_id, "eli")
    sold = {one.label: (one.price, one.sold, one.cap) for one in service.list_editions(desk, work.work_id)}
    assert sold == {"Deluxe": (DEAR, 1, 1), "no. 2": (CHEAP, 1, 50)}


def test_serials_go_on_where_the_last_sale_ended(desk: Desk, work: WorkView) -> None:
    edition = service.release_edition(desk, work.work_id, "ana", CHEAP, 50)
    dee = desk.signer("dee")
    heap = desk.contracts.editions.buy(EditionId(edition.edition_id), 3, dee.address, Wei(3 * CHEAP), dee)
    assert [sale.serial for sale in service.purchases_in(desk, heap.transaction)] == [1, 2, 3]
    assert service.buy_edition(desk, edition.edition_id, "eli").serial == 4
    assert [one.paid for one in service.list_purchases(desk, edition.edition_id)] == [CHEAP] * 4


def test_a_copy_that_is_handed_on_is_no_sale(desk: Desk, work: WorkView) -> None:
    edition = service.release_edition(desk, work.work_id, "ana", CHEAP, 50)
    service.buy_edition(desk, edition.edition_id, "dee")
    service.offer_copy(desk, edition.edition_id, "dee", CHEAP)
    service.buy_offered_copy(desk, edition.edition_id, "dee", "eli")
    assert service.buy_edition(desk, edition.edition_id, "dee").serial == 2
    assert service.show_edition(desk, edition.edition_id).sold == 2


@pytest.mark.parametrize("name", [" Deluxe", "x" * 61, "two\nlines"])
def test_a_name_that_nobody_could_type_is_refused(desk: Desk, work: WorkView, name: str) -> None:
    with pytest.raises(UnusableInput, match="no name of a tier"):
        service.release_edition(desk, work.work_id, "ana", CHEAP, 50, tier=name)


def test_two_tiers_of_a_work_have_two_names(desk: Desk, work: WorkView) -> None:
    service.release_edition(desk, work.work_id, "ana", DEAR, 1, tier="Deluxe")
    with pytest.raises(UnusableInput, match="Edition 257 of this work is called 'Deluxe' already"):
        service.release_edition(desk, work.work_id, "ana", CHEAP, 50, tier="deluxe")
    assert len(service.list_editions(desk, work.work_id)) == 1


def test_a_window_is_given_in_the_audiences_time(desk: Desk, work: WorkView) -> None:
    words = "--tier", "Early", "--opens", "2099-07-01T20:00", "--closes", "2099-07-03T00:00", "--zone", "Europe/Berlin"
    code, out = run(
        commands, desk, "edition", "release", work.work_id, "--by", "ana", "--price", "0.05", "--cap", 9, *words
    )
    assert code == 0
    assert "Early: 0.05 ether a copy" in out
    assert "On sale from 2099-07-01 18:00 UTC until 2099-07-02 22:00 UTC." in out
    with pytest.raises(ChainRefused, match="2099-07-01 18:00 UTC"):
        service.buy_edition(desk, 257, "dee")
    code, out = run(commands, desk, "edition", "list", "--json")
    (listed,) = json.loads(out)
    assert (listed["tier"], listed["closes"] - listed["opens"]) == ("Early", 28 * 3600)


def test_a_window_that_is_no_time_is_refused_before_anything_is_sent(desk: Desk, work: WorkView) -> None:
    words = "edition", "release", work.work_id, "--by", "ana", "--price", "0.05", "--cap", 9
    with pytest.raises(UnusableInput, match="'soon' is not a time"):
        run(commands, desk, *words, "--opens", "soon")
    with pytest.raises(ChainRefused, match="opens"):
        run(commands, desk, *words, "--opens", "2099-07-02T00:00", "--closes", "2099-07-01T00:00")
    assert service.list_editions(desk, work.work_id) == []
