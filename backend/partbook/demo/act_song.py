"""Act one: a songwriter composes with a machine, a co-writer replaces eight bars, a lyricist brings words."""

import shutil
from itertools import groupby
from typing import Any

from partbook.core.clock import Clock
from partbook.core.errors import Mismatch
from partbook.core.money import percent
from partbook.demo.ben_plays import FIRST_BAR, LAST_BAR, bens_bars
from partbook.demo.cast import ANA, BEN, CHEN, LYRICS, MOOD, SECONDS, SEED, TITLE
from partbook.demo.stage import Stage
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.song_rendering import render_song
from partbook.works.song_share import share_of
from partbook.works.song_verifying import verify_song
from partbook.works.takes import add_take


def write_the_song(stage: Stage, clock: Clock) -> None:
    """Compose, take, add words; show the AI share before and after, and that a changed bit is named."""
    tell, desk = stage.tell, stage.desk
    request = ComposeRequest(mood=MOOD, seconds=SECONDS, seed=SEED, title=TITLE, by=desk.address(ANA.key))

    tell.act(f"{ANA.name}, {ANA.part}", f"“{TITLE}” with the machine")
    with tell.refusal('asks for the mood "grief, then hopp"'):
        compose_song(stage.out / "nothing", ComposeRequest(mood="grief, then hopp", seconds=SECONDS), None, clock)
    with tell.step(f'composes {SECONDS} s from "{MOOD}"') as lines:
        song = compose_song(stage.song, request, None, clock)
        plan = song.song["plan"]
        lines += _moods(plan)
    _show_share(stage, song, "before")

    tell.act(f"{BEN.name}, {BEN.part}", f"bars {FIRST_BAR}–{LAST_BAR} of the melody")
    with tell.step("writes his own melody there, from a MIDI file"):
        played = stage.out / "ben-bars-9-16.mid"
        played.write_bytes(bens_bars(make_plan(request)))
        add_take(song, "melody", played, f"{FIRST_BAR}-{LAST_BAR}", desk.address(BEN.key), clock)

    tell.act(f"{CHEN.name}, {CHEN.part}", "the words")
    with tell.step("adds eight lines"):
        words = stage.out / "lyrics.txt"
        words.write_text(LYRICS, encoding="utf-8")
        add_take(song, "lyrics", words, f"1-{plan['bars']}", desk.address(CHEN.key), clock)
    with tell.step("the song is played and mastered to −16 LUFS"):
        render_song(song, desk.settings.soundfont)
    _show_share(stage, song, "after")
    with tell.step("the song proves itself: draft, takes, log and sound agree"):
        found = verify_song(song)
        if found:
            raise Mismatch(f"The song does not verify: {found[0]}")
    with tell.refusal("somebody flips one bit of the draft"):
        _flip_a_bit(stage)


def _moods(plan: dict[str, Any]) -> list[str]:
    """One line per mood: where it lies in the song, and what it does to the music."""
    lines = []
    for words, group in groupby(plan["sections"], key=lambda section: section["words"]):
        sections = list(group)
        first = sections[0]
        bars = f"bars {first['bars'][0]}–{sections[-1]['bars'][1]}"
        key = f"{plan['key']} {first['mode']}"
        lines.append(f"{words}: {bars}, {key}, {first['tempo']} bpm, {first['density']:.2f} notes per beat")
    return lines


def _show_share(stage: Stage, song: SongFolder, when: str) -> None:
    with stage.tell.step(f"the AI share, {when}") as lines:
        share = share_of(song)
        lines.append(
            ", ".join(f"{name} {percent(layer.ai_bps)}" for name, layer in share.layers.items())
            + f"; in all {percent(share.total_bps)}"
        )
        stage.kept[f"ai_share_{when}"] = share.as_json()


def _flip_a_bit(stage: Stage) -> None:
    copy = stage.out / "flipped"
    shutil.copytree(stage.song, copy, dirs_exist_ok=True)
    try:
        draft = copy / "draft.mid"
        data = bytearray(draft.read_bytes())
        data[len(data) // 2] ^= 1
        draft.write_bytes(data)
        found = verify_song(SongFolder.open(copy))
        if found:
            raise Mismatch(str(found[0]))
    finally:
        shutil.rmtree(copy)
