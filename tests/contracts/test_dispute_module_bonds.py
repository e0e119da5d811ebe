"""What a dispute costs, how that grows with dismissed ones, and how bonds are fetched."""

import pytest
import sheets
from brownie import web3
from emitted import emitted
from quarrels import ANSWER_SECONDS, BOND, END_SECONDS, RECORD_SECONDS, quarrel
from refusals import refused
from sheets import COIN, Sheet, line

LOWEST, HIGHEST = 10**15, 10**19


def dismiss(disputes, work, claimant, payee, arbiter, **opening):
    """A dispute that the arbiter dismisses; returns the ruling."""
    case = quarrel(disputes, work, claimant, **opening)
    case.answer(by=payee)
    return case.rule(upheld=False, by=arbiter)


def asked(disputes, work, claimant, second):
    """What an opening in this second must pay; found by paying nothing."""
    with pytest.raises(Exception, match="DisputeModule_WrongBond") as caught:
        quarrel(disputes, work, claimant, bond=0, second=second)
    return int(str(caught.value.revert_msg).rpartition(", ")[2])


def test_the_bond_doubles_ten_times_and_no_more(disputes, operator, song, ada, stranger):
    disputes.setBaseBond(LOWEST, {"from": operator})
    total = 0
    for lost in range(12):
        bond = LOWEST * 2 ** min(lost, 10)
        assert disputes.bondFor(song.id) == bond
        dismiss(disputes, song, stranger, ada, operator)
        total += bond
    assert disputes.bondFor(song.id) == LOWEST * 1024
    assert disputes.owed(ada) == disputes.balance() == total


def test_the_highest_bond_of_all_is_kept_whole(disputes, operator, song, ada, stranger):
    disputes.setBaseBond(LOWEST, {"from": operator})
    for _ in range(10):
        dismiss(disputes, song, stranger, ada, operator)
    disputes.setBaseBond(HIGHEST, {"from": operator})
    web3.provider.make_request("evm_setAccountBalance", [stranger.address, hex(2 * 1024 * HIGHEST)])
    case = quarrel(disputes, song, stranger, bond=1024 * HIGHEST)
    assert disputes.dispute(case.id).dict()["bond"] == 1024 * HIGHEST
    case.concede(by=ada)
    assert disputes.owed(stranger) == 1024 * HIGHEST


def test_each_work_has_a_record_of_its_own(registry, disputes, operator, song, ada, stranger):
    other = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    dismiss(disputes, song, stranger, ada, operator)
    assert (disputes.bondFor(song.id), disputes.bondFor(other.id)) == (2 * BOND, BOND)
    with refused("DisputeModule_WrongBond", BOND, 2 * BOND):
        quarrel(disputes, song, stranger, bond=BOND)
    quarrel(disputes, other, stranger, bond=BOND)


def test_only_a_ruling_against_the_claim_counts(registry, disputes, operator, song, ada, cleo, stranger):
    case = quarrel(disputes, song, stranger)
    case.drop(by=stranger)
    case = quarrel(disputes, song, stranger)
    case.expire(by=ada, second=case.opened_at + END_SECONDS + 1)
    case = quarrel(disputes, song, stranger, share=10)
    case.answer(by=ada)
    case.rule(upheld=True, by=operator)
    case = quarrel(disputes, song, cleo, share=10, lines=case.won)
    case.concede(by=ada)
    assert disputes.bondFor(song.id) == BOND
    case = quarrel(disputes, song, cleo, share=10, lines=case.won)
    case.rule(upheld=False, by=operator, second=case.opened_at + ANSWER_SECONDS + 1)
    assert disputes.bondFor(song.id) == 2 * BOND


def test_a_record_lasts_365_days_after_the_newest_dismissal_to_the_second(disputes, operator, song, ada, stranger):
    first = dismiss(disputes, song, stranger, ada, operator)
    middle = first.timestamp + RECORD_SECONDS - 1000
    case = quarrel(disputes, song, stranger, second=middle)
    case.answer(by=ada)
    second = case.rule(upheld=False, by=operator)
    assert asked(disputes, song, stranger, second.timestamp + RECORD_SECONDS) == 4 * BOND
    assert asked(disputes, song, stranger, second.timestamp + RECORD_SECONDS + 1) == BOND
    # and a dismissal after that is the first again
    dismiss(disputes, song, stranger, ada, operator)
    assert disputes.bondFor(song.id) == 2 * BOND


def test_the_base_bond_lies_within_limits(disputes, operator, song):
    for wrong in (0, LOWEST - 1, HIGHEST + 1, 2**96 - 1):
        with refused("DisputeModule_BondOutOfRange", wrong, LOWEST, HIGHEST):
            disputes.setBaseBond(wrong, {"from": operator})
    assert disputes.bondFor(song.id) == BOND
    for right in (LOWEST, HIGHEST):
        emitted(disputes.setBaseBond(right, {"from": operator}), "BaseBondChanged", bond=right)
        assert disputes.bondFor(song.id) == right


def test_a_new_base_bond_leaves_open_disputes_as_they_are(disputes, operator, song, ada, stranger):
    case = quarrel(disputes, song, stranger)
    disputes.setBaseBond(HIGHEST, {"from": operator})
    case.concede(by=ada)
    assert disputes.owed(stranger) == disputes.balance() == BOND


