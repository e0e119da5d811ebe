"""Find for each bar of a song the bar it comes from, so that sections may be exchanged, repeated or left out."""

from collections import Counter

MOST_DISPLACEMENTS = 40
"""So many of the most common are tried for every bar, and each bar's own best."""
EXACT, NEAR = 200, 100
"""What a note counts that lies on a source, and one that lies near it."""
STANDING = 1
"""What a note counts more if a source of its still stands: it decides where all else is equal."""
MOVING_COSTS = 4 * EXACT
"""Bars are read from another place only if that finds more sources than this; going back is free."""

Votes = dict[int, Counter[int]]
"""By bar, how well each displacement, in bars, finds the sources of its notes: what its notes count."""


def place_bars(votes: Votes) -> tuple[dict[int, int], int]:
    """The displacement of each bar that is not read where it stands, and how good the whole is then.

    Neighbouring bars keep together: the sum of what is found, less a cost for each move, is made as high as possible.

    Source: Viterbi 1967 (best path).
    """
    total: Counter[int] = Counter()
    for found in votes.values():
        total.update(found)
    common = sorted(total, key=lambda bars: (-total[bars], abs(bars), bars))[:MOST_DISPLACEMENTS]
    own = (min(found, key=lambda bars: (-found[bars], abs(bars), bars)) for found in votes.values() if found)
    choices = sorted({0, *common, *own}, key=lambda bars: (abs(bars), bars))
    score = {choice: -MOVING_COSTS if choice else 0 for choice in choices}
    back: list[dict[int, int]] = []
    bars = sorted(votes)
    for bar in bars:
        leader = max(choices, key=lambda choice: score[choice])
        cost = {c: MOVING_COSTS if c else 0 for c in choices}
        came = {c: c if score[c] >= score[leader] - cost[c] else leader for c in choices}
        score = {c: score[came[c]] - (cost[c] if came[c] != c else 0) + votes[bar][c] for c in choices}
        back.append(came)
    chosen = max(choices, key=lambda choice: score[choice])
    best = score[chosen]
    moved: dict[int, int] = {}
    for bar, came in zip(reversed(bars), reversed(back), strict=True):
        if chosen:
            moved[bar] = chosen
        chosen = came[chosen]
    return moved, best
