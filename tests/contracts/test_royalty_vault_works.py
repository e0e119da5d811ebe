"""A work is paid on both sides of its current sheet, whichever that is. Branches in test_royalty_vault.tree."""

import pytest
import sheets
from brownie import web3
from emitted import emitted
from quarrels import quarrel
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER, line, split_id
from tellings import names_told

LARGEST = 2**127 - 1


def pay_work(vault, work, to_master, amount, payer):
    """Pay a work in the chain's own coin."""
    return vault.payWork(work.id, to_master, {"from": payer, "value": amount})


def books(vault, work, version=1, token=COIN):
    """What both sides of one of a work's sheets have received."""
    return [vault.received(split_id(work.id, side, version), token) for side in (MASTER, COMPOSITION)]


def owed(vault, work, side):
    """What each line of a work's list could take now."""
    lines = work.lines(side)
    return [vault.due(work.split(side), COIN, lines, index) for index in range(len(lines))]


def rich(person):
    """Gives somebody more coin than a split can keep."""
    web3.provider.make_request("evm_setAccountBalance", [person.address, hex(2**140)])
    return person


# the first sheet


def test_a_sheet_is_paid_on_both_sides_at_once(vault, song, stranger):
    tx = pay_work(vault, song, 600, 1000, stranger)
    sheet = split_id(song.id, MASTER, 1)
    emitted(tx, "SheetPaid", masterSplit=sheet, payer=stranger, toMaster=600, toComposition=400)
    assert names_told(tx) == ["SheetPaid"]
    assert books(vault, song) == [600, 400]
    assert owed(vault, song, MASTER) == [300, 180, 120]
    assert owed(vault, song, COMPOSITION) == [240, 160]
    pay_work(vault, song, 1, 4, stranger)
    assert books(vault, song) == [601, 403]
    assert vault.balance() == 1004


def test_a_sheet_is_paid_on_one_side_when_the_other_gets_nothing(vault, song, stranger):
    sheet = split_id(song.id, MASTER, 1)
    tx = pay_work(vault, song, 0, 7, stranger)
    emitted(tx, "SheetPaid", masterSplit=sheet, payer=stranger, toMaster=0, toComposition=7)
    assert books(vault, song) == [0, 7]
    tx = pay_work(vault, song, 9, 9, stranger)
    emitted(tx, "SheetPaid", masterSplit=sheet, payer=stranger, toMaster=9, toComposition=0)
    assert books(vault, song) == [9, 7]


@pytest.mark.parametrize("side", [MASTER, COMPOSITION])
def test_payments_of_a_side_and_of_the_work_add_up(vault, song, stranger, side):
    alone = [0, 0]
    alone[side] = 50
    vault.paySplit(song.split(side), {"from": stranger, "value": 50})
    assert books(vault, song) == alone
    pay_work(vault, song, 30, 100, stranger)
    assert books(vault, song) == [alone[0] + 30, alone[1] + 70]
    vault.paySplit(song.split(side), {"from": stranger, "value": 50})
    assert books(vault, song) == [2 * alone[0] + 30, 2 * alone[1] + 70]


def test_works_are_paid_apart(vault, registry, song, ada, stranger):
    other = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    pay_work(vault, song, 600, 1000, stranger)
    pay_work(vault, other, 1, 3, stranger)
    sheets.amend_work(other, [ada], metadata=b"\x22" * 32)
    pay_work(vault, other, 10, 30, stranger)
    pay_work(vault, song, 60, 100, stranger)
    assert (books(vault, song), books(vault, song, 2)) == ([660, 440], [0, 0])
    assert (books(vault, other), books(vault, other, 2)) == ([1, 2], [10, 20])


def test_the_registry_is_asked_only_when_there_is_a_second_sheet(vault, registry, song, ada, ben, cleo, stranger):
    for _ in range(2):  # into empty books, and into others
        assert pay_work(vault, song, 600, 1000, stranger).subcalls == []
    sheets.amend_work(song, [ada, ben, cleo], metadata=b"\x22" * 32)
    asked = pay_work(vault, song, 600, 1000, stranger).subcalls
    assert [(one["to"], one["function"]) for one in asked] == [(registry, "currentSplit(uint256,uint8)")]