def test_a_new_base_bond_is_doubled_like_the_former(disputes, operator, song, ada, stranger):
    dismiss(disputes, song, stranger, ada, operator)
    disputes.setBaseBond(LOWEST, {"from": operator})
    assert disputes.bondFor(song.id) == 2 * LOWEST


def test_bonds_add_up_until_they_are_fetched(registry, disputes, song, ada, cleo, stranger):
    for _ in range(2):
        quarrel(disputes, song, stranger).drop(by=stranger)
    assert (disputes.owed(ada), disputes.owed(stranger)) == (2 * BOND, 0)
    before = ada.balance()
    tx = disputes.withdraw(ada, {"from": cleo})  # anyone may ask
    emitted(tx, "Withdrawn", account=ada, to=ada, amount=2 * BOND)
    assert ada.balance() - before == 2 * BOND
    assert (disputes.owed(ada), disputes.balance()) == (0, 0)
    with refused("OwedMoney_NothingOwed", ada):
        disputes.withdraw(ada, {"from": cleo})


def test_a_bond_is_sent_where_its_owner_says(disputes, song, ada, stranger):
    quarrel(disputes, song, stranger).drop(by=stranger)
    purse = "0x" + "78" * 20
    with refused("OwedMoney_NothingOwed", stranger):
        disputes.withdrawTo(purse, {"from": stranger})
    tx = disputes.withdrawTo(purse, {"from": ada})
    emitted(tx, "Withdrawn", account=ada, to=purse, amount=BOND)
    assert web3.eth.get_balance(web3.to_checksum_address(purse)) == BOND
    with refused("OwedMoney_NothingOwed", ada):
        disputes.withdrawTo(purse, {"from": ada})


def test_one_persons_bond_never_pays_another(registry, disputes, song, ada, cleo, stranger):
    other = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    quarrel(disputes, song, stranger).drop(by=stranger)
    running = quarrel(disputes, other, cleo)
    disputes.withdraw(ada, {"from": ada})
    assert disputes.balance() == BOND
    running.concede(by=ada)
    disputes.withdraw(cleo, {"from": ada})
    assert disputes.balance() == 0


def payee_wallet(registry, container, ada, ben):
    """A work with a contract wallet of Ben's as its only payee, who has agreed on the chain."""
    wallet = ben.deploy(container, ben)
    sheet = Sheet([line(wallet, 10_000)], [line(wallet, 10_000)], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    given = [(wallet.address, sheets.signature(ben, registry, work_id, sheet))]
    registry.seal(work_id, b"\x05" * 32, sheet.encoded(), given, {"from": ada})
    return sheets.SealedWork(registry, work_id, ada, sheet), wallet


def test_a_bond_that_its_owner_does_not_take_stays_owed(registry, disputes, StubbornWallet, ada, ben, cleo, stranger):
    work, wallet = payee_wallet(registry, StubbornWallet, ada, ben)
    quarrel(disputes, work, stranger).drop(by=stranger)
    with refused("OwedMoney_PaymentRefused", wallet, BOND):
        disputes.withdraw(wallet, {"from": ada})
    assert disputes.owed(wallet) == disputes.balance() == BOND
    before = cleo.balance()
    wallet.execute(disputes, 0, disputes.withdrawTo.encode_input(cleo), {"from": ben})
    assert cleo.balance() - before == BOND


def test_an_owner_that_calls_back_is_paid_once(registry, disputes, GreedyCollector, song, ada, ben, stranger):
    collector = ben.deploy(GreedyCollector)
    terms = song.id, 0, 0, 2000, collector.address, b"\xe1" * 32, ""
    call = disputes.open.encode_input(terms, song.lines(0))
    collector.execute(disputes, BOND, call, {"from": ben, "value": BOND})
    first, *rest = song.lines(0)
    during = [first - (2000 << 160), *rest, sheets.share_line(1, 2000, 1, sheets.DISPUTED)]
    disputes.concede(1, during, {"from": ada})
    other = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    quarrel(disputes, other, stranger)  # there is another bond that it could take
    collector.aim(disputes, 0, disputes.withdraw.encode_input(collector), {"from": ben})
    disputes.withdraw(collector, {"from": ada})
    assert (collector.attempts(), collector.successes()) == (1, 0)
    assert (collector.balance(), disputes.balance()) == (BOND, BOND)


def test_a_payee_that_is_a_wallet_answers_and_concedes_by_its_calls(
    registry, vault, disputes, MuteWallet, ada, ben, stranger
):
    wallet = ben.deploy(MuteWallet, ben)
    sheet = Sheet([line(wallet, 10_000)], [line(wallet, 10_000)], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    wallet.execute(registry, registry.consent.encode_input(work_id, sheet.encoded()), {"from": ben})
    registry.seal(work_id, b"\x05" * 32, sheet.encoded(), [(wallet.address, b"")], {"from": ada})
    work = sheets.SealedWork(registry, work_id, ada, sheet)
    case = quarrel(disputes, work, stranger)
    wallet.execute(disputes, disputes.answer.encode_input(case.id, b"\xe3" * 32, ""), {"from": ben})
    wallet.execute(disputes, disputes.concede.encode_input(case.id, case.during), {"from": ben})
    assert disputes.owed(stranger) == BOND
    vault.paySplit(case.split(3), {"from": stranger, "value": 1000})
    assert vault.due(case.split(3), COIN, case.won, 1) == 2000 * 1000 // 10_000
