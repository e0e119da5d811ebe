"""The engine `transformer`: plan to score by the trained network, under the same plan as the rules.

The network writes the parts that play of the themes A and B and of the chorus; the form brings them back: A' has the
melody of A over new parts, A'' is A again. Key, range, density, cadences and loudness follow the plan by rule; seats,
tempi and drums are those of the rules' own draft.
"""

from dataclasses import replace
from functools import lru_cache

from partbook.core.errors import UnusableInput
from partbook.music import rules_engine
from partbook.music.chance import Chance
from partbook.music.given_melody import GivenMelody
from partbook.music.learned_notes import notes_of
from partbook.music.learned_sections import SectionWriter
from partbook.music.learned_song import LearnedSong
from partbook.music.model.known_runs import KnownRuns, read_runs
from partbook.music.model.session import Session, available
from partbook.music.model.tokens import METRES
from partbook.music.model.weights import Weights, read_weights
from partbook.music.model.writer import Reader
from partbook.music.modes import SCALES
from partbook.music.planning import Plan
from partbook.music.request import USE_THE_RULES
from partbook.music.score import Score

ENGINE_NAME = "transformer"
ENGINE_VERSION = "2.2"
"""The version of the rules that plan it, then its own: raised by any change after which the same words, seed and
weights give another draft.

2.1: nothing kept a melody from a training piece; four parts were written whatever played; a chorus was theme A again.
"""
ARITHMETIC = "float64, logits in 1/1024; single precision where the draw is clear"
"""What decides a draw, on every back-end."""


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The weights of this package, read once."""
    return read_weights()


@lru_cache(maxsize=1)
def shipped_runs() -> KnownRuns:
    """The runs of melody that the training pieces have, read once."""
    return read_runs()


def compose_draft(
    plan: Plan,
    seed: int,
    given: GivenMelody | None = None,
    weights: Weights | None = None,
    reader: Reader | None = None,
    known: KnownRuns | None = None,
) -> Score:
    """Write the draft for a plan.

    Args:
        plan: from `make_plan`.
        seed: the song's seed.
        given: a person's melody; then the draft holds everything but the melody.
        weights: the shipped ones where None.
        reader: the back-end; where None, ONNX Runtime if it is installed, else the reference.
        known: runs of the pieces that the weights were trained on, the shipped ones where None. The melody that is
            written has none of them; a person's melody is left as it is.

    Returns:
        The same score, note for note, for the same plan, seed, weights and runs on any machine and back-end.

    Raises:
        UnusableInput: a scale or metre that the network cannot write in.
    """
    _check(plan)
    weights = weights or shipped_weights()
    if reader is None and available():
        reader = Session(weights)
    writer = SectionWriter(weights, plan.metre, plan.parts, reader, known or shipped_runs())
    chance = Chance(seed, ENGINE_NAME)
    song = LearnedSong(plan, writer, chance)
    if given is None:
        song.write()
    else:
        song.write_under(given)
    frame = rules_engine.compose_draft(plan, seed, given)
    notes = notes_of(song, chance, sung=given is None)
    parts = [replace(part, notes=tuple(notes.get(part.name, part.notes))) for part in frame.parts]
    return replace(frame, parts=tuple(part for part in parts if part.notes))


def _check(plan: Plan) -> None:
    for section in plan.sections:
        if section.mode not in SCALES:
            raise UnusableInput(
                f"The engine transformer writes in {', '.join(SCALES)}, not in {section.mode}. {USE_THE_RULES}"
            )
    if plan.metre not in METRES:
        raise UnusableInput(f"The engine transformer never learned {plan.metre[0]}/{plan.metre[1]}. {USE_THE_RULES}")
