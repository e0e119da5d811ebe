"""Write what is shipped: weights, graph, manifest of the corpus, a sample to check against, and the model card."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch

from composer_training.dataset import Dataset
from composer_training.graph import write_graph
from composer_training.melody_index import write_runs
from composer_training.model_card import FACTS, write_card
from partbook.music.model.known_runs import SHIPPED_RUNS
from partbook.music.model.shape import Shape
from partbook.music.model.weights import read_weights, write_weights

WEIGHTS, GRAPH, MANIFEST = "weights.npz", "network.onnx", "corpus-manifest.jsonl"
SAMPLE = "held-out-sample.json"
SAMPLE_WINDOWS = 20


def export(dataset: Dataset, checkpoint: Path, folder: Path) -> None:
    """Write the files of one trained network.

    Args:
        dataset: the token corpus that it was trained on.
        checkpoint: by `Trainer.save`.
        folder: of the package's artifacts.
    """
    stored: dict[str, Any] = torch.load(checkpoint, weights_only=True)
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: tensor.float().numpy() for name, tensor in stored["weights"].items()}
    digest = write_weights(Shape(**stored["shape"]), arrays, folder / WEIGHTS)
    write_graph(read_weights(folder / WEIGHTS), folder / GRAPH)
    rows = sorted(dataset.manifest, key=lambda row: row["piece"])
    lines = "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)
    (folder / MANIFEST).write_text(lines, encoding="utf-8")
    facts = {
        "weights_sha256": digest,
        "graph_sha256": _sha256(folder / GRAPH),
        "manifest_sha256": _sha256(folder / MANIFEST),
        **write_runs(dataset, folder / SHIPPED_RUNS.name),
        "shape": stored["shape"],
        "parameters": sum(array.size for array in arrays.values()),
        "training": _training(stored["progress"], dataset),
        "corpus": _corpus(dataset),
    }
    (folder / FACTS).write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / SAMPLE).write_text(json.dumps(_sample(dataset), ensure_ascii=False) + "\n", encoding="utf-8")
    write_card(folder)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _training(progress: dict[str, Any], dataset: Dataset) -> dict[str, Any]:
    sizes = np.diff(dataset.ends, prepend=0)
    available = int(sizes[dataset.numbers("training")].sum())
    last = max(progress["losses"], key=int)
    return {
        "steps": progress["steps"],
        "tokens": progress["tokens"],
        "cpu_minutes": round(progress["seconds"] / 60, 1),
        "tokens_in_corpus": available,
        "validation_loss": progress["losses"][last],
    }


def _corpus(dataset: Dataset) -> list[dict[str, Any]]:
    """Pieces, windows and tokens by source."""
    sizes = np.diff(dataset.ends, prepend=0)
    pieces = Counter((row["source"], row["licence"]) for row in dataset.manifest)
    windows: Counter[str] = Counter()
    tokens: Counter[str] = Counter()
    for window, piece in enumerate(dataset.pieces):
        source = dataset.manifest[piece]["source"]
        windows[source] += 1
        tokens[source] += int(sizes[window])
    return [
        {"source": s, "licence": licence, "pieces": n, "windows": windows[s], "tokens": tokens[s]}
        for (s, licence), n in sorted(pieces.items())
    ]


def _sample(dataset: Dataset) -> dict[str, Any]:
    """Some held-out windows under CC0, small enough to lie beside the weights."""
    free = [int(w) for w in dataset.numbers("test") if dataset.manifest[dataset.pieces[w]]["licence"] == "CC0-1.0"]
    chosen = free[:: max(1, len(free) // SAMPLE_WINDOWS)][:SAMPLE_WINDOWS]
    return {
        "licence": "CC0-1.0",
        "windows": [
            {"piece": dataset.manifest[dataset.pieces[w]]["piece"], "tokens": dataset.window(w)} for w in chosen
        ],
    }
