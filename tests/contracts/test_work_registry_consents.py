"""Who must sign a sheet, what a signature covers, and how a sheet is amended."""

from dataclasses import replace

import pytest
import sheets
from brownie import chain
from refusals import refused
from sheets import COMPOSITION, LYRICIST, MASTER, Sheet, consents, edge, line

SALT = b"\x05" * 32


@pytest.fixture
def draft(registry, ada, ben):
    """A committed work and the sheet that Ada and Ben are about to sign."""
    shares = [line(ada, 6000), line(ben, 4000, role=LYRICIST)]
    sheet = Sheet(shares, shares, sheets.new_audio())
    return sheets.commit(registry, ada, sheet.audio), sheet


def submit(registry, ada, draft, given):
    """Seal the draft with these consents."""
    work_id, sheet = draft
    return registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})


def test_the_digest_is_the_one_that_wallets_compute(registry, ada, draft):
    work_id, sheet = draft
    assert bytes(registry.sheetDigest(work_id, sheet.encoded())) == bytes(
        sheets.signed(ada, registry, work_id, sheet).message_hash
    )


def test_the_domain_is_published(registry):
    fields, name, version, chain_id, contract, salt, extensions = registry.eip712Domain()
    assert (name, version, chain_id, contract) == ("Partbook WorkRegistry", "1", chain.id, registry.address)
    assert (int(str(fields), 16), int(str(salt), 16), len(extensions)) == (0b1111, 0, 0)  # ERC-5267: no salt


def test_a_sheet_is_sealed_when_every_payee_signed(registry, ada, ben, draft):
    work_id, sheet = draft
    submit(registry, ada, draft, consents([ada, ben], registry, work_id, sheet))
    assert registry.isSealed(work_id)


def test_an_unsigned_sheet_is_refused(registry, ada, draft):
    with refused("WorkRegistry_ConsentMissing", draft[0], ada):
        submit(registry, ada, draft, [])


def test_one_missing_signature_is_refused(registry, ada, ben, draft):
    work_id, sheet = draft
    for signer, missing in ((ada, ben), (ben, ada)):
        with refused("WorkRegistry_ConsentMissing", work_id, missing):
            submit(registry, ada, draft, consents([signer], registry, work_id, sheet))


