"""How a sealed work gets its next sheet: who must sign, which lists it names, and what stays as it was."""

from dataclasses import replace

import pytest
import sheets
from brownie import chain
from emitted import emitted
from quarrels import quarrel
from refusals import refused
from seconds import at
from sheets import COMPOSITION, MASTER, Sheet, consents, edge, line, list_hash, split_id

EMPTY = b"\x00" * 32


def amend(work, sheet, signers, master=None, composition=None):
    """Amend a work, naming these former lists; its own unless told."""
    given = consents(signers, work.registry, work.id, sheet)
    former = work.sheet.master if master is None else master
    other = work.sheet.composition if composition is None else composition
    return work.registry.amend(work.id, sheet.encoded(), former, other, given, {"from": work.registrant})


def following(work, **changes):
    """A work's next sheet."""
    return replace(work.sheet, version=work.sheet.version + 1, **changes)


def test_an_amendment_becomes_the_current_sheet_and_the_former_stays(registry, vault, song, ada, ben, cleo):
    former = {side: bytes(vault.listHash(song.split(side))) for side in (MASTER, COMPOSITION)}
    sheet = following(
        song,
        metadata=b"\x22" * 32,
        uri="ipfs://second",
        master=[line(ada, 10_000, ai=10)],
        composition=[line(cleo, 10_000, ai=3)],
    )
    tx = amend(song, sheet, [ada, ben, cleo])
    emitted(
        tx,
        "SheetSealed",
        workId=song.id,
        version=2,
        registrant=ada,
        metadataHash=b"\x22" * 32,
        audioHash=song.sheet.audio,
        masterAiBps=1000,
        compositionAiBps=300,
        uri="ipfs://second",
        master=sheet.master,
        composition=sheet.composition,
    )
    kept = registry.work(song.id).dict()
    assert (kept["version"], kept["masterAiBps"], kept["compositionAiBps"]) == (2, 1000, 300)
    assert (kept["registrant"], bytes(kept["metadataHash"])) == (ada, b"\x22" * 32)
    assert registry.workOfAudio(song.sheet.audio) == song.id
    for side in (MASTER, COMPOSITION):
        second = split_id(song.id, side, 2)
        assert bytes(registry.currentSplit(song.id, side)) == second != split_id(song.id, side, 1)
        assert bytes(vault.listHash(second)) == list_hash([sheet.master, sheet.composition][side])
        assert bytes(vault.listHash(song.split(side))) == former[side]
    assert list(registry.resolve(registry.payloadOf(song.id, 0))) == [song.id, 2]


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


def test_who_leaves_the_composition_alone_is_asked_too(registry, ada, ben):
    work = sheets.seal_work(registry, ada, [line(ada, 10_000)], [line(ben, 10_000)], signers=[ada, ben])
    with refused("WorkRegistry_ConsentMissing", work.id, ben):
        sheets.amend_work(work, [ada], composition=[line(ada, 10_000)])
    with refused("WorkRegistry_ConsentMissing", work.id, ada):
        sheets.amend_work(work, [ben], master=[line(ben, 10_000)])


def test_the_registrant_of_a_parent_that_is_left_is_asked(registry, song, ada, ben):
    for side in (MASTER, COMPOSITION):
        lists = [[line(ben, 10_000)], [line(ben, 10_000)]]
        lists[side] = [edge(song.id, 1000), line(ben, 9000, 10_000)]
        remix = sheets.seal_work(registry, ben, *lists, signers=[ada, ben])
        alone = following(remix, master=[line(ben, 10_000)], composition=[line(ben, 10_000)])
        with refused("WorkRegistry_ConsentMissing", remix.id, ada):
            amend(remix, alone, [ben])
        amend(remix, alone, [ada, ben])
        assert registry.work(remix.id).dict()["version"] == 2


def test_an_amendment_names_the_former_lists_as_they_were(registry, song, ada, ben, cleo):
    everybody = [ada, ben, cleo]
    sheet = following(song, metadata=b"\x22" * 32)
    master, composition = song.sheet.master, song.sheet.composition
    for wrong in (master[::-1], master[:2], [], composition, [*master, line(ada, 0)]):
        with refused("WorkRegistry_ListDiffers", split_id(song.id, MASTER, 1), list_hash(wrong), list_hash(master)):
            amend(song, sheet, everybody, master=wrong)
    for wrong in (composition[::-1], composition[:1], [], master):
        expected = list_hash(composition)
        with refused("WorkRegistry_ListDiffers", split_id(song.id, COMPOSITION, 1), list_hash(wrong), expected):
            amend(song, sheet, everybody, composition=wrong)
    amend(song, sheet, everybody)
    # the lists of the version before are former ones no more
    third = replace(sheet, version=3, master=[line(ada, 10_000)])
    amend(song, third, everybody)
    fourth = replace(third, version=4)
    with refused("WorkRegistry_ListDiffers", split_id(song.id, MASTER, 3), list_hash(master), list_hash(third.master)):
        amend(song, fourth, everybody, master=master)


def test_an_amendment_keeps_the_recording(registry, song, ada, ben, cleo):
    with refused("WorkRegistry_AudioNotHeld", song.id, b"\x55" * 32, 0):
        sheets.amend_work(song, song.signers, audio=b"\x55" * 32)
    other = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    with refused("WorkRegistry_AudioNotHeld", song.id, other.sheet.audio, other.id):
        sheets.amend_work(song, song.signers, audio=other.sheet.audio)


