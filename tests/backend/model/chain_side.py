"""The other party: the same steps on a real chain, through the typed contracts that Partbook itself uses."""

from collections.abc import Sequence
from typing import Any

import registry_model as plain
from box_office_side import BoxOfficeSide
from chain_words import URI, ChainWords, hash_of, id_of
from coins import mint_tokens
from dispute_model import Claim
from plain_world import COIN, CONTRACTS, PEOPLE, World
from straight import Sender, straight
from twin import CLOCK, Step

from partbook.chain import dispute_module
from partbook.chain.connection import Chain
from partbook.chain.deployment import Contracts
from partbook.chain.receipts import Receipt
from partbook.chain.refusals import Refused
from partbook.chain.signers import Keyring, Signer
from partbook.chain.work_registry import commitment_of
from partbook.core.ids import Address, Hash32, WorkId
from partbook.core.money import BasisPoints, Wei

TOKEN_REFUSES = {"0xe450d38c": "ERC20InsufficientBalance"}
"""Errors of tokens, by the first bytes of what Partbook shows of an error that none of its contracts has."""


class ChainSide(BoxOfficeSide, ChainWords):
    """Takes steps on the chain.

    Args:
        people: signs for every name.
        contracts: either as Partbook sends to them or straight.
        sender: sends, where they are straight.
    """

    def __init__(
        self,
        chain: Chain,
        people: Keyring,
        contracts: Contracts,
        tokens: dict[str, Address],
        sender: Sender | None = None,
    ) -> None:
        super().__init__(chain, people, contracts, tokens)
        self.sender = sender

    @classmethod
    def born(cls, chain: Chain, people: Keyring, contracts: Contracts, *, ordinary: bool = False) -> "ChainSide":
        """A side with tokens; calls go straight, unless they shall go as Partbook sends them."""
        for name in PEOPLE:
            people.address(name)  # in this order, so that everybody's account is the same in every run
        tokens = mint_tokens(chain, people, contracts.vault.address)
        if ordinary:
            return cls(chain, people, contracts, tokens)
        made, sender = straight(contracts)
        return cls(chain, people, made, tokens, sender)

    def world(self) -> World:
        """What the chain has now, in the words of the models."""
        names = (*PEOPLE, *CONTRACTS)
        return World(
            now=self.now(),
            coins={name: int(self.chain.balance(self.address(name))) for name in names},
            tokens={token: {name: self._units(token, name) for name in names} for token in self.tokens},
            ascending=tuple(sorted(PEOPLE, key=lambda name: int(self.address(name), 16))),
        )

    def take(self, step: Step, now: int) -> tuple[str | None, int, int]:
        """Take a step.

        Args:
            now: Unix time in seconds at which it shall be taken; a call that is not sent straight may come later.

        Returns:
            The name under which it was refused, None where it was not; the wei that the caller spent on gas; and when.
        """
        if step.contract == CLOCK:
            return None, 0, self._turn(step.given["to"])
        before = self._stand(now)
        try:
            receipt = getattr(self, f"{step.contract}_{step.call}")(self.signer(step.by), **step.given)
        except Refused as refused:
            spent = self.sender.spent if self.sender else self._spent(before)
            return name_of(refused), spent, now if self.sender else self.now()
        return None, receipt.cost, now if self.sender else self.now()

    def now(self) -> int:
        """The time of the newest block, in Unix seconds."""
        newest: Any = self.chain.rpc("eth_getBlockByNumber", ["latest", False])
        return int(newest["timestamp"], 16)

    def _turn(self, to: int) -> int:
        """A block just before: the next call comes exactly when the clock was turned to."""
        self.chain.rpc("evm_mine", [to - 1])
        return to - 1

    def _stand(self, at: int) -> int:
        """Have the next call taken at this second, and give the number of the newest block.

        The node asks at the time of the newest block and mines by its clock; what is asked first needs a block there.
        """
        if self.sender:
            self.sender.at = at
            return 0
        self.chain.rpc("evm_setTime", [at * 1000])
        self.chain.rpc("evm_mine", [])
        return self.chain.head().number

    def _spent(self, before: int) -> int:
        """Wei for the gas of what was mined since; something only where a second passed after a call was asked."""
        spent = 0
        for number in range(before + 1, self.chain.head().number + 1):
            block: Any = self.chain.rpc("eth_getBlockByNumber", [hex(number), False])
            for sent in block["transactions"]:
                found: Any = self.chain.rpc("eth_getTransactionReceipt", [sent])
                spent += int(found["gasUsed"], 16) * int(found["effectiveGasPrice"], 16)
        return spent

    def _units(self, token: str, name: str) -> int:
        asked = "0x70a08231" + self.address(name)[2:].rjust(64, "0")  # balanceOf(address)
        return int(str(self.chain.rpc("eth_call", [{"to": self.tokens[token], "data": asked}, "latest"])), 16)

    def registry_commit(self, by: Signer, commitment: plain.Commitment | None) -> Receipt:
        if commitment is None:
            return self.registry.commit(Hash32(bytes(32)), by)
        registrant, audio, salt = commitment
        return self.registry.commit(commitment_of(self.address(registrant), hash_of(audio), hash_of(salt)), by)

    def registry_seal(
        self, by: Signer, work_id: int, salt: int, sheet: plain.Sheet, consents: Sequence[plain.Consent]
    ) -> Receipt:
        typed = self.sheet(sheet)
        signed = self.consents(work_id, typed, consents)
        return self.registry.seal(WorkId(work_id), hash_of(salt), typed, signed, by)

    def registry_amend(
        self,
        by: Signer,
        work_id: int,
        sheet: plain.Sheet,
        former: tuple[Sequence[plain.Line], Sequence[plain.Line]],
        consents: Sequence[plain.Consent],
    ) -> Receipt:
        typed = self.sheet(sheet)
        signed = self.consents(work_id, typed, consents)
        return self.registry.amend(WorkId(work_id), typed, *map(self.lines, former), signed, by)

    def registry_consent(self, by: Signer, work_id: int, sheet: plain.Sheet) -> Receipt:
        return self.registry.consent(WorkId(work_id), self.sheet(sheet), by)

    def registry_withdraw_consent(self, by: Signer, work_id: int, sheet: plain.Sheet) -> Receipt:
        return self.registry.withdraw_consent(WorkId(work_id), self.message(work_id, self.sheet(sheet)).digest(), by)

    def vault_pay(self, by: Signer, split: plain.Split, amount: int) -> Receipt:
        return self.vault.pay(id_of(split), Wei(amount), by)

    def vault_pay_work(self, by: Signer, work_id: int, to_master: int, amount: int) -> Receipt:
        return self.vault.pay_work(WorkId(work_id), Wei(to_master), Wei(amount), by)

    def vault_pay_token(self, by: Signer, split: plain.Split, token: str, amount: int) -> Receipt:
        return self.vault.pay(id_of(split), Wei(amount), by, self.token(token))

    def vault_claim(
        self, by: Signer, split: plain.Split, lines: Sequence[plain.Line], index: int, to: str, token: str = COIN
    ) -> Receipt:
        return self.vault.claim(id_of(split), self.lines(lines), index, by, self.address(to), self.token(token))

    def vault_claim_for(
        self, by: Signer, split: plain.Split, lines: Sequence[plain.Line], index: int, token: str = COIN
    ) -> Receipt:
        return self.vault.claim_for(id_of(split), self.lines(lines), index, by, self.token(token))

    def vault_allow_token(self, by: Signer, token: str, allowed: bool) -> Receipt:
        return self.vault.allow_token(self.token(token), allowed, by)

    def vault_pause(self, by: Signer) -> Receipt:
        return self.vault.pause(by)

    def vault_unpause(self, by: Signer) -> Receipt:
        return self.vault.unpause(by)

    def disputes_open(self, by: Signer, claim: Claim, lines: Sequence[plain.Line], bond: int) -> Receipt:
        typed = dispute_module.Claim(
            WorkId(claim.work_id),
            claim.side,  # type: ignore[arg-type]  # at times one that no sheet has
            claim.index,
            BasisPoints(claim.share),
            self.address(claim.beneficiary),
            hash_of(claim.evidence),
            URI,
        )
        return self.disputes.open(typed, self.lines(lines), Wei(bond), by)

    def disputes_answer(self, by: Signer, dispute_id: int) -> Receipt:
        return self.disputes.answer(dispute_id, hash_of(2), URI, by)

    def disputes_concede(self, by: Signer, dispute_id: int, lines: Sequence[plain.Line]) -> Receipt:
        return self.disputes.concede(dispute_id, self.lines(lines), by)

    def disputes_drop(self, by: Signer, dispute_id: int, lines: Sequence[plain.Line]) -> Receipt:
        return self.disputes.drop(dispute_id, self.lines(lines), by)

    def disputes_rule(self, by: Signer, dispute_id: int, upheld: bool, lines: Sequence[plain.Line]) -> Receipt:
        return self.disputes.rule(dispute_id, upheld, hash_of(3), URI, self.lines(lines), by)

    def disputes_expire(self, by: Signer, dispute_id: int, lines: Sequence[plain.Line]) -> Receipt:
        return self.disputes.expire(dispute_id, self.lines(lines), by)

    def disputes_withdraw(self, by: Signer, account: str) -> Receipt:
        return self.disputes.withdraw(self.address(account), by)

    def disputes_withdraw_to(self, by: Signer, to: str) -> Receipt:
        return self.disputes._send("withdrawTo", self.address(to), signer=by)

    def disputes_set_base_bond(self, by: Signer, bond: int) -> Receipt:
        return self.disputes._send("setBaseBond", bond, signer=by)

    def disputes_pause(self, by: Signer) -> Receipt:
        return self.disputes._send("pause", signer=by)

    def disputes_unpause(self, by: Signer) -> Receipt:
        return self.disputes._send("unpause", signer=by)


def name_of(refused: Refused) -> str:
    """The name of the error, the whole text where it has none."""
    token = next((name for selector, name in TOKEN_REFUSES.items() if selector in str(refused)), "")
    return refused.error_name or token or str(refused)
