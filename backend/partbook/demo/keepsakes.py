"""What stays in hand after the demo: pictures, the MIDI, and `credits.html`, which opens without a server."""

import json
import shutil
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

from partbook.core.files import write_whole
from partbook.core.money import ether, percent
from partbook.demo.cast import LYRICS, TITLE
from partbook.demo.stage import Stage
from partbook.royalties.flow_picture import money_flow_svg
from partbook.royalties.service import flow
from partbook.sound.codecs import excerpt_mp3
from partbook.sound.waveform import waveform_svg
from partbook.works.service import release_path, show_work
from partbook.works.shares_picture import ShareLine, shares_svg
from partbook.works.song_folder import SongFolder
from partbook.works.song_pictures import piano_roll_svg, score_svg

PREVIEW_SECONDS = 30.0


def keep(stage: Stage) -> None:
    """Write every picture, the released sound, the MIDI, `credits.html` and `story.json`."""
    out, tell = stage.out, stage.tell
    tell.act("In hand", f"what is in {out.name}/")
    with tell.step("pictures: score, piano roll, waveform, shares, money flow"):
        song = SongFolder.open(stage.song)
        released = release_path(stage.desk, stage.work_id)
        shutil.copyfile(released, out / "rain-choir.wav")
        shutil.copyfile(song.paths.score, out / "rain-choir.mid")
        excerpt_mp3(released, out / "rain-choir.mp3", 0.0, 600.0, 192)
        write_whole(out / "score.svg", score_svg(song).encode())
        write_whole(out / "piano-roll.svg", piano_roll_svg(song).encode())
        write_whole(out / "waveform.svg", waveform_svg(released, title=TITLE).encode())
        write_whole(out / "shares.svg", _shares(stage).encode())
        write_whole(out / "money-flow.svg", _money(stage).encode())
    with tell.step("credits.html: open it in any browser"):
        write_whole(out / "credits.html", _credits_page(stage).encode())
    story = {**stage.kept, "told": tell.told}
    write_whole(out / "story.json", (json.dumps(story, indent=2, ensure_ascii=False, default=str) + "\n").encode())


def _shares(stage: Stage) -> str:
    work = show_work(stage.desk, stage.work_id)
    sides = [("Recording (master)", work.master), ("Composition", work.composition)]
    return shares_svg(
        TITLE,
        [
            (side, [ShareLine(line.name, line.role, line.payout_bps, line.ai_pct) for line in lines])
            for side, lines in sides
        ],
    )


def _money(stage: Stage) -> str:
    return money_flow_svg(f"“{TITLE}”: every coin", flow(stage.desk, stage.work_id).flows)


def _credits_page(stage: Stage) -> str:
    pages = Environment(
        loader=PackageLoader("partbook.demo"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
    )
    pages.filters |= {"percent": percent, "ether": lambda wei: ether(int(wei))}
    work = show_work(stage.desk, stage.work_id)
    context: dict[str, Any] = {
        "work": work,
        "ai": stage.kept["ai_share_after"],
        "before": stage.kept["ai_share_before"],
        "leak": stage.kept["leak"],
        "money": stage.kept["money"],
        "lyrics": LYRICS,
        "refusals": [each for each in stage.tell.told if each["refused"]],
    }
    return pages.get_template("credits.html").render(context)