def test_a_work_that_lost_its_recording_to_an_earlier_commit_is_not_amended(registry, ada, ben):
    audio = sheets.new_audio()
    early, late = (Sheet([line(one, 10_000)], [line(one, 10_000)], audio) for one in (ada, ben))
    early_id, late_id = sheets.commit(registry, ada, audio), sheets.commit(registry, ben, audio)
    sheets.seal(registry, ben, late_id, late, [ben])
    loser = sheets.SealedWork(registry, late_id, ben, late, [ben])
    loser = sheets.amend_work(loser, [ben], metadata=b"\x22" * 32)
    sheets.seal(registry, ada, early_id, early, [ada])
    with refused("WorkRegistry_AudioNotHeld", late_id, audio, early_id):
        sheets.amend_work(loser, [ben], metadata=b"\x23" * 32)


@pytest.mark.parametrize("version", [0, 1, 3])
def test_an_amendment_takes_the_next_version(registry, song, ada, ben, cleo, version):
    with refused("WorkRegistry_WrongVersion", song.id, version, 2):
        amend(song, replace(song.sheet, version=version), [ada, ben, cleo])


def test_an_amendment_names_its_metadata(registry, song, ada, ben, cleo):
    with refused("WorkRegistry_EmptyHash", song.id, EMPTY, song.sheet.audio):
        sheets.amend_work(song, [ada, ben, cleo], metadata=EMPTY)


def test_an_amendment_comes_by_its_deadline(registry, song, ada, ben, cleo):
    deadline = chain.time() + 1000
    for version, second in ((2, deadline), (3, deadline + 1)):
        sheet = replace(song.sheet, version=version, deadline=deadline)
        given = consents([ada, ben, cleo], registry, song.id, sheet)
        words = song.id, sheet.encoded(), sheet.master, sheet.composition, given, {"from": ada}
        if second == deadline:
            at(second, registry.amend, *words)
        else:
            with refused("WorkRegistry_DeadlinePassed", deadline, second):
                at(second, registry.amend, *words)
    assert registry.work(song.id).dict()["version"] == 2


def test_the_lists_of_an_amendment_are_as_good_as_those_of_a_seal(registry, song, ada, ben, cleo):
    everybody = [ada, ben, cleo]
    with refused("WorkRegistry_SharesDoNotAddUp", MASTER, 9999, 10_000):
        sheets.amend_work(song, everybody, master=[line(ada, 9999, 10_000)])
    with refused("WorkRegistry_CreditsDoNotAddUp", COMPOSITION, 9999, 10_000):
        sheets.amend_work(song, everybody, composition=[line(ada, 10_000, 9999)])
    with refused("WorkRegistry_ParentNotEarlier", song.id, song.id):
        sheets.amend_work(song, everybody, master=[edge(song.id, 1000), line(ada, 9000, 10_000)])


def test_an_unsealed_work_cannot_be_amended(registry, ada):
    sheet = Sheet([line(ada, 10_000)], [line(ada, 10_000)], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_NotSealed", work_id):
        registry.amend(work_id, sheet.encoded(), [], [], [], {"from": ada})


def test_an_old_amendment_cannot_be_played_again(registry, song):
    second = sheets.amend_work(song, song.signers, metadata=b"\x66" * 32)
    with refused("WorkRegistry_WrongVersion", song.id, 2, 3):
        sheets.amend_work(song, song.signers, metadata=b"\x66" * 32)
    assert registry.work(song.id).dict()["version"] == second.sheet.version == 2


def test_the_signatures_of_the_first_sheet_do_not_carry_the_second(registry, song, ada, ben, cleo):
    sheet = following(song)
    given = consents([ada, ben, cleo], registry, song.id, song.sheet)
    with refused("WorkRegistry_ConsentInvalid", song.id, given[0][0]):
        registry.amend(song.id, sheet.encoded(), song.sheet.master, song.sheet.composition, given, {"from": ada})


def test_an_amendment_is_agreed_to_on_the_chain(registry, song, ada, ben, cleo):
    sheet = following(song, master=[line(ada, 10_000)])
    for person in (ben, cleo, ada):
        registry.consent(song.id, sheet.encoded(), {"from": person})
    given = sorted(((one.address, b"") for one in (ada, ben, cleo)), key=lambda consent: int(consent[0], 16))
    registry.amend(song.id, sheet.encoded(), song.sheet.master, song.sheet.composition, given, {"from": ada})
    assert registry.work(song.id).dict()["version"] == 2


def test_a_disputed_work_is_not_amended(registry, disputes, song, ada, ben, cleo, stranger):
    case = quarrel(disputes, song, stranger)
    sheet = replace(song.sheet, version=3)
    for master in (case.during, song.sheet.master):
        with refused("WorkRegistry_Disputed", song.id, case.id):
            amend(song, sheet, [ada, ben, cleo], master=master)
    case.drop(by=stranger)
    sheet = replace(song.sheet, version=4)
    amend(song, sheet, [ada, ben, cleo])
    assert registry.work(song.id).dict()["version"] == 4


def test_who_won_a_dispute_is_asked_like_everybody_else(registry, disputes, operator, song, ada, ben, cleo, stranger):
    case = quarrel(disputes, song, stranger)
    case.answer(by=ada)
    case.rule(upheld=True, by=operator)
    sheet = replace(song.sheet, version=4)
    with refused("WorkRegistry_ConsentMissing", song.id, stranger):
        amend(song, sheet, [ada, ben, cleo], master=case.won)
    amend(song, sheet, [ada, ben, cleo, stranger], master=case.won)
    assert registry.work(song.id).dict()["version"] == 4
