"""What transactions were meant to cost, and what the same costs elsewhere: bench_gas.py prints it beside ours.

Targets are those of the design: prototypes without access control, measured on the same node; ten per cent are allowed
for that. The peers' contracts were run there too.
"""

from dataclasses import dataclass

TOLERANCE = 1.1
BLOCK_LIMIT = 15_000_000


@dataclass(frozen=True)
class Target:
    """Gas, cold and warm, and what a peer takes for the same."""

    gas: tuple[int, ...]
    peers: str = ""


TARGETS = {
    "seal, 10 signers, 10 + 1 lines": Target((194_000,), "Story register, no consent: 415,363"),
    "pay a split of 10": Target((46_000, 29_000), "0xSplits v2 distribute to 10: 339,842 / 148,942"),
    "pay a split of 100": Target((46_000, 29_000), "0xSplits v2 distribute to 100: 2,743,752 / 1,013,852"),
    "claim, 10 payees": Target((63_271,)),
    "claim, 100 payees": Target((99_388,)),
    "consent on the chain, 2 + 1 lines": Target((), "a bitmap of signers, without the sheet: 48,921 / 31,833"),
    "buy an edition": Target((88_000, 71_000), "Sound mint: 175,113"),
    "buy one more copy": Target((), "Sound mint, same holder: 140,925"),
    "buy a ticket": Target((96_000, 79_000), "Unlock purchase: 276,427 / 242,227"),
    "vote": Target((), "a prototype that kept no tally: 68,059 / 33,859"),
    "check in by oneself": Target((48_000, 31_000)),
    "check in with a pass": Target((), "(a signature in it, which the target had not)"),
    "check in 20 with one pass, each": Target((6_000, 6_000)),
    "claim a credential": Target((72_000, 55_000), "EAS attestation of 64 bytes: 223,052"),
    "offer a copy": Target((48_600,)),
}