# what is refused


def test_the_part_of_a_side_is_at_most_what_was_sent(vault, song, stranger):
    for part, sent in ((1001, 1000), (1, 0), (2**256 - 1, 1000)):
        with refused("RoyaltyVault_PartTooLarge", part, sent):
            pay_work(vault, song, part, sent, stranger)


def test_a_work_that_was_never_sealed_is_not_paid(vault, registry, song, ada, stranger):
    sheet = sheets.Sheet([line(ada, 10_000)], [line(ada, 10_000)], sheets.new_audio())
    unsealed = sheets.commit(registry, ada, sheet.audio)
    for unknown in (unsealed, unsealed + 1, 0, 2**256 - 1):
        for to_master in (0, 400, 1000):
            with refused("RoyaltyVault_UnknownSplit", split_id(unknown, MASTER, 1)):
                vault.payWork(unknown, to_master, {"from": stranger, "value": 1000})
    assert vault.balance() == 0
    sheets.seal(registry, ada, unsealed, sheet, [ada])
    vault.payWork(unsealed, 400, {"from": stranger, "value": 1000})
    assert [vault.received(split_id(unsealed, side, 1), COIN) for side in (MASTER, COMPOSITION)] == [400, 600]


def test_a_refusal_names_the_first_of_what_is_wrong(vault, song, operator, stranger):
    rich(stranger)
    unknown = song.id + 99
    name, huge = split_id(unknown, MASTER, 1), 2**130
    with refused("RoyaltyVault_PartTooLarge", 1, 0):
        vault.payWork(unknown, 1, {"from": stranger})
    with refused("RoyaltyVault_NothingPaid", name, COIN):
        vault.payWork(unknown, 0, {"from": stranger})
    with refused("RoyaltyVault_UnknownSplit", name):
        vault.payWork(unknown, huge, {"from": stranger, "value": huge})
    vault.pause({"from": operator})
    for work, part, sent in ((unknown, 1, 0), (unknown, 0, 0), (song.id, 1, 1)):
        with refused("EnforcedPause"):
            vault.payWork(work, part, {"from": stranger, "value": sent})


def test_paying_nothing_names_the_first_sheet_also_when_it_is_a_former_one(vault, song, ada, ben, cleo, stranger):
    name = split_id(song.id, MASTER, 1)
    with refused("RoyaltyVault_NothingPaid", name, COIN):
        pay_work(vault, song, 0, 0, stranger)
    sheets.amend_work(song, [ada, ben, cleo], metadata=b"\x22" * 32)
    with refused("RoyaltyVault_NothingPaid", name, COIN):
        pay_work(vault, song, 0, 0, stranger)


# after an amendment


