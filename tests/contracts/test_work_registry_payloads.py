"""What a mark in a file says, and which work it leads to."""

import sheets
from brownie import chain, web3
from eth_abi import encode
from refusals import refused


def test_the_tag_comes_from_chain_and_contract(registry):
    tag = web3.keccak(encode(["uint256", "address"], [chain.id, registry.address]))[:2]
    assert registry.registryTag() == int.from_bytes(tag, "big")


def test_a_payload_names_its_work_under_every_key(registry, song):
    for key_id in range(16):
        payload = registry.payloadOf(song.id, key_id)
        assert payload == 1 << 60 | key_id << 56 | registry.registryTag() << 40 | song.id
        assert list(registry.resolve(payload)) == [song.id, 1]
    with refused("WorkRegistry_KeyIdTooLarge", 16, 15):
        registry.payloadOf(song.id, 16)


def test_a_payload_can_be_asked_for_before_the_work_is_sealed_but_does_not_resolve(registry, ada):
    work_id = sheets.commit(registry, ada, sheets.new_audio())
    payload = registry.payloadOf(work_id, 0)
    with refused("WorkRegistry_NotSealed", work_id):
        registry.resolve(payload)


def test_a_wrong_payload_never_resolves(registry, song):
    payload = registry.payloadOf(song.id, 0)
    for version in (0, 2, 15):
        wrong = payload & ~(0xF << 60) | version << 60
        with refused("WorkRegistry_PayloadVersionUnknown", wrong, version, 1):
            registry.resolve(wrong)
    other = payload ^ 1 << 40
    with refused("WorkRegistry_PayloadOfOtherRegistry", other, registry.registryTag() ^ 1, registry.registryTag()):
        registry.resolve(other)
    with refused("WorkRegistry_UnknownWork", 2**40 - 1, registry.works()):
        registry.resolve(payload | 2**40 - 1)
    with refused("WorkRegistry_UnknownWork", 0, registry.works()):
        registry.resolve(payload - song.id)
