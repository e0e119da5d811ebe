"""Act four: the evening is settled, everybody is paid, and the chain is asked whether anything is missing."""

from partbook.core.errors import Mismatch
from partbook.core.files import write_whole
from partbook.core.money import ether
from partbook.demo.cast import ANA, BEN, CHEN, ELI, OLU
from partbook.demo.stage import Stage
from partbook.royalties.service import balance, claim, claim_all, statement
from partbook.shows.service import settle, withdraw


def pay_everybody(stage: Stage) -> None:
    """Settle, claim, write the statements, and assert on the chain that no wei is lost."""
    tell, desk = stage.tell, stage.desk
    tell.act(f"{OLU.name}, {OLU.part}", "settles the evening")
    with tell.step("60 % to the house, 40 % to the works that were played"):
        settle(desk, stage.kept["session"]["session_id"], OLU.key)
        withdraw(desk, OLU.key)
        withdraw(desk, ELI.key)
    tell.act(f"{ANA.name}, {BEN.name}, {CHEN.name}", "claim what is theirs")
    with tell.step("everyone is paid") as lines:
        claims = claim_all(desk, stage.work_id)
        paid: dict[str, int] = {}
        for each in claims:
            paid[each.name] = paid.get(each.name, 0) + each.amount
        lines += [f"{name}: {ether(amount)} ether" for name, amount in paid.items()]
    with tell.refusal("Ben claims a second time"):
        if not claim(desk, stage.work_id, BEN.key):
            raise Mismatch("Nothing is due to Ben Okafor: all of it has been claimed.")
    with tell.step("statements") as lines:
        for person in (ANA, BEN, CHEN):
            sheet = statement(desk, desk.address(person.key))
            target = stage.out / "statements" / f"{person.key}.csv"
            write_whole(target, sheet.as_csv().encode())
            lines.append(f"{person.name}: {ether(sheet.total)} ether, {target.relative_to(stage.out)}")
    with tell.step("on the chain: claims add up to payments") as lines:
        lines += _prove(stage)


def _prove(stage: Stage) -> list[str]:
    """Compare what each split received and released, from chain state; at most N − 1 wei may be left of N payees.

    Raises:
        Mismatch: money is missing, or was made.
    """
    state = balance(stage.desk, stage.work_id)
    lines, kept = [], []
    for split in state.splits:
        left = split.received - split.released
        if not 0 <= left <= split.payees - 1:
            raise Mismatch(
                f"Split {split.side}: received {split.received} wei, released {split.released} wei; "
                f"{left} wei are left of {split.payees} payees, and at most {split.payees - 1} may be."
            )
        lines.append(
            f"{split.side}: received {ether(split.received)}, claimed {ether(split.released)}, {left} wei left"
        )
        kept.append({**vars(split), "left": left})
    stage.kept["money"] = [{key: str(value) for key, value in each.items()} for each in kept]
    return lines
