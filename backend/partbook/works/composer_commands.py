"""`partbook composer`: which engines compose, what they were trained on by tradition, what is declared by rule."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from partbook.core.settings import ARTIFACTS
from partbook.core.terminal import put, put_json, put_table, say
from partbook.music.engine_versions import ENGINE_NAME, ENGINE_VERSION
from partbook.music.scale_presets import scale_presets
from partbook.music.training_report import TrainingReport, training_report

MANIFEST = ARTIFACTS / "composer" / "corpus-manifest.jsonl"
RULES = "written by hand and trained on nothing"

composer = typer.Typer(help="What the composer is and what it was trained on.", no_args_is_help=True)


def attach(cli: typer.Typer) -> None:
    """Add the noun `composer`."""
    cli.add_typer(composer, name="composer")


@composer.callback()
def _only_its_commands() -> None:
    """What the composer is and what it was trained on."""


@composer.command()
def about(
    manifest: Annotated[
        Path, typer.Option(help="Corpus manifest, if not the shipped one.", metavar="FILE", show_default=False)
    ] = MANIFEST,
    json_: Annotated[bool, typer.Option("--json", help="Give the result as JSON on stdout.")] = False,
) -> None:
    """What the model was trained on, by tradition; and which traditions are there by declared rule only."""
    report = training_report(manifest)
    declared = Counter(preset.tradition for preset in scale_presets().values())
    if json_:
        put_json(_about(report, declared))
        return
    put(f"Engine {ENGINE_NAME} {ENGINE_VERSION}: {RULES}.")
    _put_training(report, manifest)
    rows = [(tradition, number) for tradition, number in declared.items()]
    put_table(("tradition", "scales"), rows, title="declared by rule, not learned")
    say("Next: partbook scale list")


def _about(report: TrainingReport, declared: Counter[str]) -> dict[str, Any]:
    return {
        "rules": {"version": ENGINE_VERSION, "trained_on": [], "says": RULES},
        "transformer": report.as_json() if report.pieces else None,
        "declared_scales": dict(declared),
    }


def _put_training(report: TrainingReport, manifest: Path) -> None:
    if not report.pieces:
        put(f"No model is here: {manifest} is missing or empty. Only the rules compose, which learned from no music.")
        return
    learned = sum(
        number for counts in report.traditions.values() for split, number in counts.items() if "train" in split
    )
    put(
        f"Engine transformer: trained on {learned} of these {report.pieces} pieces; the others were held out to judge "
        f"it (manifest {report.manifest_sha256[:16]}…)."
    )
    splits = sorted({split for counts in report.traditions.values() for split in counts})
    rows = []
    for tradition, counts in report.traditions.items():
        of_all = f"{100 * sum(counts.values()) / report.pieces:.1f} %"
        rows.append((tradition, *(counts.get(split, 0) for split in splits), of_all))
    put_table(("tradition", *splits, "of all"), rows, title="training data")
    put_table(("licence", "pieces"), list(report.licences.items()))
    put_table(("source", "pieces"), list(report.sources.items()))
