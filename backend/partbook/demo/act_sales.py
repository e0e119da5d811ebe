"""Act three: a fan buys her own copy; a ticket is bought, sold on under its cap, and opens the door once."""

from partbook.core.money import ether, parse_ether
from partbook.credentials.service import claim_attended, claim_contributed
from partbook.demo.cast import ANA, DEE, ELI, FAY, OLU, TITLE
from partbook.demo.stage import Stage
from partbook.editions.service import buy_edition
from partbook.shows.service import admit, announce, buy_offered_ticket, buy_ticket, offer_ticket, schedule, write_pass

HOUR = 3600
TICKET_PRICE = parse_ether("0.10")
CAP_BPS = 10_500
SIGNED_EDITION = 1


def sell(stage: Stage) -> None:
    """Editions and tickets, with the refusals that protect both."""
    _a_copy_of_her_own(stage)
    _a_ticket_that_obeys(stage)


def _a_copy_of_her_own(stage: Stage) -> None:
    tell, desk = stage.tell, stage.desk
    tell.act(f"{DEE.name}, {DEE.part}", "a copy of her own")
    with tell.step("buys one of the signed edition; her copy is marked for her") as lines:
        bought = buy_edition(desk, stage.edition_ids[SIGNED_EDITION], DEE.key, out=stage.out / "rain-choir-dee.wav")
        stage.copy_file, stage.copy_number = bought.file, bought.copy_number
        lines += [f"copy {bought.serial}, mark {bought.payload}, paid {ether(bought.paid)} ether"]
        stage.kept["purchase"] = bought.as_json()


def _a_ticket_that_obeys(stage: Stage) -> None:
    tell, desk = stage.tell, stage.desk
    tell.act(f"{OLU.name}, {OLU.part}", f"an evening with “{TITLE}”")
    with tell.step("announces a concert in Berlin; ticket money waits in escrow") as lines:
        concert = announce(desk, [(stage.work_id, 10_000)], OLU.key, 6000, 500, "Rain Choir, live in Berlin")
        starts = desk.now() + 48 * HOUR
        session = schedule(
            desk,
            concert.concert_id,
            OLU.key,
            TICKET_PRICE,
            200,
            starts,
            starts + 2 * HOUR,
            zone="Europe/Berlin",
            max_resale_bps=CAP_BPS,
            min_check_in_bps=5000,
        )
        stage.kept["session"] = session.as_json()
        lines.append(f"session {session.session_id}, {ether(TICKET_PRICE)} ether, resale at most {CAP_BPS / 100:.0f} %")
    tell.act(f"{ELI.name}, {ELI.part}", "buys, cannot go, sells on")
    with tell.step("buys a ticket"):
        ticket = buy_ticket(desk, session.session_id, ELI.key)
    with tell.refusal("asks 0.13 ether for it"):
        offer_ticket(desk, ticket.ticket_id, ELI.key, parse_ether("0.13"))
    with tell.step("offers it for 0.105 ether, and Fay takes it") as lines:
        offer_ticket(desk, ticket.ticket_id, ELI.key, parse_ether("0.105"))
        ticket = buy_offered_ticket(desk, ticket.ticket_id, FAY.key)
        lines.append("5 % of the resale went to the song")

    tell.act(f"{FAY.name}, {FAY.part}", "in, once")
    desk.chain.move_time(starts - HOUR - desk.now())
    door = stage.out / "fay-pass.json"
    with tell.step("signs her pass; the door lets her in"):
        write_pass(desk, [ticket.ticket_id], FAY.key, door)
        admit(desk, door, OLU.key)
    with tell.refusal("shows the same pass again"):
        admit(desk, door, OLU.key)
    with tell.step("claims a credential: she was there") as lines:
        credential = claim_attended(desk, ticket.ticket_id, FAY.key)
        lines.append(f"level {credential.level}, token {credential.token_id}")
        stage.kept["credential"] = credential.as_json()
    with tell.refusal("tries to hand the credential to Dee"):
        _hand_over(stage, credential.token_id)
    with tell.step(f"{ANA.name} claims hers: she made it"):
        claim_contributed(desk, stage.work_id, ANA.key)
    stage.kept["ticket_id"] = ticket.ticket_id
    desk.chain.move_time(4 * HOUR)


def _hand_over(stage: Stage, token_id: int) -> None:
    fay, dee = stage.desk.signer(FAY.key), stage.desk.address(DEE.key)
    stage.desk.contracts.credentials.transfer(token_id, fay.address, dee, fay)
