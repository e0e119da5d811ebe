"""Consents that are given on the chain, one by one, and taken back."""

from dataclasses import replace

import pytest
import sheets
from brownie import chain
from emitted import emitted
from refusals import refused
from seconds import at
from sheets import LYRICIST, Sheet, line

SALT = b"\x05" * 32
EMPTY = b"\x00" * 32


@pytest.fixture
def draft(registry, ada, ben, cleo):
    """A committed work and the sheet that three people are about to agree to."""
    shares = [line(ada, 5000), line(ben, 3000, role=LYRICIST), line(cleo, 2000)]
    sheet = Sheet(shares, shares, sheets.new_audio())
    return sheets.commit(registry, ada, sheet.audio), sheet


def on_chain(*people):
    """Consents that name who has agreed on the chain, in the registry's order."""
    return sorted(((str(getattr(one, "address", one)), b"") for one in people), key=lambda consent: int(consent[0], 16))


def test_a_consent_is_kept_and_told(registry, ada, ben, draft):
    work_id, sheet = draft
    digest = bytes(registry.sheetDigest(work_id, sheet.encoded()))
    assert not registry.hasConsented(digest, ben)
    tx = registry.consent(work_id, sheet.encoded(), {"from": ben})
    assert bytes(tx.return_value) == digest
    emitted(tx, "ConsentGiven", workId=work_id, digest=digest, signer=ben)
    assert registry.hasConsented(digest, ben)
    assert not registry.hasConsented(digest, ada)
    assert not registry.isSealed(work_id)


def test_a_work_is_sealed_by_consents_that_came_one_by_one(registry, ada, ben, cleo, draft):
    work_id, sheet = draft
    waiting = [ben, ada, cleo]
    while waiting:
        first = on_chain(*waiting)[0][0]
        with refused("WorkRegistry_ConsentInvalid", work_id, first):
            registry.seal(work_id, SALT, sheet.encoded(), on_chain(ada, ben, cleo), {"from": ada})
        registry.consent(work_id, sheet.encoded(), {"from": waiting.pop()})
    registry.seal(work_id, SALT, sheet.encoded(), on_chain(ada, ben, cleo), {"from": ada})
    assert registry.isSealed(work_id)


def test_signatures_and_consents_on_the_chain_are_mixed(registry, ada, ben, cleo, draft):
    work_id, sheet = draft
    registry.consent(work_id, sheet.encoded(), {"from": ben})
    signed = sheets.consents([ada, cleo], registry, work_id, sheet)
    given = sorted([*signed, (ben.address, b"")], key=lambda consent: int(consent[0], 16))
    registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})
    assert registry.isSealed(work_id)


def test_who_agreed_on_the_chain_must_still_be_named(registry, ada, ben, cleo, draft):
    work_id, sheet = draft
    for person in (ada, ben, cleo):
        registry.consent(work_id, sheet.encoded(), {"from": person})
    with refused("WorkRegistry_ConsentMissing", work_id, ben):
        registry.seal(work_id, SALT, sheet.encoded(), on_chain(ada, cleo), {"from": ada})


def test_a_wrong_signature_is_not_made_good_by_a_consent_on_the_chain(registry, ada, ben, cleo, draft):
    work_id, sheet = draft
    for person in (ada, ben, cleo):
        registry.consent(work_id, sheet.encoded(), {"from": person})
    given = [(one, b"\x01" if one == ben.address else b"") for one, _ in on_chain(ada, ben, cleo)]
    with refused("WorkRegistry_ConsentInvalid", work_id, ben):
        registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})


def test_a_consent_that_was_taken_back_does_not_count(registry, ada, ben, cleo, draft):
    work_id, sheet = draft
    digest = bytes(registry.sheetDigest(work_id, sheet.encoded()))
    for person in (ada, ben, cleo):
        registry.consent(work_id, sheet.encoded(), {"from": person})
    tx = registry.withdrawConsent(work_id, digest, {"from": ben})
    emitted(tx, "ConsentWithdrawn", workId=work_id, digest=digest, signer=ben)
    assert not registry.hasConsented(digest, ben)
    assert registry.hasConsented(digest, ada)
    with refused("WorkRegistry_ConsentInvalid", work_id, ben):
        registry.seal(work_id, SALT, sheet.encoded(), on_chain(ada, ben, cleo), {"from": ada})
    registry.consent(work_id, sheet.encoded(), {"from": ben})  # and she may agree again
    registry.seal(work_id, SALT, sheet.encoded(), on_chain(ada, ben, cleo), {"from": ada})
    assert registry.isSealed(work_id)


