"""The model card: what the network is, what it learned from, how well it does, and what it cannot do."""

import json
from pathlib import Path
from typing import Any

from composer_training.sources import CORPORA
from partbook.music.model.known_runs import RUN

CARD, FACTS = "model-card.md", "model-card.json"

_HEAD = """# The learned composer

A causal Transformer of {parameters:,} parameters ({layers} layers, width {width}, {heads} heads, {context} tokens of
context) that continues music written as tokens: bars, up to four roles, the tonic always on C. It was trained from
nothing on the scores listed below and on nothing else. The engine `transformer` of `partbook compose` uses it under a
grammar, a scale lock and a plan made by rules.

| File | SHA-256 |
|---|---|
| `weights.npz` (half precision; the reference, NumPy in double precision, reads it) | `{weights_sha256}` |
| `network.onnx` (the same weights for ONNX Runtime, single precision) | `{graph_sha256}` |
| `corpus-manifest.jsonl` (every piece: source, licence, hash, split) | `{manifest_sha256}` |
| `training-runs.npz` (hashes of {runs:,} runs of {run} melody steps of training, which no song has) | `{runs_sha256}` |

## Data

| Source | Music | Licence | Pieces | Windows | Tokens |
|---|---|---|---|---|---|
{corpus}

Pieces without a licence line of their own, where the source writes one in every file, were left out, and so were all
sources that forbid commercial use or state no licence. Music of the Polish archives: Polish Music Heritage in Open
Access, The Fryderyk Chopin Institute, https://polishscores.org, CC BY 4.0; its scores were cut into windows, transposed
and turned into tokens. The split is fixed by each piece's id: 93 % training, 3 % validation, 4 % test; a held-out
window that shares a run of 12 melody steps with training is left out.

## Training

{steps:,} steps, {seen:.2f} M tokens; the training split has {available:.2f} M. {minutes} minutes of one processor core.
Loss on validation windows at the end: {validation:.3f} nats per token.

## Figures

{figures}

## What it cannot do

- It knows European and North American written music, and of that mostly music of the 17th to the early 20th century.
  It has learned no Chinese, Indian, Arabic, African or other music outside that circle; the presets for such scales are
  rules, not learning.
- It has no idea of words, sound or performance: mood, tempo, loudness, instruments, drums and form come from rules.
- It looks back {context} tokens, some eight to twenty bars. Longer form is made by bringing sections back.
- Its tokens hold at most four roles on a grid of twelve steps a quarter: no quarter tones, quintuplets or grace notes.
- No song's melody has {run} steps in a row, {notes} notes, of a training window. That is no proof that nothing is
  copied: melodies are compared by interval and length only, and inner parts and bass are not compared at all.
"""


def write_card(folder: Path, results: dict[str, Any] | None = None) -> None:
    """Write the card beside the weights.

    Args:
        folder: of the artifacts, with the facts of the export.
        results: sections of the bench with their figures; those written earlier are kept where None.
    """
    path = folder / FACTS
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if results is not None:
        facts["bench"] = results
        path.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / CARD).write_text(_card(facts), encoding="utf-8")


def write_facts(folder: Path, some: dict[str, Any]) -> None:
    """Set some facts of the export, and write the card anew."""
    path = folder / FACTS
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) | some
    path.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write_card(folder)


def _card(facts: dict[str, Any]) -> str:
    shape, training = facts["shape"], facts["training"]
    return _HEAD.format(
        parameters=facts["parameters"],
        layers=shape["layers"],
        width=shape["width"],
        heads=shape["heads"],
        context=shape["context"],
        weights_sha256=facts["weights_sha256"],
        graph_sha256=facts["graph_sha256"],
        manifest_sha256=facts["manifest_sha256"],
        runs_sha256=facts["runs_sha256"],
        runs=facts["runs"],
        run=RUN,
        notes=RUN + 1,
        corpus="\n".join(_source(row) for row in facts["corpus"]),
        steps=training["steps"],
        seen=training["tokens"] / 1e6,
        available=training["tokens_in_corpus"] / 1e6,
        minutes=training["cpu_minutes"],
        validation=training["validation_loss"],
        figures=_figures(facts.get("bench", {})),
    )


def _source(row: dict[str, Any]) -> str:
    corpus = next(corpus for corpus in CORPORA if corpus.origin == row["source"])
    tokens = f"{row['tokens'] / 1e6:.2f} M"
    name = f"[{corpus.title}](https://{corpus.origin})"
    return f"| {name} | {corpus.tradition} | {row['licence']} | {row['pieces']:,} | {row['windows']:,} | {tokens} |"


def _figures(bench: dict[str, Any]) -> str:
    if "loss" not in bench:
        return "Not measured yet for these weights: `scripts/bench_composer.py --card`."
    lines = [
        "By `scripts/bench_composer.py`, on held-out pieces. The n-grams (Witten–Bell) were counted on the same",
        "training split and judged on the same tokens.",
        "",
        "| Style | Network, nats a token | 4-gram | 6-gram | Under the better | Bits a note |",
        "|---|---|---|---|---|---|",
    ]
    for style, row in bench["loss"].items():
        under = 1 - row["network"] / min(row["4-gram"], row["6-gram"])
        lines.append(
            f"| {style} | {row['network']:.3f} | {row['4-gram']:.3f} | {row['6-gram']:.3f} | {under:.1%} "
            f"| {row['bits per note']:.2f} |"
        )
    if "styles" in bench:
        lines += [
            "",
            "| Style, ours / real | Repeated bar rhythm | Groove | Dissonant pairs | Longest run in training |",
            "|---|---|---|---|---|",
        ]
        for style, row in bench["styles"].items():
            pairs = [
                f"{row[f'{w}, ours']:.3f} / {row[f'{w}, real']:.3f}"
                for w in ("repeated rhythm", "groove", "dissonance")
            ]
            lines.append(f"| {style} | {' | '.join(pairs)} | {row['longest run, ours']:.0f} notes |")
    if "four parts" in bench:
        row = bench["four parts"]["four parts"]
        ours, real = row["dissonance, ours"], row["dissonance, real"]
        lines += ["", f"Four parts, little dissonance asked: {ours:.3f} of the pairs; real pieces {real:.3f}."]
    if "density" in bench:
        got = ", ".join(f"{row['from']:.2f} → {row['got']:.2f}" for row in bench["density"].values())
        lines += ["", f"Notes a quarter, asked (lower end of the class) → got: {got}."]
    if "songs" in bench:
        row = bench["songs"]["songs"]
        lines += ["", f"Longest run in training, {row['songs']:.0f} whole songs: {row['longest run, ours']:.0f} notes."]
    return "\n".join(lines)
