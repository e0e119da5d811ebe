"""Who must sign a sheet, and what a signature covers."""

import itertools
from dataclasses import replace

import pytest
import sheets
from brownie import chain
from brownie.exceptions import VirtualMachineError
from refusals import refused
from sheets import COIN, LYRICIST, Sheet, consents, edge, line

SALT = b"\x05" * 32
HALF_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


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


def instead(given, person, signature):
    """The same consents, but for one person's signature."""
    return [(one, signature if one == person.address else theirs) for one, theirs in given]


def in_order(given):
    """Consents as the registry wants them."""
    return sorted(given, key=lambda consent: int(consent[0], 16))


def test_the_digest_is_the_one_that_wallets_compute(registry, song, ada, draft):
    work_id, sheet = draft
    rich = replace(
        sheet,
        master=[line(ada, 9999, 1, role=0xFFFF, ai=100), edge(song.id, 1, 9999)],
        composition=[],
        version=2**32 - 1,
        deadline=2**64 - 1,
    )
    for one in (sheet, rich):
        assert bytes(registry.sheetDigest(work_id, one.encoded())) == bytes(
            sheets.signed(ada, registry, work_id, one).message_hash
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
    assert not registry.isSealed(draft[0])


def test_one_missing_signature_is_refused(registry, ada, ben, draft):
    work_id, sheet = draft
    for signer, missing in ((ada, ben), (ben, ada)):
        with refused("WorkRegistry_ConsentMissing", work_id, missing):
            submit(registry, ada, draft, consents([signer], registry, work_id, sheet))


@pytest.mark.parametrize("count", [7, 8])
def test_of_many_payees_each_is_needed(registry, ada, count):
    people = [sheets.person(f"singer {number}") for number in range(count)]
    shares = [line(one, 10_000 // count) for one in people]
    shares[0] = line(people[0], 10_000 - 10_000 // count * (count - 1))
    sheet = Sheet(shares, shares, sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    given = consents(people, registry, work_id, sheet)
    for missing in range(count):
        with refused("WorkRegistry_ConsentMissing", work_id, given[missing][0]):
            registry.seal.call(work_id, SALT, sheet.encoded(), given[:missing] + given[missing + 1 :], {"from": ada})
    registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})
    assert registry.isSealed(work_id)


def test_a_payee_of_one_list_only_must_sign_too(registry, ada, ben):
    shared, alone = [line(ada, 5000), line(ben, 5000)], [line(ada, 10_000)]
    for master, composition in ((shared, alone), (alone, shared)):
        sheet = Sheet(master, composition, sheets.new_audio())
        work_id = sheets.commit(registry, ada, sheet.audio)
        with refused("WorkRegistry_ConsentMissing", work_id, ben):
            sheets.seal(registry, ada, work_id, sheet, [ada])


def test_a_payee_with_a_share_of_nothing_must_sign_too(registry, ada, ben):
    sheet = Sheet([line(ada, 10_000), line(ben, 0)], [line(ada, 10_000)], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_ConsentMissing", work_id, ben):
        sheets.seal(registry, ada, work_id, sheet, [ada])


def test_a_registrant_without_a_share_does_not_sign(registry, ada, ben):
    work = sheets.seal_work(registry, ada, [line(ben, 10_000)], signers=[ben])
    assert registry.work(work.id).dict()["registrant"] == ada


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
    given = instead(given, ben, sheets.signature(ben, registry, work_id, other(sheet, ada)))
    with refused("WorkRegistry_ConsentInvalid", work_id, ben):
        submit(registry, ada, draft, given)


def test_a_uri_is_not_signed_since_the_metadata_hash_binds_what_lies_there(registry, ada, ben, draft):
    work_id, sheet = draft
    given = consents([ada, ben], registry, work_id, sheet)
    moved = replace(sheet, uri="ipfs://elsewhere").encoded()
    assert registry.seal(work_id, SALT, moved, given, {"from": ada}).events["SheetSealed"]["uri"] == "ipfs://elsewhere"


def test_a_signature_over_another_work_is_refused(registry, ada, ben, draft):
    work_id, sheet = draft
    given = consents([ada, ben], registry, work_id + 1, sheet)
    with refused("WorkRegistry_ConsentInvalid", work_id, given[0][0]):
        submit(registry, ada, draft, given)


@pytest.mark.parametrize(
    "domain",
    [{"chainId": 1}, {"verifyingContract": "0x" + "12" * 20}, {"name": "Partbook"}, {"version": "2"}],
    ids=["chain", "contract", "name", "version"],
)
def test_a_signature_for_another_place_is_refused(registry, ada, ben, draft, domain):
    work_id, sheet = draft
    given = consents([ada, ben], registry, work_id, sheet, **domain)
    with refused("WorkRegistry_ConsentInvalid", work_id, given[0][0]):
        submit(registry, ada, draft, given)


def test_a_signature_for_another_registry_is_refused(registry, WorkRegistry, authority, operator, ada, ben, draft):
    other = operator.deploy(WorkRegistry, authority)
    work_id, sheet = draft
    while other.works() < work_id:
        assert sheets.commit(other, ada, sheet.audio) <= work_id
    given = consents([ada, ben], other, work_id, sheet)
    with refused("WorkRegistry_ConsentInvalid", work_id, given[0][0]):
        submit(registry, ada, draft, given)
    submit(other, ada, draft, given)
    assert (other.isSealed(work_id), registry.isSealed(work_id)) == (True, False)


def test_somebody_elses_signature_under_a_payees_name_is_refused(registry, ada, ben, stranger, draft):
    work_id, sheet = draft
    given = consents([ada, ben], registry, work_id, sheet)
    given = instead(given, ben, sheets.signature(stranger, registry, work_id, sheet))
    with refused("WorkRegistry_ConsentInvalid", work_id, ben):
        submit(registry, ada, draft, given)


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x00" * 64, b"\x00" * 65, b"\xff" * 65])
def test_a_broken_signature_is_refused(registry, ada, ben, draft, broken):
    work_id, sheet = draft
    given = instead(consents([ada, ben], registry, work_id, sheet), ben, broken)
    with refused("WorkRegistry_ConsentInvalid", work_id, ben):
        submit(registry, ada, draft, given)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r, s, v: (r, HALF_ORDER - s, 55 - v),  # the other root, which older chains took as well
        lambda r, s, v: (r, s, 55 - v),
        lambda r, s, v: (r, s, v - 27),
        lambda r, s, v: (r, s, 0),
        lambda r, s, v: (s, r, v),
        lambda r, s, v: (r ^ 1, s, v),
        lambda r, s, v: (r, s ^ 1, v),
    ],
    ids=["high s", "other v", "v of 0 or 1", "no v", "swapped", "one bit of r", "one bit of s"],
)
def test_a_changed_signature_is_refused(registry, ada, ben, draft, spoil):
    work_id, sheet = draft
    signed = sheets.signed(ben, registry, work_id, sheet)
    r, s, v = spoil(signed.r, signed.s, signed.v)
    changed = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v])
    given = consents([ada, ben], registry, work_id, sheet)
    with refused("WorkRegistry_ConsentInvalid", work_id, ben):
        submit(registry, ada, draft, instead(given, ben, changed))
    submit(registry, ada, draft, given)
    assert registry.isSealed(work_id)


