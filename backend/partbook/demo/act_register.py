"""Act two: everybody signs one sheet, the song is marked, pinned and registered, and three editions go on sale."""

import json

from partbook.audit.laws import eu
from partbook.audit.laws.evidence import gather
from partbook.audit.laws.rules import judged
from partbook.core.errors import Mismatch
from partbook.core.ids import WorkId
from partbook.core.money import ether, parse_ether, percent
from partbook.demo.cast import ANA, BEN, CHEN, TITLE
from partbook.demo.stage import Stage
from partbook.editions.service import release_edition
from partbook.works.service import open_work, register_work
from partbook.works.sheets import Agreed, new_sheet, sheet_state, sign_sheet

NAMES = {person.key: person.name for person in (ANA, BEN, CHEN)}
SHARES = (
    Agreed("master", ANA.key, "producer", 5000),
    Agreed("master", BEN.key, "performer", 3000),
    Agreed("master", CHEN.key, "lyricist", 2000),
    Agreed("composition", ANA.key, "composer", 4500),
    Agreed("composition", BEN.key, "composer", 3000),
    Agreed("composition", CHEN.key, "lyricist", 2500),
)
TOO_MUCH = (*SHARES[:-1], Agreed("composition", CHEN.key, "lyricist", 2900))
EDITIONS = (("0.02", 100, "open"), ("0.05", 25, "signed"), ("0.20", 3, "collector's"))
"""Price in ether, how many, and what people call it."""


def register_the_song(stage: Stage) -> None:
    """From a finished song to three editions on sale; unsigned and over-full sheets are refused on the way."""
    tell, desk = stage.tell, stage.desk
    tell.act(f"{ANA.name}, {BEN.name}, {CHEN.name}", "one sheet, three signatures")
    with tell.step("the place in the registry is taken, the sound marked, labelled and pinned") as lines:
        opened = open_work(desk, stage.song, ANA.key)
        stage.work_id = opened.work_id
        checks = ", ".join(f"{row['name']} {'✓' if row['ok'] else '✗'}" for row in map(_as_row, opened.self_check))
        lines += [f"mark {opened.payload}, read back through {checks}", f"preview ipfs://{opened.cids['preview']}"]
    with tell.step("the release says by itself what a machine had a part in: mark check --law eu") as lines:
        answer = judged("eu", eu.RULES, gather(opened.release_file, desk.settings))
        if not answer.ok:
            raise Mismatch(f"{opened.release_file.name} does not keep the labelling rules of the EU.")
        lines += [f"{rule.id} {ruling.result.value}: {ruling.evidence}" for rule, ruling in answer.rulings[:5]]
        stage.kept["labels"] = answer.as_json()
    with tell.refusal("a sheet of 104 %"):
        new_sheet(desk, stage.song, ANA.key, TOO_MUCH, NAMES)
    with tell.step("the split sheet") as lines:
        new_sheet(desk, stage.song, ANA.key, SHARES, NAMES)
        for side in ("master", "composition"):
            paid = [f"{NAMES[each.who]} {percent(each.payout_bps)}" for each in SHARES if each.side == side]
            lines.append(f"{side}: {', '.join(paid)}")
    for person in (ANA, BEN):
        with tell.step(f"{person.name} signs"):
            sign_sheet(desk, stage.song, person.key)
    with tell.refusal("register before everybody has signed"):
        register_work(desk, stage.song)
    with tell.step(f"{CHEN.name} signs") as lines:
        sign_sheet(desk, stage.song, CHEN.key)
        lines.append(sheet_state(desk, stage.song).sentence)
    with tell.step(f"“{TITLE}” is registered") as lines:
        work = register_work(desk, stage.song)
        lines.append(f"work {work.work_id}, sheet version {work.version}, AI share {percent(work.ai_bps or 0)}")
        stage.kept["work"] = json.loads(json.dumps(work.as_json(), default=str))
    with tell.step("three editions go on sale") as lines:
        for price, cap, name in EDITIONS:
            edition = release_edition(desk, WorkId(stage.work_id), ANA.key, parse_ether(price), cap)
            stage.edition_ids.append(edition.edition_id)
            lines.append(f"edition {edition.index} ({name}): {cap} copies at {ether(parse_ether(price))} ether")


def _as_row(check: object) -> dict[str, object]:
    return dict(check) if isinstance(check, dict) else vars(check)
