"""AI credits by role: from the layers, weighed as the share weighs them, as JSON and as XML."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import typer
from label_scenes import NOW, settings_at

from partbook.core.clock import FixedClock
from partbook.core.errors import UnusableInput
from partbook.music.request import ComposeRequest
from partbook.music.score import LAYERS
from partbook.music.share_policy import read_policy
from partbook.works import song_commands
from partbook.works.labels.ai_credits import NAMESPACE, ROLES, ai_credits
from partbook.works.labels.making import Making
from partbook.works.song_making import compose_song
from partbook.works.takes import add_take

WEIGHTS = {"melody": 30, "harmony": 20, "bass": 10, "rhythm": 10, "lyrics": 10, "performance": 10, "production": 10}
ADDRESS = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


def of(**layers: int) -> dict[str, tuple[int, str]]:
    """Share and involvement of each role of a song with these layers."""
    share = {"policy": "p", "total_bps": 1, "layers": {name: {"ai_bps": bps} for name, bps in layers.items()}}
    found = ai_credits(Making("Rain", "rules", "1", False, share), "en", WEIGHTS)
    return {each.role: (each.ai_bps, each.involvement) for each in found.roles}


def test_a_role_weighs_its_layers_as_the_policy_does() -> None:
    assert of(melody=0, harmony=10_000, lyrics=0) == {"Lyrics": (0, "None"), "Composition": (4000, "Partial")}
    assert of(performance=10_000, production=2500) == {
        "Instrumentation": (10_000, "Full"),
        "PostProduction": (2500, "Partial"),
    }


def test_a_trace_of_a_machine_or_of_a_person_is_never_rounded_away() -> None:
    assert of(melody=1, harmony=0, bass=0, rhythm=0)["Composition"] == (1, "Partial")
    assert of(melody=0, rhythm=1)["Composition"] == (1, "Partial")
    assert of(melody=10_000, harmony=10_000, bass=10_000, rhythm=9_999)["Composition"] == (9_999, "Partial")
    assert of(melody=10_000, harmony=10_000)["Composition"] == (10_000, "Full")


def test_every_layer_of_the_share_has_its_role_and_every_role_layer_a_weight() -> None:
    layers = [layer for parts in ROLES.values() for layer in parts]
    assert sorted(layers) == sorted(LAYERS)
    assert set(layers) <= set(read_policy().weights)


def test_a_layer_without_a_role_is_refused() -> None:
    with pytest.raises(UnusableInput, match="layer dance"):
        of(dance=1)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Ten seconds by the machine, with words by a person, and a title that XML has to escape."""
    request = ComposeRequest(mood="calm", seconds=10, seed=3, title="Rain & <Sun>")
    folder = compose_song(tmp_path / "song", request, None, FixedClock(NOW))
    (tmp_path / "words.txt").write_text("Rain on the roof\n", encoding="utf-8")
    add_take(folder, "lyrics", tmp_path / "words.txt", None, ADDRESS, FixedClock(NOW))
    return folder.path


def test_the_command_gives_a_table_json_and_xml_that_agree(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: Any) -> str:
        cli = typer.Typer()

        @cli.callback()
        def settings(context: typer.Context) -> None:
            context.obj = settings_at(tmp_path / "home")

        song_commands.attach(cli)
        cli(["song", "credits", *map(str, words)], standalone_mode=False)
        return capsys.readouterr().out

    found = json.loads(run(song, "--json", "--out", tmp_path / "credits.xml"))
    roles = {each["role"]: each["involvement"] for each in found["roles"]}
    assert roles == {"Lyrics": "None", "Composition": "Full", "Instrumentation": "Full", "PostProduction": "Full"}
    assert found["absent"] == ["Vocals"]
    assert "not a DDEX message" in found["says"]
    root = ElementTree.fromstring((tmp_path / "credits.xml").read_bytes())
    space = {"p": NAMESPACE}
    assert root.findtext("p:SoundRecording/p:DisplayTitleText", namespaces=space) == "Rain & <Sun>"
    written = {
        each.findtext("p:Role", namespaces=space): int(each.findtext("p:AiShare", "-1", space))
        for each in root.iterfind(".//p:AiCredit", space)
    }
    assert written == {each["role"]: each["ai_bps"] for each in found["roles"]}
    table = run(song)
    assert "Composition" in table
    assert "Not in this song: Vocals." in table