def test_a_signature_of_another_length_is_refused(registry, ada, ben, draft):
    work_id, sheet = draft
    signed = sheets.signed(ben, registry, work_id, sheet)
    compact = signed.r.to_bytes(32, "big") + (signed.s | (signed.v - 27) << 255).to_bytes(32, "big")  # EIP-2098
    given = consents([ada, ben], registry, work_id, sheet)
    for other in (compact, signed.signature[:64], signed.signature + b"\x00"):
        with refused("WorkRegistry_ConsentInvalid", work_id, ben):
            submit(registry, ada, draft, instead(given, ben, other))


def test_a_strangers_valid_signature_is_refused(registry, ada, ben, stranger, draft):
    work_id, sheet = draft
    with refused("WorkRegistry_ConsentNotNeeded", work_id, stranger):
        submit(registry, ada, draft, consents([ada, ben, stranger], registry, work_id, sheet))


def test_of_several_strangers_one_is_named(registry, ada, ben, draft):
    work_id, sheet = draft
    outsiders = [sheets.person(f"outsider {number}") for number in range(6)]
    for one in outsiders:
        with refused("WorkRegistry_ConsentNotNeeded", work_id, one):
            given = consents([ada, ben, one], registry, work_id, sheet)
            registry.seal.call(work_id, SALT, sheet.encoded(), given, {"from": ada})
    with pytest.raises(VirtualMachineError) as caught:
        submit(registry, ada, draft, consents([ada, ben, *outsiders], registry, work_id, sheet))
    error, _, values = caught.value.revert_msg.partition(": ")
    named = values.split(", ")[1]
    assert error == "WorkRegistry_ConsentNotNeeded"
    assert named in [one.address.lower() for one in outsiders]


def alike(count, bits, ending):
    """People whose addresses have the same lowest bits: they meet in the registry's table of signers."""
    found = (sheets.person(f"alike {number}") for number in itertools.count())
    return list(itertools.islice((one for one in found if int(one.address, 16) % 2**bits == ending), count))


@pytest.mark.parametrize("ending", [0, 15])
def test_people_whose_addresses_end_alike_are_told_apart(registry, ada, ending):
    """Sixteen places for eight signers, of whom four want the same one; after the last place comes the first."""
    *met, absent = alike(5, 4, ending)
    people = [*met, *(sheets.person(f"singer {number}") for number in range(4))]
    shares = [line(one, 1250) for one in people]
    sheet = Sheet(shares, shares, sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    given = consents(people, registry, work_id, sheet)
    for left_out in met:
        fewer = [one for one in given if one[0] != left_out.address]
        with refused("WorkRegistry_ConsentMissing", work_id, left_out):
            registry.seal.call(work_id, SALT, sheet.encoded(), fewer, {"from": ada})
        swapped = consents([*(one for one in people if one != left_out), absent], registry, work_id, sheet)
        with refused("WorkRegistry_ConsentMissing", work_id, left_out):
            registry.seal.call(work_id, SALT, sheet.encoded(), swapped, {"from": ada})
    more = consents([*people, absent], registry, work_id, sheet)
    with refused("WorkRegistry_ConsentNotNeeded", work_id, absent):
        registry.seal.call(work_id, SALT, sheet.encoded(), more, {"from": ada})
    registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})
    assert registry.isSealed(work_id)


