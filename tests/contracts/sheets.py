"""Split sheets as the tests write them: pack lines, sign a sheet, seal a work."""

import itertools
from dataclasses import dataclass, field, replace

from brownie import accounts, chain, web3
from eth_abi import encode
from eth_account import Account

MASTER, COMPOSITION = 0, 1
EDGE, DISPUTED = 1, 2
COIN = "0x0000000000000000000000000000000000000000"
COMPOSER, LYRICIST, PERFORMER, PARENT = 1, 2, 5, 11

_salts = itertools.count(1)


def person(name):
    """An account whose key the tests know, with coin on it."""
    account = accounts.add(web3.keccak(text=name).hex())
    web3.provider.make_request("evm_setAccountBalance", [account.address, hex(10**20)])
    return account


def line(payee, payout, credit=None, role=COMPOSER, ai=0, flags=0):
    """One packed line; `payee` is an account, an address or the number of a parent work (with EDGE)."""
    number = payee if isinstance(payee, int) else int(str(payee), 16)
    credit = payout if credit is None else credit
    return number | payout << 160 | credit << 176 | role << 192 | ai << 208 | flags << 216


def edge(parent_work, payout, credit=0):
    """A line that sends its share to a parent work."""
    return line(parent_work, payout, credit, role=PARENT, flags=EDGE)


def share_line(payee, share, role, flags=0):
    """A line without credit, as a dispute leaves it: for the winner or, with DISPUTED, for the dispute's number."""
    return line(payee, share, 0, role=role, flags=flags)


def list_hash(lines):
    """What the vault keeps of a list."""
    return bytes(web3.keccak(b"".join(word.to_bytes(32, "big") for word in lines)))


def split_id(work_id, side, version):
    """The name of one list's account, computed anew: both sides differ in the lowest bit alone."""
    name = int.from_bytes(web3.keccak(encode(["uint256", "uint32"], [work_id, version])), "big")
    return (name >> 1 << 1 | side).to_bytes(32, "big")


def suspense_id(dispute_id):
    """The name of the account where a dispute's money waits, computed anew."""
    name = int.from_bytes(web3.keccak(encode(["string", "uint256"], ["suspense", dispute_id])), "big")
    return (name >> 1 << 1).to_bytes(32, "big")


def unpack(word):
    """The six fields of a line, as they are signed."""
    return {
        "payee": web3.to_checksum_address(f"0x{word & 2**160 - 1:040x}"),
        "payoutBps": word >> 160 & 0xFFFF,
        "creditBps": word >> 176 & 0xFFFF,
        "role": word >> 192 & 0xFFFF,
        "aiPct": word >> 208 & 0xFF,
        "flags": word >> 216 & 0xFF,
    }


@dataclass(frozen=True)
class Sheet:
    """A sheet before it is signed."""

    master: list
    composition: list
    audio: bytes
    version: int = 1
    metadata: bytes = b"\x11" * 32
    deadline: int = 2**40
    uri: str = "ipfs://sheet"

    def encoded(self):
        """As the registry takes it."""
        fields = (self.version, self.metadata, self.audio, self.deadline, self.uri, self.master, self.composition)
        return tuple(fields)


TYPES = {
    "SplitSheet": [
        {"name": "workId", "type": "uint256"},
        {"name": "version", "type": "uint32"},
        {"name": "metadataHash", "type": "bytes32"},
        {"name": "audioHash", "type": "bytes32"},
        {"name": "master", "type": "Line[]"},
        {"name": "composition", "type": "Line[]"},
        {"name": "deadline", "type": "uint64"},
    ],
    "Line": [
        {"name": "payee", "type": "address"},
        {"name": "payoutBps", "type": "uint16"},
        {"name": "creditBps", "type": "uint16"},
        {"name": "role", "type": "uint16"},
        {"name": "aiPct", "type": "uint8"},
        {"name": "flags", "type": "uint8"},
    ],
}


def signature(signer, registry, work_id, sheet, **domain):
    """What a wallet returns for this sheet; `domain` overrides fields of the EIP-712 domain."""
    return signed(signer, registry, work_id, sheet, **domain).signature


def signed(signer, registry, work_id, sheet, **domain):
    """The digest and the signature, computed as a wallet does."""
    return Account.sign_typed_data(
        signer.private_key,
        {
            "name": "Partbook WorkRegistry",
            "version": "1",
            "chainId": chain.id,
            "verifyingContract": registry.address,
            **domain,
        },
        TYPES,
        {
            "workId": work_id,
            "version": sheet.version,
            "metadataHash": sheet.metadata,
            "audioHash": sheet.audio,
            "master": [unpack(word) for word in sheet.master],
            "composition": [unpack(word) for word in sheet.composition],
            "deadline": sheet.deadline,
        },
    )


def consents(signers, registry, work_id, sheet, **domain):
    """The signers' consents in the order that the registry wants."""
    ordered = sorted(signers, key=lambda account: int(account.address, 16))
    return [(one.address, signature(one, registry, work_id, sheet, **domain)) for one in ordered]


def new_audio():
    """The hash of a recording that nobody has sealed."""
    return bytes(web3.keccak(text=f"recording {next(_salts)}"))


def commit(registry, registrant, audio, salt=b"\x05" * 32):
    """Commit to a recording; returns the work's number."""
    commitment = web3.keccak(encode(["address", "bytes32", "bytes32"], [registrant.address, audio, salt]))
    return registry.commit(commitment, {"from": registrant}).return_value


def seal(registry, registrant, work_id, sheet, signers, salt=b"\x05" * 32):
    """Seal a committed work with the consent of these people; returns the transaction."""
    given = consents(signers, registry, work_id, sheet)
    return registry.seal(work_id, salt, sheet.encoded(), given, {"from": registrant})


@dataclass(frozen=True)
class SealedWork:
    """A sealed work and what claims need of it."""

    registry: object
    id: int
    registrant: object
    sheet: Sheet
    signers: list = field(default_factory=list)

    def lines(self, side):
        """The list that a claim repeats."""
        return self.sheet.master if side == MASTER else self.sheet.composition

    def split(self, side):
        """The account of this version's list in the vault."""
        return self.registry.splitId(self.id, side, self.sheet.version)


def seal_work(registry, registrant, master, composition=None, signers=None):
    """A sealed work in one step; the composition is shared like the master unless told."""
    sheet = Sheet(list(master), list(composition or master), new_audio())
    signers = list(signers or [registrant])
    work_id = commit(registry, registrant, sheet.audio)
    seal(registry, registrant, work_id, sheet, signers)
    return SealedWork(registry, work_id, registrant, sheet, signers)


def amend_work(work, signers, **changes):
    """Give a sealed work its next sheet; `signers` are all who must sign it, old and new."""
    sheet = replace(work.sheet, version=work.sheet.version + 1, **changes)
    given = consents(signers, work.registry, work.id, sheet)
    former = work.sheet.master, work.sheet.composition
    work.registry.amend(work.id, sheet.encoded(), *former, given, {"from": work.registrant})
    payees = {word & 2**160 - 1 for word in sheet.master + sheet.composition if not word >> 216 & EDGE}
    remaining = [one for one in signers if int(one.address, 16) in payees]
    return SealedWork(work.registry, work.id, work.registrant, sheet, remaining)