def test_nobody_takes_back_what_she_has_not_given(registry, ada, ben, stranger, draft):
    work_id, sheet = draft
    digest = bytes(registry.sheetDigest(work_id, sheet.encoded()))
    registry.consent(work_id, sheet.encoded(), {"from": ben})
    for person in (ada, stranger):
        with refused("WorkRegistry_NoConsent", work_id, digest, person):
            registry.withdrawConsent(work_id, digest, {"from": person})
    registry.withdrawConsent(work_id, digest, {"from": ben})
    with refused("WorkRegistry_NoConsent", work_id, digest, ben):
        registry.withdrawConsent(work_id, digest, {"from": ben})


def test_a_consent_is_taken_back_from_its_own_work(registry, ada, ben, draft):
    work_id, sheet = draft
    digest = bytes(registry.sheetDigest(work_id, sheet.encoded()))
    registry.consent(work_id, sheet.encoded(), {"from": ben})
    for other in (0, work_id - 1, work_id + 1):
        with refused("WorkRegistry_NoConsent", other, digest, ben):
            registry.withdrawConsent(other, digest, {"from": ben})
    assert registry.hasConsented(digest, ben)
    nothing = bytes(32)
    with refused("WorkRegistry_NoConsent", 0, nothing, ben):
        registry.withdrawConsent(0, nothing, {"from": ben})


def test_a_consent_taken_back_after_the_seal_changes_nothing(registry, ada, ben, cleo, draft):
    work_id, sheet = draft
    digest = bytes(registry.sheetDigest(work_id, sheet.encoded()))
    for person in (ada, ben, cleo):
        registry.consent(work_id, sheet.encoded(), {"from": person})
    registry.seal(work_id, SALT, sheet.encoded(), on_chain(ada, ben, cleo), {"from": ada})
    registry.withdrawConsent(work_id, digest, {"from": ben})
    assert registry.isSealed(work_id)
    assert registry.work(work_id).dict()["version"] == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: replace(sheet, metadata=b"\x33" * 32),
        lambda sheet: replace(sheet, deadline=sheet.deadline - 1),
        lambda sheet: replace(sheet, master=sheet.master[::-1]),
    ],
    ids=["metadata", "deadline", "order of lines"],
)
def test_a_consent_to_another_sheet_does_not_count(registry, ada, ben, cleo, draft, change):
    work_id, sheet = draft
    registry.consent(work_id, change(sheet).encoded(), {"from": ben})
    signed = sheets.consents([ada, cleo], registry, work_id, sheet)
    given = sorted([*signed, (ben.address, b"")], key=lambda consent: int(consent[0], 16))
    with refused("WorkRegistry_ConsentInvalid", work_id, ben):
        registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})


def test_a_consent_to_the_same_sheet_of_another_work_does_not_count(registry, ada, draft):
    sheet = Sheet([line(ada, 10_000)], [line(ada, 10_000)], sheets.new_audio())
    first, second = (sheets.commit(registry, ada, sheet.audio) for _ in range(2))
    registry.consent(second, sheet.encoded(), {"from": ada})
    with refused("WorkRegistry_ConsentInvalid", first, ada):
        registry.seal(first, SALT, sheet.encoded(), on_chain(ada), {"from": ada})


def test_a_strangers_consent_on_the_chain_is_kept_and_not_needed(registry, ada, ben, cleo, stranger, draft):
    work_id, sheet = draft
    registry.consent(work_id, sheet.encoded(), {"from": stranger})
    signed = sheets.consents([ada, ben, cleo], registry, work_id, sheet)
    given = sorted([*signed, (stranger.address, b"")], key=lambda consent: int(consent[0], 16))
    with refused("WorkRegistry_ConsentNotNeeded", work_id, stranger):
        registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})
    registry.seal(work_id, SALT, sheet.encoded(), signed, {"from": ada})
    assert registry.isSealed(work_id)