def test_a_bad_signature_is_named_before_an_unneeded_one(registry, ada, ben, stranger, draft):
    work_id, sheet = draft
    given = instead(consents([ada, ben, stranger], registry, work_id, sheet), stranger, b"\x01")
    with refused("WorkRegistry_ConsentInvalid", work_id, stranger):
        submit(registry, ada, draft, given)


def test_consents_out_of_order_or_twice_are_refused(registry, ada, ben, draft):
    work_id, sheet = draft
    first, second = consents([ada, ben], registry, work_id, sheet)
    with refused("WorkRegistry_ConsentsOutOfOrder", first[0], second[0]):
        submit(registry, ada, draft, [second, first])
    with refused("WorkRegistry_ConsentsOutOfOrder", first[0], first[0]):
        submit(registry, ada, draft, [first, first, second])
    with refused("WorkRegistry_ConsentsOutOfOrder", COIN, COIN):  # nobody cannot agree
        submit(registry, ada, draft, [(COIN, b"\x00" * 65), first, second])


def test_an_edge_needs_the_consent_of_the_parents_registrant(registry, song, ada, ben):
    lists = [edge(song.id, 1000), line(ben, 9000, 10_000)]
    sheet = Sheet(lists, lists, sheets.new_audio())
    work_id = sheets.commit(registry, ben, sheet.audio)
    with refused("WorkRegistry_ConsentMissing", work_id, ada):
        sheets.seal(registry, ben, work_id, sheet, [ben])
    sheets.seal(registry, ben, work_id, sheet, [ada, ben])
    assert registry.isSealed(work_id)


def test_an_edge_in_the_composition_alone_needs_that_consent_too(registry, song, ada, ben):
    sheet = Sheet([line(ben, 10_000)], [edge(song.id, 1000), line(ben, 9000, 10_000)], sheets.new_audio())
    work_id = sheets.commit(registry, ben, sheet.audio)
    with refused("WorkRegistry_ConsentMissing", work_id, ada):
        sheets.seal(registry, ben, work_id, sheet, [ben])


def test_a_contract_wallet_signs_by_its_owner(registry, ContractWallet, ada, ben, stranger):
    wallet = ben.deploy(ContractWallet, ben)
    shares = [line(ada, 6000), line(wallet, 4000)]
    sheet = Sheet(shares, shares, sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)

    def given(signature):
        return in_order([(ada.address, sheets.signature(ada, registry, work_id, sheet)), (wallet.address, signature)])

    for wrong in (sheets.signature(stranger, registry, work_id, sheet), b"\x01", b""):
        with refused("WorkRegistry_ConsentInvalid", work_id, wallet):
            registry.seal(work_id, SALT, sheet.encoded(), given(wrong), {"from": ada})
    signature = sheets.signature(ben, registry, work_id, sheet)
    registry.seal(work_id, SALT, sheet.encoded(), given(signature), {"from": ada})
    assert registry.isSealed(work_id)


def test_a_wallet_that_revokes_before_the_seal_has_not_signed(registry, RevokingWallet, ada, ben):
    wallet = ben.deploy(RevokingWallet, ben)
    sheet = Sheet([line(wallet, 10_000)], [line(wallet, 10_000)], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    given = [(wallet.address, sheets.signature(ben, registry, work_id, sheet))]
    wallet.revoke({"from": ben})
    with refused("WorkRegistry_ConsentInvalid", work_id, wallet):
        registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})
    assert not registry.isSealed(work_id)


def test_a_wallet_that_revokes_after_the_seal_is_bound_and_signs_no_amendment(registry, RevokingWallet, ada, ben):
    wallet = ben.deploy(RevokingWallet, ben)
    lists = [line(wallet, 10_000)]
    sheet = Sheet(lists, lists, sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    given = [(wallet.address, sheets.signature(ben, registry, work_id, sheet))]
    registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})
    wallet.revoke({"from": ben})
    assert registry.isSealed(work_id)
    second = replace(sheet, version=2)
    given = [(wallet.address, sheets.signature(ben, registry, work_id, second))]
    with refused("WorkRegistry_ConsentInvalid", work_id, wallet):
        registry.amend(work_id, second.encoded(), lists, lists, given, {"from": ada})
    # it can still agree on the chain
    wallet.execute(registry, 0, registry.consent.encode_input(work_id, second.encoded()), {"from": ben})
    registry.amend(work_id, second.encoded(), lists, lists, [(wallet.address, b"")], {"from": ada})
    assert registry.work(work_id).dict()["version"] == 2
