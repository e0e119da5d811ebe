"""Money that flows to parents and to disputes: chains, diamonds, disputed parents, splits that wait."""

import sheets
from emitted import emitted
from quarrels import quarrel
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER, edge, line, split_id


def pay(vault, split, amount, payer):
    """Pay a split in the chain's own coin."""
    return vault.paySplit(split, {"from": payer, "value": amount})


def owed(vault, split, lines, token=COIN):
    """What each line of a list could take now."""
    return [vault.due(split, token, lines, index) for index in range(len(lines))]


def claim_for(vault, work, index, caller, side=MASTER):
    """Have a line paid out."""
    return vault.claimFor(work.split(side), COIN, work.lines(side), index, {"from": caller})


def test_an_edge_moves_its_share_to_the_parents_current_split(vault, registry, song, ada, ben, cleo, stranger):
    lists = [edge(song.id, 1500), line(ben, 8500, 10_000)]
    remix = sheets.seal_work(registry, ben, lists, signers=[ada, ben])
    amended = sheets.amend_work(song, [ada, ben, cleo], composition=[line(cleo, 10_000)])
    pay(vault, remix.split(COMPOSITION), 1000, stranger)
    tx = claim_for(vault, remix, 0, stranger, COMPOSITION)
    emitted(
        tx,
        "RoyaltyForwarded",
        fromSplit=remix.split(COMPOSITION),
        toSplit=amended.split(COMPOSITION),
        token=COIN,
        index=0,
        amount=150,
    )
    assert tx.return_value == 150
    assert "RoyaltyClaimed" not in tx.events
    assert owed(vault, amended.split(COMPOSITION), amended.lines(COMPOSITION)) == [150]
    assert owed(vault, amended.split(MASTER), amended.lines(MASTER)) == [0, 0, 0]
    assert owed(vault, song.split(COMPOSITION), song.lines(COMPOSITION)) == [0, 0]
    assert vault.balance() == 1000  # nothing left the vault
    assert vault.released(remix.split(COMPOSITION), COIN, 0) == 150
    with refused("RoyaltyVault_NothingDue", bytes(remix.split(COMPOSITION)), COIN, 0):
        claim_for(vault, remix, 0, stranger, COMPOSITION)


def test_a_token_flows_along_an_edge_in_books_of_its_own(
    vault, registry, song, PlainCoin, operator, ada, ben, stranger
):
    token = operator.deploy(PlainCoin)
    vault.allowToken(token, True, {"from": operator})
    token.mint(stranger, 1000, {"from": stranger})
    token.approve(vault, 1000, {"from": stranger})
    remix = sheets.seal_work(registry, ben, [edge(song.id, 5000), line(ben, 5000, 10_000)], signers=[ada, ben])
    vault.payToken(remix.split(MASTER), token, 1000, {"from": stranger})
    tx = vault.claimFor(remix.split(MASTER), token, remix.lines(MASTER), 0, {"from": stranger})
    assert tx.events["RoyaltyForwarded"]["token"] == token
    assert (vault.received(song.split(MASTER), token), vault.received(song.split(MASTER), COIN)) == (500, 0)
    assert token.balanceOf(vault) == 1000


def test_edges_flow_up_a_chain_of_works(vault, registry, ada, ben, stranger):
    family = [sheets.seal_work(registry, ada, [line(ada, 10_000)])]
    for _ in range(7):
        lists = [edge(family[-1].id, 5000), line(ben, 5000, 10_000)]
        family.append(sheets.seal_work(registry, ben, lists, signers=[ada, ben] if len(family) == 1 else [ben]))
    pay(vault, family[-1].split(MASTER), 1280, stranger)
    for work in reversed(family[1:]):
        claim_for(vault, work, 0, stranger)
    assert [vault.received(work.split(MASTER), COIN) for work in family] == [10, 20, 40, 80, 160, 320, 640, 1280]
    assert [owed(vault, work.split(MASTER), work.lines(MASTER))[-1] for work in family] == [
        10, 10, 20, 40, 80, 160, 320, 640
    ]  # fmt: skip
    for work in family:
        claim_for(vault, work, len(work.lines(MASTER)) - 1, stranger)
    assert vault.balance() == 0


