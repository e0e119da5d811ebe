"""The typed contracts on a real chain: what they do, what they refuse, and in which words."""

from dataclasses import replace

import pytest
from chain_scenes import SALT, committed, consents_of, sealed, sheet_of

from partbook.chain.connection import Chain
from partbook.chain.deployment import Contracts, Deployment, open_deployment
from partbook.chain.events import (
    EditionReleased,
    EditionTransferred,
    RoyaltyClaimed,
    RoyaltyPaid,
    SheetPaid,
    SheetSealed,
)
from partbook.chain.music_editions import copy_number_of, edition_id_of
from partbook.chain.refusals import Refused
from partbook.chain.sheet import Sheet
from partbook.chain.signers import HOUSE, Keyring
from partbook.chain.split_lines import Role, Side, ai_bps, list_hash, split_id
from partbook.chain.terms import EditionTerms
from partbook.chain.typed_data import recover, sheet_message
from partbook.chain.work_registry import registry_tag_of
from partbook.core.errors import Mismatch, NotFound
from partbook.core.ids import WorkId
from partbook.core.money import BasisPoints, Wei

pytestmark = pytest.mark.chain

ETHER = 10**18


def now(chain: Chain) -> int:
    return int(chain.now().timestamp())


def test_a_signed_sheet_seals_a_work(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    work_id, sheet = sealed(contracts, people)
    work = contracts.registry.work(work_id)
    assert (work.version, work.metadata_hash, work.registrant) == (1, sheet.metadata_hash, people.address("ana"))
    current = contracts.registry.current_split(work_id, Side.MASTER)
    assert current == split_id(work_id, Side.MASTER, 1) == contracts.registry.split_id(work_id, Side.MASTER, 1)
    assert contracts.vault.list_hash(current) == list_hash(sheet.master)
    assert contracts.registry.work_of_audio(sheet.audio_hash) == work_id


def test_what_a_wallet_signs_is_what_the_registry_checks(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    sheet = sheet_of(people, now(chain), (("ana", 3333), ("ben", 3333), ("chen", 3334)))
    assisted = replace(sheet.master[0], ai_pct=40, role=Role.PRODUCER)
    sheet = replace(sheet, master=(assisted, *sheet.master[1:]))
    work_id = committed(contracts, people, sheet)
    message = sheet_message(chain.chain_id, contracts.registry.address, work_id, sheet)
    assert message.digest() == contracts.registry.sheet_digest(work_id, sheet)
    signature = people.open("chen").sign_typed_data(message)
    assert recover(message, signature) == people.address("chen")
    other = sheet_message(chain.chain_id, contracts.registry.address, WorkId(work_id + 1), sheet)
    assert recover(other, signature) != people.address("chen")


def test_a_missing_signature_is_named(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    sheet = sheet_of(people, now(chain))
    work_id = committed(contracts, people, sheet)
    consents = consents_of(contracts, people, work_id, sheet, "ana")
    with pytest.raises(Refused) as refused:
        contracts.registry.seal(work_id, SALT, sheet, consents, people.open("ana"))
    assert refused.value.error_name == "WorkRegistry_ConsentMissing"
    assert refused.value.arguments == {"workId": work_id, "payee": people.address("ben")}
    ben = people.address("ben")
    assert str(refused.value) == (
        f"The registry refused: {ben[:6]}…{ben[-4:]} has not signed this sheet of work {work_id}."
    )
    assert not contracts.registry.is_sealed(work_id)


def test_104_percent_is_refused_by_the_chain_in_words(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    sheet = sheet_of(people, now(chain), (("ana", 8000), ("ben", 2400)))
    work_id = committed(contracts, people, sheet)
    consents = consents_of(contracts, people, work_id, sheet, "ana", "ben")
    said = r"The registry refused: shares of the master add up to 104\.00 %, must be 100\.00 %\."
    with pytest.raises(Refused, match=said):
        contracts.registry.seal(work_id, SALT, sheet, consents, people.open("ana"))


def test_a_dry_run_sends_nothing(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    sheet = sheet_of(people, now(chain))
    head = chain.head()
    receipt = contracts.registry.commit(sheet.audio_hash, people.open("ana"), dry_run=True)
    assert (receipt.is_dry, receipt.result, chain.head()) == (True, contracts.registry.works() + 1, head)
    assert receipt.gas > 21_000
    with pytest.raises(Mismatch, match="dry run"):
        receipt.the(SheetSealed)


def test_a_dry_run_hears_the_refusal_too(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    work_id, sheet = sealed(contracts, people)
    with pytest.raises(Refused, match=r"work \d+ is sealed already, in version 1\."):
        contracts.registry.seal(work_id, SALT, sheet, [], people.open("ana"), dry_run=True)


def test_reads_can_look_back(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    before = chain.head().number
    works = contracts.registry.works()
    sealed(contracts, people)
    assert contracts.registry.works() == works + 1
    assert contracts.registry.works(block=before) == works


def test_a_payload_leads_back_to_the_work(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    work_id, _ = sealed(contracts, people)
    payload = contracts.registry.payload_of(work_id, 3)
    tag = registry_tag_of(chain.chain_id, contracts.registry.address)
    assert payload == 1 << 60 | 3 << 56 | tag << 40 | work_id
    assert contracts.registry.resolve(payload) == (work_id, 1)
    with pytest.raises(Refused):
        contracts.registry.resolve(payload ^ 1 << 60)


def test_an_amendment_moves_future_money_only(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    work_id, sheet = sealed(contracts, people)
    contracts.vault.pay(split_id(work_id, Side.MASTER, 1), Wei(1000), people.open("fan"))
    chen_in = sheet_of(people, now(chain), (("ana", 5000), ("chen", 5000)), version=2)
    consents = consents_of(contracts, people, work_id, chen_in, "ana", "ben", "chen")
    contracts.registry.amend(work_id, chen_in, sheet.master, sheet.composition, consents, people.open("ana"))
    assert contracts.registry.current_split(work_id, Side.MASTER) == split_id(work_id, Side.MASTER, 2)
    assert contracts.vault.due(split_id(work_id, Side.MASTER, 1), sheet.master, 1) == 400


def test_money_paid_is_money_claimed(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    work_id, sheet = sealed(contracts, people, (("ana", 3333), ("ben", 6667)))
    split = contracts.registry.current_split(work_id, Side.COMPOSITION)
    paid = contracts.vault.pay(split, Wei(10_001), people.open("fan")).the(RoyaltyPaid)
    assert (paid.amount, paid.payer) == (10_001, people.address("fan"))
    before = chain.balance(people.address("ben"))
    claimed = contracts.vault.claim_for(split, sheet.composition, 1, people.open("fan")).the(RoyaltyClaimed)
    assert claimed.amount == 10_001 * 6667 // 10_000 == chain.balance(people.address("ben")) - before
    with pytest.raises(Refused, match=r"this line belongs to 0x.*, not to 0x"):
        contracts.vault.claim(split, sheet.composition, 0, people.open("fan"))
    own = contracts.vault.claim(split, sheet.composition, 0, people.open("ana")).the(RoyaltyClaimed)
    assert contracts.vault.received(split) - own.amount - claimed.amount <= 1
    assert contracts.vault.released(split, 0) == own.amount


def test_an_edition_is_sold_into_the_vault(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    work_id, _ = sealed(contracts, people)
    terms = edition_terms(work_id, now(chain))
    released = contracts.editions.release(terms, people.open("ana")).the(EditionReleased)
    assert released.edition_id == edition_id_of(work_id, 1)
    assert contracts.editions.edition(released.edition_id).price == terms.price
    fan = people.open("fan")
    receipt = contracts.editions.buy(released.edition_id, 2, fan.address, Wei(2 * terms.price), fan)
    sold = receipt.the(EditionTransferred)
    assert (sold.is_sale, sold.operator, sold.to, sold.value) == (True, fan.address, fan.address, 2)
    assert contracts.editions.balance_of(fan.address, released.edition_id) == 2
    paid = receipt.the(SheetPaid)
    assert paid.parts == [(contracts.registry.current_split(work_id, side), terms.price) for side in Side]
    assert copy_number_of(released.edition_id, 2) == 1 << 24 | 2
    with pytest.raises(Refused, match=r"0\.000000000000000001 ether was sent; the price is 0\.05 ether"):
        contracts.editions.buy(released.edition_id, 1, fan.address, Wei(1), fan)


def test_a_purse_that_is_too_light_is_told_how_light(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    work_id, _ = sealed(contracts, people)
    split = contracts.registry.current_split(work_id, Side.MASTER)
    with pytest.raises(Refused, match=r"ether"):
        contracts.vault.pay(split, Wei(2_000 * ETHER), people.open("fan"))


def test_a_chain_without_the_contracts_is_told_apart(chain: Chain, deployment: Deployment) -> None:
    moved = replace(deployment, addresses={**deployment.addresses, "RoyaltyVault": "0x" + "11" * 20})
    with pytest.raises(NotFound, match=r"RoyaltyVault at 0x1111.* has no code on chain 1337: the chain was reset"):
        moved.check(chain)
    with pytest.raises(Mismatch, match="serves chain 1337"):
        replace(deployment, chain_id=5).check(chain)
    with pytest.raises(Mismatch, match=r"another version of Partbook .*partbook chain deploy --again"):
        replace(deployment, release="0123456789ab").check(chain)


def test_contracts_are_deployed_once(chain: Chain, deployment: Deployment, people: Keyring, tmp_path) -> None:  # type: ignore[no-untyped-def]
    replace(deployment, chain_id=10).write(tmp_path)
    deployment.write(tmp_path)
    head = chain.head().number
    assert open_deployment(chain, tmp_path, people.open(HOUSE)) == deployment
    assert chain.head().number == head
    assert Deployment.read(tmp_path, 10).chain_id == 10


def test_the_ai_share_on_the_chain_is_ours(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    sheet: Sheet = sheet_of(people, now(chain), (("ana", 3333), ("ben", 6667)))
    sheet = replace(sheet, master=(replace(sheet.master[0], ai_pct=33), replace(sheet.master[1], ai_pct=100)))
    work_id = committed(contracts, people, sheet)
    consents = consents_of(contracts, people, work_id, sheet, "ana", "ben")
    event = contracts.registry.seal(work_id, SALT, sheet, consents, people.open("ana")).the(SheetSealed)
    assert event.master_ai_bps == ai_bps(sheet.master)
    assert event.master == sheet.master
    assert event.uri == sheet.uri


def edition_terms(work_id: WorkId, at: int) -> EditionTerms:
    return EditionTerms(
        work_id, Wei(ETHER // 20), 10, at, at + 86_400, BasisPoints(5_000), BasisPoints(1_000), "ipfs://e"
    )
