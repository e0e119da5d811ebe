"""The verdict on a file, from what its mark says, what the registry knows and what its sound resembles."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from partbook.core.ids import WorkId


class Verdict(StrEnum):
    """What mark, registry and fingerprint say together."""

    MATCH = "match"
    """The mark names a registered work, and the sound is that recording."""
    TRANSPLANTED = "transplanted"
    """The mark names a registered work, but the sound is another: the mark was lifted from one song onto another."""
    CONFLICT = "conflict"
    """Two works are named; the earlier registration wins."""
    UNREGISTERED = "unregistered"
    """A mark was read that names no work in this registry."""
    CONTENT_ONLY = "content_only"
    """No mark, but the sound is a registered recording."""
    NONE = "none"
    """No mark and no known sound. That proves nothing about how it was made."""


@dataclass(frozen=True)
class NamedWork:
    """A registered work that a mark names.

    Args:
        work_id: in the registry; an earlier registration has the smaller number.
        title: as registered.
        sounds_alike: whether the file's fingerprint agrees with the registered recording.
    """

    work_id: WorkId
    title: str
    sounds_alike: bool


@dataclass(frozen=True)
class Judgement:
    """A verdict, the work that it rests on, and each reason as a sentence."""

    verdict: Verdict
    work_id: WorkId | None
    reasons: tuple[str, ...]


def judge(
    marks_read: int, named: Sequence[NamedWork], resembles: NamedWork | None, *, silent: bool = False
) -> Judgement:
    """Weigh the evidence on one file.

    Args:
        marks_read: how many different work marks were read.
        named: the registered works among them.
        resembles: the registered recording that the sound matches best, if any.
        silent: the file has no sound in which anything could be read.

    Returns:
        The verdict of DESIGN §5 with its reasons.
    """
    if silent:
        return Judgement(Verdict.NONE, None, ("The file is silent: nothing can be read from it.",))
    if not marks_read:
        if resembles:
            reason = f"No mark was found, but the sound is the registered recording of work {resembles.work_id}."
            return Judgement(Verdict.CONTENT_ONLY, resembles.work_id, (reason,))
        reason = "No mark was found, and that proves nothing about how it was made."
        return Judgement(Verdict.NONE, None, (reason,))
    if not named:
        return Judgement(Verdict.UNREGISTERED, None, ("A mark was read that names no work in this registry.",))
    first = min(named, key=lambda work: work.work_id)
    if len(named) > 1:
        others = ", ".join(str(work.work_id) for work in named if work is not first)
        return Judgement(
            Verdict.CONFLICT,
            first.work_id,
            (f"Marks of several works were read. Work {first.work_id} was registered before {others}, so it wins.",),
        )
    if first.sounds_alike:
        return Judgement(
            Verdict.MATCH,
            first.work_id,
            (f"The mark names work {first.work_id}, “{first.title}”.", "The sound is the registered recording."),
        )
    reasons = [f"The mark names work {first.work_id}, “{first.title}”, but the sound is not that recording."]
    if resembles and resembles.work_id != first.work_id:
        reasons.append(f"The sound is the registered recording of work {resembles.work_id}, “{resembles.title}”.")
        return Judgement(Verdict.TRANSPLANTED, resembles.work_id, tuple(reasons))
    reasons.append("A mark can be lifted from one song and laid on another, so the mark alone proves nothing.")
    return Judgement(Verdict.TRANSPLANTED, first.work_id, tuple(reasons))