def test_both_arms_of_a_diamond_lead_to_the_top(vault, registry, ada, ben, cleo, stranger):
    top = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    left, right = (
        sheets.seal_work(registry, one, [edge(top.id, share), line(one, 10_000 - share, 10_000)], signers=[ada, one])
        for one, share in ((ben, 2000), (cleo, 5000))
    )
    lists = [edge(left.id, 3000), edge(right.id, 1000), line(ada, 6000, 10_000)]
    bottom = sheets.seal_work(registry, ada, lists, signers=[ada, ben, cleo])
    pay(vault, bottom.split(MASTER), 10_000, stranger)
    for work, index in ((bottom, 0), (bottom, 1), (right, 0), (left, 0)):
        claim_for(vault, work, index, stranger)
    assert owed(vault, top.split(MASTER), top.lines(MASTER)) == [1100]  # 600 and 500
    assert owed(vault, left.split(MASTER), left.lines(MASTER)) == [0, 2400]
    assert owed(vault, right.split(MASTER), right.lines(MASTER)) == [0, 500]
    assert owed(vault, bottom.split(MASTER), lists) == [0, 0, 6000]


def test_nobody_claims_an_edge_to_an_address(vault, registry, song, ada, ben, stranger):
    remix = sheets.seal_work(registry, ben, [edge(song.id, 1500), line(ben, 8500, 10_000)], signers=[ada, ben])
    pay(vault, remix.split(MASTER), 1000, stranger)
    for caller in (ada, ben, stranger):
        with refused("RoyaltyVault_LineIsNoPayee", bytes(remix.split(MASTER)), 0, song.id):
            vault.claim(remix.split(MASTER), COIN, remix.lines(MASTER), 0, caller, {"from": caller})


def test_nobody_claims_a_disputed_line_to_an_address(vault, disputes, song, ada, cleo, stranger):
    case = quarrel(disputes, song, stranger)
    pay(vault, case.split(), 1000, cleo)
    for caller in (ada, stranger):
        with refused("RoyaltyVault_LineIsNoPayee", case.split(), 3, case.id):
            vault.claim(case.split(), COIN, case.during, 3, caller, {"from": caller})


def test_a_disputed_share_waits_where_nobody_takes_it(vault, disputes, song, ada, cleo, stranger):
    case = quarrel(disputes, song, stranger, share=2000)
    pay(vault, case.split(), 1000, cleo)
    assert owed(vault, case.split(), case.during) == [300, 300, 200, 200]
    tx = case.forward(vault, cleo)
    emitted(tx, "RoyaltyForwarded", fromSplit=case.split(), toSplit=case.waiting, token=COIN, index=3, amount=200)
    assert (vault.received(case.waiting, COIN), vault.balance()) == (200, 1000)
    for winner in (ada, stranger):
        with refused("RoyaltyVault_UnknownSplit", case.waiting):
            vault.claimFor(case.waiting, COIN, case.winners_list(winner), 0, {"from": winner})
        with refused("RoyaltyVault_UnknownSplit", case.waiting):
            vault.claim(case.waiting, COIN, case.winners_list(winner), 0, winner, {"from": winner})
    for index, amount in enumerate((300, 300, 200)):  # the uncontested share is paid as ever
        assert vault.claimFor(case.split(), COIN, case.during, index, {"from": cleo}).return_value == amount


def test_a_disputed_share_of_the_composition_waits_too(vault, disputes, operator, song, ada, stranger):
    case = quarrel(disputes, song, stranger, side=COMPOSITION, share=6000)
    pay(vault, case.split(), 1000, ada)
    emitted(
        case.forward(vault, ada),
        "RoyaltyForwarded",
        fromSplit=case.split(),
        toSplit=case.waiting,
        token=COIN,
        index=2,
        amount=600,
    )
    assert vault.received(case.waiting, COIN) == 600
    case.concede(by=ada)
    vault.claimFor(case.waiting, COIN, case.winners_list(stranger), 0, {"from": ada})
    assert vault.released(case.waiting, COIN, 0) == 600


