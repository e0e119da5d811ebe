"""The table: every figure beside its target."""

from dataclasses import dataclass, field

import numpy as np

from kept_results import Results
from mark_bench.plan import AVERAGED, COPIES, Plan
from mark_bench.rivals import peaq_program, rival_program
from partbook.fingerprint import SAME_SCORE

WIDTH = 50
QUALITY_TARGETS: tuple[tuple[str, str, str, float], ...] = (
    ("one: SNR", "mean", "≥", 32.0),
    ("one: SNR", "worst", "", 0.0),
    ("one: segmental SNR", "mean", "≥", 33.0),
    ("one: segmental SNR", "worst", "≥", 26.0),
    ("one: ODG", "mean", "≥", 0.0),
    ("one: ODG", "worst", "≥", -0.30),
    ("both: SNR", "mean", "", 0.0),
    ("both: segmental SNR", "mean", "≥", 30.5),
    ("both: ODG", "mean", "≥", -0.1),
    ("clipped samples", "most", "≤", 0.0),
    ("differing samples", "most", "≤", 0.0),
)
SPEED_TARGETS = {
    "marking": 250.0,
    "reading": 300.0,
    "reading at +2 %, full search": 80.0,
    "reading unmarked": None,
    "reading unmarked, full search": 50.0,
}
MEMORY_TARGET = 400.0


def key(*job: str) -> str:
    """A job's name in the file of results."""
    return " | ".join(job)


@dataclass
class Table:
    """Prints lines and counts what misses its target."""

    plan: Plan
    results: Results
    missed: list[str] = field(default_factory=list)

    def print_all(self) -> None:
        """Every section that has a result."""
        self._quality()
        self._attacks()
        self._false_names("unmarked", "clips without a mark", self.plan.clips)
        self._false_names("another key", "clips under another key", self.plan.keys)
        self._speed()
        self._memory()
        self._copies()
        self._attackers()
        self._fingerprints()
        self._neural_codec()
        print()
        if self.plan.neural is None:
            print("No neural codec was measured: scripts/train_codec.py FOLDER makes one for --neural.")
        if peaq_program() is None:
            print("PEAQ was not measured: neither `gstpeaq` nor `peaq` is on PATH.")
        if rival_program() is None:
            print("audiowmark was not measured: it is not on PATH.")
        for line in self.missed:
            print(f"MISSED  {line}")

    def _of(self, *start: str) -> list[dict[str, float]]:
        prefix = key(*start)
        return [r for name, r in self.results.items() if name == prefix or name.startswith(prefix + " | ")]

    def _line(self, name: str, figure: str, target: str, good: bool | None) -> None:
        mark = {True: "OVER", False: "UNDER", None: ""}[good]
        print(f"{name:{WIDTH}} {figure:>24}   {target:>9} {mark}".rstrip())
        if good is False:
            self.missed.append(f"{name}: {figure}, target {target}")

    def _quality(self) -> None:
        found = self._of("quality")
        for name, which, relation, target in QUALITY_TARGETS if found else ():
            values = [r[name] for r in found if name in r]
            if not values:
                continue
            value = {"mean": float(np.mean(values)), "worst": min(values), "most": max(values)}[which]
            good = None if not relation else value >= target if relation == "≥" else value <= target
            self._line(
                f"{name}, {which} of {len(values)}", f"{value:.2f}", f"{relation} {target:g}" if relation else "", good
            )

    def _attacks(self) -> None:
        rival = rival_program() is not None
        for row in self.plan.rows():
            found = [
                self.results[name]
                for track in self.plan.tracks
                if (name := key("attack", track.name, row.name)) in self.results
            ]
            if not found:
                continue
            right, trials = (int(sum(r[part] for r in found)) for part in ("right", "trials"))
            wrong = int(sum(r["wrong"] for r in found))
            figure = f"{right}/{trials} {100 * right / trials:5.1f} %"
            if wrong:
                figure = f"{wrong} wrong names! {figure}"
            if rival:
                theirs = [
                    r for track in self.plan.tracks if (r := self.results.get(key("audiowmark", track.name, row.name)))
                ]
                figure += f" · {int(sum(r['right'] for r in theirs))}/{int(sum(r['trials'] for r in theirs))}"
            good = None if row.target is None else right / trials >= row.target
            target = "" if row.target is None else f"≥ {100 * row.target:.0f} %"
            self._line(row.name, figure, target, good)

    def _false_names(self, kind: str, name: str, wanted: int) -> None:
        found = self._of(kind)
        if found:
            clips, searched, false = (int(sum(r[part] for r in found)) for part in ("clips", "searched", "false names"))
            best = max(r["best pilot score"] for r in found)
            told = f"{name} ({searched} with the search; best pilots {best:.1f})"
            self._line(told, f"{false} names of {clips}/{wanted}", "none", false == 0)

    def _speed(self) -> None:
        for found in self._of("speed"):
            for name, value in found.items():
                target = SPEED_TARGETS[name]
                self._line(
                    f"speed: {name}",
                    f"{value:.0f} × real time",
                    f"≥ {target:.0f} ×" if target else "",
                    value >= target if target else None,
                )

    def _memory(self) -> None:
        for found in self._of("memory"):
            for name, value in found.items():
                limited = name.endswith("MB")
                self._line(
                    f"two hours, {name}",
                    f"{value:.0f}",
                    f"≤ {MEMORY_TARGET:.0f}" if limited else "",
                    value <= MEMORY_TARGET if limited else None,
                )

    def _copies(self) -> None:
        if found := self._of("copies"):
            right, trials = (int(sum(r[part] for r in found)) for part in ("right", "trials"))
            self._line(
                "copies of one piece by number, MP3 128", f"{right}/{trials}", f"{COPIES}/{COPIES}", right == trials
            )
        for count in AVERAGED:
            found = [r for t in self.plan.tracks if (r := self.results.get(key("average", t.name, str(count))))]
            if found:
                work, guilty, innocent = (
                    int(sum(r[part] for r in found)) for part in ("work", "a copy of these", "an innocent copy")
                )
                name = f"mean of {count} copies: work"
                self._line(
                    name,
                    f"{work}/{len(found)}",
                    f"{len(found)}/{len(found)}" if count == 16 else "",
                    work == len(found) if count == 16 else None,
                )
                self._line(
                    f"mean of {count} copies: one of them · another", f"{guilty} · {innocent}", "· none", innocent == 0
                )

    def _attackers(self) -> None:
        found = self._of("attackers")
        for name in found[0] if found else ():
            values = [r[name] for r in found]
            told = f"at most {max(values):.2f}" if name.endswith("score") else f"{int(sum(values))}/{len(values)}"
            self._line(name, told, "", None)

    def _fingerprints(self) -> None:
        found = self._of("fingerprint")
        for name in found[0] if found else ():
            values = [r[name] for r in found]
            own = name.endswith("own")
            value = min(values) if own else max(values)
            told = f"{'at least' if own else 'at most'} {value:.2f}"
            self._line(
                f"fingerprint, {name}, of {len(values)}",
                told,
                "≥ 0.25" if own else "< 0.25",
                (value >= SAME_SCORE) is own,
            )

    def _neural_codec(self) -> None:
        found = self._of("neural codec")
        for name in found[0] if found else ():
            values = [r[name] for r in found]
            told = f"{np.mean(values):.2f} ({min(values):.2f} to {max(values):.2f})"
            self._line(f"{name}, mean of {len(values)}", told, "", None)