@pytest.mark.parametrize("before", [0, 1000])
def test_after_an_amendment_a_work_is_paid_by_its_new_sheet(vault, song, ada, ben, cleo, stranger, before):
    if before:
        pay_work(vault, song, 600, before, stranger)
    first = books(vault, song)
    amended = sheets.amend_work(song, [ada, ben, cleo], master=[line(ada, 10_000)])
    assert books(vault, song) == first
    tx = pay_work(vault, song, 1, 10, stranger)
    emitted(tx, "SheetPaid", masterSplit=split_id(song.id, MASTER, 2), payer=stranger, toMaster=1, toComposition=9)
    pay_work(vault, song, 20, 50, stranger)
    assert (books(vault, song), books(vault, song, 2)) == (first, [21, 39])
    assert owed(vault, amended, MASTER) == [21]
    assert owed(vault, song, MASTER) == [first[0] * share // 10 for share in (5, 3, 2)]


def test_a_work_is_paid_by_its_third_sheet_and_by_every_later_one(vault, song, ada, ben, cleo, stranger):
    work = song
    for version in range(2, 6):
        work = sheets.amend_work(work, [ada, ben, cleo], metadata=bytes([version]) * 32)
        pay_work(vault, song, version, 10, stranger)
    assert [books(vault, song, version) for version in range(1, 6)] == [[0, 0], [2, 8], [3, 7], [4, 6], [5, 5]]


def test_a_former_sheet_keeps_its_money_takes_more_and_pays_it_out(vault, song, ada, ben, cleo, stranger):
    pay_work(vault, song, 600, 1000, stranger)
    assert vault.claim(song.split(MASTER), COIN, song.lines(MASTER), 0, ada, {"from": ada}).return_value == 300
    sheets.amend_work(song, [ada, ben, cleo], master=[line(ada, 10_000)], composition=[line(ada, 10_000)])
    pay_work(vault, song, 5, 10, stranger)
    for side in (MASTER, COMPOSITION):  # somebody still pays the old name
        vault.paySplit(song.split(side), {"from": stranger, "value": 100})
    pay_work(vault, song, 5, 10, stranger)
    assert (books(vault, song), books(vault, song, 2)) == ([700, 500], [10, 10])
    assert owed(vault, song, MASTER) == [50, 210, 140]
    assert owed(vault, song, COMPOSITION) == [300, 200]
    for side in (MASTER, COMPOSITION):
        for index in range(len(song.lines(side))):
            vault.claimFor(song.split(side), COIN, song.lines(side), index, {"from": stranger})
    assert (books(vault, song), vault.balance()) == ([700, 500], 20)


def test_a_former_sheet_without_money_takes_its_first(vault, song, ada, ben, cleo, stranger):
    sheets.amend_work(song, [ada, ben, cleo], metadata=b"\x22" * 32)
    for side, amount in ((COMPOSITION, 3), (MASTER, 4)):
        vault.paySplit(song.split(side), {"from": stranger, "value": amount})
    assert books(vault, song) == [4, 3]
    pay_work(vault, song, 1, 3, stranger)
    assert (books(vault, song), books(vault, song, 2)) == ([4, 3], [1, 2])


def test_an_amendment_leaves_the_books_of_a_token_alone(vault, song, PlainCoin, operator, ada, ben, cleo, stranger):
    token = operator.deploy(PlainCoin)
    vault.allowToken(token, True, {"from": operator})
    token.mint(stranger, 100, {"from": stranger})
    token.approve(vault, 100, {"from": stranger})
    for side, amount in ((MASTER, 1), (COMPOSITION, 2)):
        vault.payToken(song.split(side), token, amount, {"from": stranger})
    sheets.amend_work(song, [ada, ben, cleo], metadata=b"\x22" * 32)
    assert books(vault, song, token=token) == [1, 2]
    vault.payToken(song.split(COMPOSITION), token, 5, {"from": stranger})
    vault.payToken(split_id(song.id, COMPOSITION, 2), token, 6, {"from": stranger})
    assert (books(vault, song, token=token), books(vault, song, 2, token)) == ([1, 7], [0, 6])
    assert (books(vault, song), books(vault, song, 2)) == ([0, 0], [0, 0])


# disputes


@pytest.mark.parametrize("side", [MASTER, COMPOSITION])
@pytest.mark.parametrize("how", ["conceded", "dropped"])
def test_during_and_after_a_dispute_a_work_is_paid_by_its_current_sheet(
    vault, disputes, song, ada, cleo, stranger, how, side
):
    pay_work(vault, song, 600, 1000, stranger)
    case = quarrel(disputes, song, stranger, share=2000, side=side)
    tx = pay_work(vault, song, 1000, 2000, cleo)
    emitted(tx, "SheetPaid", masterSplit=split_id(song.id, MASTER, 2), payer=cleo, toMaster=1000, toComposition=1000)
    assert (books(vault, song), books(vault, song, 2)) == ([600, 400], [1000, 1000])
    assert case.forward(vault, cleo).return_value == 200
    lines = case.won if how == "conceded" else song.lines(side)
    if how == "conceded":
        case.concede(by=ada)
    else:
        case.drop(by=stranger)
    pay_work(vault, song, 10_000, 20_000, cleo)
    expected = [[600, 400], [1000, 1000], [10_000, 10_000]]
    assert [books(vault, song, version) for version in (1, 2, 3)] == expected
    winner = stranger if how == "conceded" else ada
    assert vault.due(case.waiting, COIN, case.winners_list(winner), 0) == 200
    shares = [word >> 160 & 0xFFFF for word in lines]
    assert [vault.due(split_id(song.id, side, 3), COIN, lines, at) for at in range(len(lines))] == shares
    # and what came before is paid by the sheet under which it came
    assert owed(vault, song, MASTER) == [300, 180, 120]
    assert vault.claimFor(song.split(COMPOSITION), COIN, song.lines(COMPOSITION), 0, {"from": cleo}).return_value == 240


# full books


@pytest.mark.parametrize("version", [1, 2])
def test_a_sheet_with_a_full_side_is_not_paid(vault, song, ada, ben, cleo, stranger, version):
    rich(stranger)
    if version == 2:
        sheets.amend_work(song, [ada, ben, cleo], metadata=b"\x22" * 32)
    master, composition = (split_id(song.id, side, version) for side in (MASTER, COMPOSITION))
    with refused("RoyaltyVault_TooMuch", composition, COIN, 0, 2**127):
        pay_work(vault, song, 0, 2**127, stranger)
    with refused("RoyaltyVault_TooMuch", master, COIN, 0, 2**127):
        pay_work(vault, song, 2**127, 2**127 + 1, stranger)
    assert books(vault, song, version) == [0, 0]
    pay_work(vault, song, LARGEST - 1, 2 * LARGEST - 1, stranger)
    with refused("RoyaltyVault_TooMuch", composition, COIN, LARGEST, 1):
        pay_work(vault, song, 1, 2, stranger)
    pay_work(vault, song, 1, 1, stranger)
    with refused("RoyaltyVault_TooMuch", master, COIN, LARGEST, 1):
        pay_work(vault, song, 1, 1, stranger)
    assert books(vault, song, version) == [LARGEST, LARGEST]


def test_a_full_first_sheet_stays_full_and_the_second_has_room(vault, song, ada, ben, cleo, stranger):
    rich(stranger)
    pay_work(vault, song, LARGEST, 2 * LARGEST, stranger)
    sheets.amend_work(song, [ada, ben, cleo], metadata=b"\x22" * 32)
    assert books(vault, song) == [LARGEST, LARGEST]
    for side in (MASTER, COMPOSITION):
        with refused("RoyaltyVault_TooMuch", bytes(song.split(side)), COIN, LARGEST, 1):
            vault.paySplit(song.split(side), {"from": stranger, "value": 1})
    pay_work(vault, song, 1, 3, stranger)
    assert (books(vault, song), books(vault, song, 2)) == ([LARGEST, LARGEST], [1, 2])
    assert owed(vault, song, COMPOSITION) == [LARGEST * share // 10_000 for share in (6000, 4000)]
    vault.claimFor(song.split(COMPOSITION), COIN, song.lines(COMPOSITION), 1, {"from": ada})
    assert vault.released(song.split(COMPOSITION), COIN, 1) == LARGEST * 4000 // 10_000


def test_a_side_that_fills_up_after_the_amendment_does_not_bring_the_first_sheet_back(
    vault, song, ada, ben, cleo, stranger
):
    rich(stranger)
    sheets.amend_work(song, [ada, ben, cleo], metadata=b"\x22" * 32)
    for side in (MASTER, COMPOSITION):
        vault.paySplit(song.split(side), {"from": stranger, "value": LARGEST})
    pay_work(vault, song, 1, 3, stranger)
    assert (books(vault, song), books(vault, song, 2)) == ([LARGEST, LARGEST], [1, 2])