def test_a_waiting_split_is_paid_by_others_only_once_it_has_money(vault, disputes, song, ada, cleo, stranger):
    case = quarrel(disputes, song, stranger)
    with refused("RoyaltyVault_UnknownSplit", case.waiting):
        pay(vault, case.waiting, 50, cleo)
    pay(vault, case.split(), 1000, cleo)
    case.forward(vault, cleo)
    pay(vault, case.waiting, 50, cleo)
    assert vault.received(case.waiting, COIN) == 250
    other_side = (int.from_bytes(case.waiting, "big") | 1).to_bytes(32, "big")
    with refused("RoyaltyVault_UnknownSplit", other_side):  # it has one side alone
        pay(vault, other_side, 100, cleo)
    case.concede(by=ada)
    pay(vault, case.waiting, 5, cleo)
    assert vault.claimFor(case.waiting, COIN, case.winners_list(stranger), 0, {"from": cleo}).return_value == 255


def test_a_waiting_split_with_coin_takes_no_token_before_its_list(
    vault, disputes, song, PlainCoin, operator, ada, cleo, stranger
):
    token = operator.deploy(PlainCoin)
    vault.allowToken(token, True, {"from": operator})
    token.mint(cleo, 2000, {"from": cleo})
    token.approve(vault, 2000, {"from": cleo})
    case = quarrel(disputes, song, stranger)
    pay(vault, case.split(), 1000, cleo)
    case.forward(vault, cleo)
    with refused("RoyaltyVault_UnknownSplit", case.waiting):
        vault.payToken(case.waiting, token, 10, {"from": cleo})
    vault.payToken(case.split(), token, 1000, {"from": cleo})
    case.forward(vault, cleo, token)
    vault.payToken(case.waiting, token, 10, {"from": cleo})
    case.concede(by=ada)
    vault.claimFor(case.waiting, token, case.winners_list(stranger), 0, {"from": cleo})
    assert token.balanceOf(stranger) == 210


def test_money_forwarded_after_the_end_goes_to_the_winner_too(vault, disputes, song, ada, cleo, stranger):
    case = quarrel(disputes, song, stranger)
    pay(vault, case.split(), 1000, cleo)
    case.drop(by=stranger)
    case.forward(vault, cleo)
    winners = case.winners_list(ada)
    assert owed(vault, case.waiting, winners) == [200]
    pay(vault, case.split(), 500, cleo)  # somebody still pays the old name
    case.forward(vault, cleo)
    before = ada.balance()
    tx = vault.claimFor(case.waiting, COIN, winners, 0, {"from": cleo})
    assert ada.balance() - before == 300
    emitted(tx, "RoyaltyClaimed", splitId=case.waiting, token=COIN, payee=ada, index=0, to=ada, amount=300)


def test_an_edge_to_a_disputed_parent_leads_through_its_current_split(
    vault, registry, disputes, song, ada, ben, stranger
):
    remix = sheets.seal_work(registry, ben, [edge(song.id, 5000), line(ben, 5000, 10_000)], signers=[ada, ben])
    pay(vault, remix.split(MASTER), 1000, stranger)
    case = quarrel(disputes, song, stranger, share=5000)
    tx = claim_for(vault, remix, 0, stranger)
    assert bytes(tx.events["RoyaltyForwarded"]["toSplit"]) == case.split() == split_id(song.id, MASTER, 2)
    assert owed(vault, case.split(), case.during) == [0, 150, 100, 250]
    case.forward(vault, stranger)
    case.concede(by=ada)
    assert owed(vault, case.waiting, case.winners_list(stranger)) == [250]
    pay(vault, remix.split(MASTER), 1000, stranger)
    claim_for(vault, remix, 0, stranger)
    assert owed(vault, split_id(song.id, MASTER, 3), case.won) == [0, 150, 100, 250]


def test_an_edge_line_of_a_disputed_list_still_flows(vault, registry, disputes, song, ada, ben, stranger):
    remix = sheets.seal_work(registry, ben, [edge(song.id, 5000), line(ben, 5000, 10_000)], signers=[ada, ben])
    case = quarrel(disputes, remix, stranger, index=1, share=5000)
    pay(vault, case.split(), 1000, stranger)
    vault.claimFor(case.split(), COIN, case.during, 0, {"from": stranger})
    case.forward(vault, stranger)
    assert vault.received(song.split(MASTER), COIN) == vault.received(case.waiting, COIN) == 500