def test_a_consent_is_for_the_next_version_only(registry, song, ada, draft):
    work_id, sheet = draft
    for version in (0, 2):
        with refused("WorkRegistry_WrongVersion", work_id, version, 1):
            registry.consent(work_id, replace(sheet, version=version).encoded(), {"from": ada})
    for version in (1, 3):
        with refused("WorkRegistry_WrongVersion", song.id, version, 2):
            registry.consent(song.id, replace(song.sheet, version=version).encoded(), {"from": ada})


def test_a_consent_names_metadata_and_recording(registry, ada, draft):
    work_id, sheet = draft
    with refused("WorkRegistry_EmptyHash", work_id, EMPTY, sheet.audio):
        registry.consent(work_id, replace(sheet, metadata=EMPTY).encoded(), {"from": ada})
    with refused("WorkRegistry_EmptyHash", work_id, sheet.metadata, EMPTY):
        registry.consent(work_id, replace(sheet, audio=EMPTY).encoded(), {"from": ada})


def test_a_consent_comes_by_the_deadline(registry, ada, draft):
    work_id, sheet = draft
    deadline = chain.time() + 1000
    sheet = replace(sheet, deadline=deadline)
    at(deadline, registry.consent, work_id, sheet.encoded(), {"from": ada})
    assert registry.hasConsented(registry.sheetDigest(work_id, sheet.encoded()), ada)
    with refused("WorkRegistry_DeadlinePassed", deadline, deadline + 1):
        at(deadline + 1, registry.consent, work_id, sheet.encoded(), {"from": ada})


def test_a_consent_on_the_chain_ends_with_its_deadline(registry, ada, ben, cleo, draft):
    work_id, sheet = draft
    deadline = chain.time() + 1000
    sheet = replace(sheet, deadline=deadline)
    for person in (ada, ben, cleo):
        registry.consent(work_id, sheet.encoded(), {"from": person})
    given = on_chain(ada, ben, cleo)
    with refused("WorkRegistry_DeadlinePassed", deadline, deadline + 1):
        at(deadline + 1, registry.seal, work_id, SALT, sheet.encoded(), given, {"from": ada})


def test_a_wallet_that_cannot_sign_agrees_on_the_chain(registry, vault, MuteWallet, ada, ben, stranger):
    wallet = ben.deploy(MuteWallet, ben)
    shares = [line(ada, 6000), line(wallet, 4000)]
    sheet = Sheet(shares, shares, sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    signed = (ada.address, sheets.signature(ada, registry, work_id, sheet))
    forged = (wallet.address, sheets.signature(ben, registry, work_id, sheet))
    given = sorted([signed, forged], key=lambda consent: int(consent[0], 16))
    with refused("WorkRegistry_ConsentInvalid", work_id, wallet):
        registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})
    wallet.execute(registry, registry.consent.encode_input(work_id, sheet.encoded()), {"from": ben})
    given = sorted([signed, (wallet.address, b"")], key=lambda consent: int(consent[0], 16))
    registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})
    split = registry.currentSplit(work_id, 0)
    vault.paySplit(split, {"from": stranger, "value": 1000})
    vault.claimFor(split, sheets.COIN, shares, 1, {"from": stranger})
    assert wallet.balance() == 400


def test_a_wallets_consent_on_the_chain_stands_until_it_is_taken_back_there(registry, RevokingWallet, ada, ben):
    wallet = ben.deploy(RevokingWallet, ben)
    sheet = Sheet([line(wallet, 10_000)], [line(wallet, 10_000)], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    digest = registry.sheetDigest(work_id, sheet.encoded())
    wallet.execute(registry, 0, registry.consent.encode_input(work_id, sheet.encoded()), {"from": ben})
    wallet.revoke({"from": ben})  # concerns signatures alone
    assert registry.hasConsented(digest, wallet)
    wallet.execute(registry, 0, registry.withdrawConsent.encode_input(work_id, digest), {"from": ben})
    with refused("WorkRegistry_ConsentInvalid", work_id, wallet):
        registry.seal(work_id, SALT, sheet.encoded(), on_chain(wallet), {"from": ada})
