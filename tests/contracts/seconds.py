"""Have the chain do something in exactly one second of its time, however slow the machine is."""

from brownie import chain, web3

GAS, GAS_PRICE = 10_000_000, 2 * 10**9


def at(second, call, *words):
    """Send a transaction that is mined in a block of this Unix time; returns it, or raises as its contract refuses.

    Brownie sees it when it is mined: it would watch a waiting one in a thread that outlives the test, and that takes a
    later test's transaction of the same number for dropped.

    Args:
        second: the block's time; not before the latest block's.
        call: a contract's method, such as `tickets.buy`.
        words: what it takes, its options (`from`, and `value` if there is one) last.
    """
    *arguments, options = words
    _ask("miner_stop")
    try:
        sent = _send(options["from"], call._address, options.get("value", 0), call.encode_input(*arguments))
        _ask("evm_mine", second)
    finally:
        _ask("miner_start")
    tx = chain.get_transaction(sent)
    assert tx.timestamp == second
    if tx.status != 1:
        call.call(*arguments, options)  # asked again in the same second: raises with the contract's own words
        raise AssertionError("the transaction failed, but the same call does not")
    return tx


def _send(sender, to, value, data):
    """The hash of a transaction that now waits for its block."""
    order = {"to": to, "value": value, "data": data, "gas": GAS, "gasPrice": GAS_PRICE}
    if not hasattr(sender, "private_key"):
        return web3.eth.send_transaction(order | {"from": sender.address})
    place = {"nonce": web3.eth.get_transaction_count(sender.address), "chainId": chain.id}
    signed = web3.eth.account.sign_transaction(order | place, sender.private_key)
    return web3.eth.send_raw_transaction(signed.raw_transaction)


def _ask(method, *words):
    web3.provider.make_request(method, list(words))
