"""The table: every figure beside its target."""

from dataclasses import dataclass, field
from itertools import pairwise

from composer_bench.sections import Figures

WIDTH = 46
LOSS_TARGET = 0.42
WITHIN = 0.20
DISSONANCE_TARGET = 0.12
RUN_TARGET = 16.0


@dataclass
class Table:
    """Prints lines and counts what misses its target.

    Args:
        results: section to its figures.
    """

    results: dict[str, Figures]
    missed: list[str] = field(default_factory=list)

    def print_all(self) -> None:
        """Every section that has a result."""
        for name, show in (
            ("loss", self._loss),
            ("styles", self._styles),
            ("four parts", self._four_parts),
            ("density", self._density),
            ("songs", self._songs),
        ):
            if name in self.results:
                print(f"\n{name}")
                show(self.results[name])
        for line in self.missed:
            print(f"MISSED  {line}")

    def _line(self, name: str, figure: str, target: str = "", good: bool | None = None) -> None:
        mark = {True: "met", False: "MISSED", None: ""}[good]
        print(f"  {name:{WIDTH}} {figure:>26}   {target:>16} {mark}".rstrip())
        if good is False:
            self.missed.append(f"{name}: {figure}, target {target}")

    def _loss(self, figures: Figures) -> None:
        for style, row in figures.items():
            best = min(row["4-gram"], row["6-gram"])
            under = 1 - row["network"] / best
            told = f"{row['network']:.3f} to {best:.3f}: −{under:.1%}"
            judged = style == "all"
            target = f"≥ {LOSS_TARGET:.0%} under" if judged else ""
            self._line(f"{style}, nats per token", told, target, under >= LOSS_TARGET if judged else None)
        whole = figures["all"]
        self._line("bits per note, network", f"{whole['bits per note']:.2f}")
        self._line("bits per note, better n-gram", f"{whole['bits per note, n-gram']:.2f}")
        self._line("4-gram and 6-gram, nats per token", f"{whole['4-gram']:.3f} and {whole['6-gram']:.3f}")
        self._line("judged", f"{whole['tokens']:.0f} tokens, {whole['notes']:.0f} notes")

    def _styles(self, figures: Figures) -> None:
        for style, row in figures.items():
            for what in ("repeated rhythm", "groove"):
                ours, real = row[f"{what}, ours"], row[f"{what}, real"]
                near = abs(ours - real) <= WITHIN * real
                self._line(f"{style}, {what}, ours to real", f"{ours:.3f} to {real:.3f}", f"within {WITHIN:.0%}", near)
            self._line(
                f"{style}, dissonance, ours to real", f"{row['dissonance, ours']:.3f} to {row['dissonance, real']:.3f}"
            )
            self._run(style, row)

    def _four_parts(self, figures: Figures) -> None:
        row = figures["four parts"]
        ours = row["dissonance, ours"]
        told = f"{ours:.3f} to {row['dissonance, real']:.3f}"
        self._line("dissonance, ours to real", told, f"≤ {DISSONANCE_TARGET}", ours <= DISSONANCE_TARGET)
        self._run("four parts", row)

    def _songs(self, figures: Figures) -> None:
        row = figures["songs"]
        self._line("songs", f"{row['songs']:.0f}, {row['notes']:.0f} notes")
        self._run("whole songs", row)

    def _run(self, name: str, row: dict[str, float]) -> None:
        run = row["longest run, ours"]
        self._line(
            f"{name}, longest run in training", f"{run:.0f} notes", f"≤ {RUN_TARGET:.0f} notes", run <= RUN_TARGET
        )

    def _density(self, figures: Figures) -> None:
        for name, row in figures.items():
            self._line(f"{name}, asked from {row['from']}", f"{row['got']:.2f} notes a quarter")
        got = [row["got"] for row in figures.values()]
        rising = all(less < more for less, more in pairwise(got))
        self._line("got rises with asked", "yes" if rising else "no", "yes", rising)