def test_a_payee_of_one_list_only_must_sign_too(registry, ada, ben):
    sheet = Sheet([line(ada, 10_000)], [line(ada, 5000), line(ben, 5000)], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_ConsentMissing", work_id, ben):
        sheets.seal(registry, ada, work_id, sheet, [ada])


def test_a_payee_with_a_share_of_nothing_must_sign_too(registry, ada, ben):
    sheet = Sheet([line(ada, 10_000), line(ben, 0)], [line(ada, 10_000)], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_ConsentMissing", work_id, ben):
        sheets.seal(registry, ada, work_id, sheet, [ada])


@pytest.mark.parametrize(
    "other",
    [
        lambda sheet, ada: replace(sheet, version=2),
        lambda sheet, ada: replace(sheet, metadata=b"\x33" * 32),
        lambda sheet, ada: replace(sheet, audio=b"\x34" * 32),
        lambda sheet, ada: replace(sheet, deadline=sheet.deadline + 1),
        lambda sheet, ada: replace(sheet, master=sheet.master[::-1]),
        lambda sheet, ada: replace(sheet, composition=[line(ada, 10_000)]),
        lambda sheet, ada: replace(sheet, composition=[sheet.composition[0] | 1 << 208, sheet.composition[1]]),
    ],
    ids=["version", "metadata", "audio", "deadline", "order of lines", "composition", "one percent of AI"],
)
def test_a_signature_over_another_sheet_is_refused(registry, ada, ben, draft, other):
    work_id, sheet = draft
    given = consents([ada, ben], registry, work_id, sheet)
    index = [one for one, _ in given].index(ben.address)
    given[index] = (ben.address, sheets.signature(ben, registry, work_id, other(sheet, ada)))
    with refused("WorkRegistry_ConsentInvalid", work_id, ben):
        submit(registry, ada, draft, given)


def test_a_signature_over_another_work_is_refused(registry, ada, ben, draft):
    work_id, sheet = draft
    with refused("WorkRegistry_ConsentInvalid"):
        submit(registry, ada, draft, consents([ada, ben], registry, work_id + 1, sheet))


@pytest.mark.parametrize(
    "domain",
    [{"chainId": 1}, {"verifyingContract": "0x" + "12" * 20}, {"name": "Partbook"}, {"version": "2"}],
    ids=["chain", "contract", "name", "version"],
)
def test_a_signature_for_another_place_is_refused(registry, ada, ben, draft, domain):
    work_id, sheet = draft
    with refused("WorkRegistry_ConsentInvalid"):
        submit(registry, ada, draft, consents([ada, ben], registry, work_id, sheet, **domain))


def test_somebody_elses_signature_under_a_payees_name_is_refused(registry, ada, ben, stranger, draft):
    work_id, sheet = draft
    given = consents([ada, ben], registry, work_id, sheet)
    forged = sheets.signature(stranger, registry, work_id, sheet)
    given = [(one, forged if one == ben.address else signature) for one, signature in given]
    with refused("WorkRegistry_ConsentInvalid", work_id, ben):
        submit(registry, ada, draft, given)


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x00" * 65, b"\xff" * 65])
def test_a_broken_signature_is_refused(registry, ada, ben, draft, broken):
    work_id, sheet = draft
    given = consents([ada, ben], registry, work_id, sheet)
    given = [(one, broken if one == ben.address else signature) for one, signature in given]
    with refused("WorkRegistry_ConsentInvalid", work_id, ben):
        submit(registry, ada, draft, given)


def test_a_strangers_valid_signature_is_refused(registry, ada, ben, stranger, draft):
    work_id, sheet = draft
    with refused("WorkRegistry_ConsentNotNeeded", work_id, stranger):
        submit(registry, ada, draft, consents([ada, ben, stranger], registry, work_id, sheet))


def test_consents_out_of_order_or_twice_are_refused(registry, ada, ben, draft):
    work_id, sheet = draft
    first, second = consents([ada, ben], registry, work_id, sheet)
    with refused("WorkRegistry_ConsentsOutOfOrder", first[0], second[0]):
        submit(registry, ada, draft, [second, first])
    with refused("WorkRegistry_ConsentsOutOfOrder", first[0], first[0]):
        submit(registry, ada, draft, [first, first, second])


def test_signatures_end_with_their_deadline(registry, ada, ben):
    deadline = chain.time() + 1000
    shares = [line(ada, 6000), line(ben, 4000)]
    late, timely = (Sheet(shares, shares, sheets.new_audio(), deadline=deadline) for _ in range(2))
    late_id, timely_id = (sheets.commit(registry, ada, one.audio) for one in (late, timely))
    chain.mine(timestamp=deadline - 1)
    sheets.seal(registry, ada, timely_id, timely, [ada, ben])
    chain.mine(timestamp=deadline + 1)
    with refused("WorkRegistry_DeadlinePassed"):
        sheets.seal(registry, ada, late_id, late, [ada, ben])


def test_a_contract_wallet_signs_by_its_owner(registry, ContractWallet, ada, ben, stranger):
    wallet = ben.deploy(ContractWallet, ben)
    shares = [line(ada, 6000), line(wallet, 4000)]
    sheet = Sheet(shares, shares, sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)

    def given(owner):
        pair = [
            (ada.address, sheets.signature(ada, registry, work_id, sheet)),
            (wallet.address, sheets.signature(owner, registry, work_id, sheet)),
        ]
        return sorted(pair, key=lambda consent: int(consent[0], 16))

    with refused("WorkRegistry_ConsentInvalid", work_id, wallet):
        registry.seal(work_id, SALT, sheet.encoded(), given(stranger), {"from": ada})
    registry.seal(work_id, SALT, sheet.encoded(), given(ben), {"from": ada})
    assert registry.isSealed(work_id)


def test_an_edge_needs_the_consent_of_the_parents_registrant(registry, song, ada, ben):
    lists = [edge(song.id, 1000), line(ben, 9000, 10_000)]
    sheet = Sheet(lists, lists, sheets.new_audio())
    work_id = sheets.commit(registry, ben, sheet.audio)
    with refused("WorkRegistry_ConsentMissing", work_id, ada):
        sheets.seal(registry, ben, work_id, sheet, [ben])
    sheets.seal(registry, ben, work_id, sheet, [ada, ben])
    assert registry.isSealed(work_id)


def test_an_amendment_becomes_the_current_sheet_and_the_former_stays(registry, song, ada, ben, cleo):
    former = {side: bytes(registry.listHash(song.split(side))) for side in (MASTER, COMPOSITION)}
    amended = sheets.amend_work(song, [ada, ben, cleo], master=[line(ada, 10_000, ai=10)])
    assert registry.work(song.id).dict()["version"] == 2
    assert registry.work(song.id).dict()["masterAiBps"] == 1000
    for side in (MASTER, COMPOSITION):
        assert registry.currentSplit(song.id, side) == amended.split(side) != song.split(side)
        assert bytes(registry.listHash(song.split(side))) == former[side]


def test_an_amendment_needs_everybody_who_leaves_and_everybody_who_comes(registry, song, ada, ben, cleo, stranger):
    new_master = [line(ada, 5000), line(stranger, 5000)]  # Ben leaves, a stranger comes
    with refused("WorkRegistry_ConsentMissing", song.id, ben):
        sheets.amend_work(song, [ada, cleo, stranger], master=new_master)
    with refused("WorkRegistry_ConsentMissing", song.id, stranger):
        sheets.amend_work(song, [ada, ben, cleo], master=new_master)
    second = sheets.amend_work(song, [ada, ben, cleo, stranger], master=new_master)
    # Ben has left: the third sheet does not ask him, and does not take his word either.
    with refused("WorkRegistry_ConsentNotNeeded", song.id, ben):
        sheets.amend_work(second, [ada, ben, cleo, stranger], metadata=b"\x44" * 32)


def test_an_amendment_names_the_former_signers_as_they_were(registry, song, ada, ben, cleo):
    sheet = replace(song.sheet, version=2, master=[line(ada, 10_000)])
    given = consents([ada, cleo], registry, song.id, sheet)
    with refused("WorkRegistry_FormerSignersDiffer"):
        registry.amend(song.id, sheet.encoded(), [one for one, _ in given], given, {"from": ada})
    with refused("WorkRegistry_FormerSignersDiffer"):
        registry.amend(song.id, sheet.encoded(), [], given, {"from": ada})


def test_an_amendment_keeps_the_recording_and_takes_the_next_version(registry, song):
    with refused("WorkRegistry_AudioDiffers", song.id, b"\x55" * 32, song.sheet.audio):
        sheets.amend_work(song, song.signers, audio=b"\x55" * 32)
    jumping = replace(song, sheet=replace(song.sheet, version=2))
    with refused("WorkRegistry_WrongVersion", song.id, 3, 2):
        sheets.amend_work(jumping, song.signers)


def test_an_unsealed_work_cannot_be_amended(registry, ada, draft):
    work_id, sheet = draft
    with refused("WorkRegistry_NotSealed", work_id):
        registry.amend(work_id, sheet.encoded(), [], [], {"from": ada})


def test_an_old_amendment_cannot_be_played_again(registry, song):
    second = sheets.amend_work(song, song.signers, metadata=b"\x66" * 32)
    with refused("WorkRegistry_WrongVersion", song.id, 2, 3):
        sheets.amend_work(song, song.signers, metadata=b"\x66" * 32)
    assert registry.work(song.id).dict()["version"] == second.sheet.version == 2
