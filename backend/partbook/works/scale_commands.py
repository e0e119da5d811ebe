"""`partbook scale`: the declared scales, where their tunings are from, and what they sound like."""

from pathlib import Path
from typing import Annotated

import numpy as np
import soundfile
import typer

from partbook.core.errors import UnusableInput
from partbook.core.files import replacing, write_whole
from partbook.core.settings import Settings
from partbook.core.terminal import progress, put, put_json, put_table, say
from partbook.music.midi_file import write_midi
from partbook.music.modes import parse_key
from partbook.music.scale_exercise import scale_exercise
from partbook.music.scale_presets import scale_preset, scale_presets
from partbook.sound.mastering import master
from partbook.sound.synthesis import render_midi

Json = Annotated[bool, typer.Option("--json", help="Give the result as JSON on stdout.")]
Name = Annotated[str, typer.Argument(help="Name of a scale, such as rast.", metavar="SCALE")]

scale = typer.Typer(help="Declared scales and their tunings, for `compose --scale`.", no_args_is_help=True)


def attach(cli: typer.Typer) -> None:
    """Add the noun `scale`."""
    cli.add_typer(scale, name="scale")


@scale.command("list")
def list_(json_: Json = False) -> None:
    """Every declared scale, by tradition. They are rules from named sources; no music of a tradition was learned."""
    presets = scale_presets().values()
    if json_:
        put_json([preset.as_json() for preset in presets])
        return
    rows = [(p.tradition, p.name, p.title, " ".join(f"{tone:g}" for tone in p.cents), p.harmony) for p in presets]
    put_table(("tradition", "name", "title", "cents", "parts"), rows)
    say("Next: partbook scale hear rast --out rast.wav   ·   partbook compose --mood joy --scale rast --out song")


@scale.command()
def show(name: Name, json_: Json = False) -> None:
    """One scale: its tones, its source, what to know of it."""
    preset = scale_preset(name)
    if json_:
        put_json(preset.as_json())
        return
    put(f"{preset.name} ({preset.title}), {preset.tradition}; declared by rule, not learned")
    rows = [
        (n + 1, f"{tone:.2f}", f"{100 * step:+d} {tone - 100 * step:+.2f}")
        for n, (tone, step) in enumerate(zip(preset.cents, preset.steps, strict=True))
    ]
    put_table(("tone", "cents", "key and bend"), rows)
    put(f"Octave {preset.octave / 100:g} cents. Parts: {preset.harmony}. {preset.note}")
    put(f"Source: {preset.source}.")


@scale.command()
def hear(
    context: typer.Context,
    name: Name,
    out: Annotated[Path, typer.Option(help="FILE.mid for the notes, or FILE.wav for the sound.", metavar="FILE")],
    key: Annotated[str, typer.Option(help="Its first tone, such as D or Bb.")] = "C",
    json_: Json = False,
) -> None:
    """Write the scale up and down over its first tone, in its own tuning."""
    settings: Settings = context.obj
    preset, (tonic, mode) = scale_preset(name), parse_key(key)
    if mode is not None:
        raise UnusableInput(f"--key '{key}' names a mode; the scale is {name}. Give a tonic only, such as D.")
    midi = write_midi(scale_exercise(preset, tonic))
    if out.suffix.lower() == ".mid":
        write_whole(out, midi)
    elif out.suffix.lower() == ".wav":
        with progress("Playing", quiet=json_):
            played = render_midi(midi, settings.soundfont)
            samples = np.clip(np.rint(master(played.mix, played.rate) * 32767), -32768, 32767).astype(np.int16)
        with replacing(out) as scratch:
            soundfile.write(scratch, samples, played.rate, subtype="PCM_16", format="WAV")
    else:
        raise UnusableInput(f"{out} ends in neither .mid nor .wav, so it is not clear what to write.")
    if json_:
        put_json({"file": str(out), **preset.as_json()})
        return
    put(f"{out}: {preset.name} ({preset.title}) on {key}")
