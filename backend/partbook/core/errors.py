"""The few kinds of failure, each with its exit code.

A message names the thing, the two values and the way out. A room may subclass one of these;
faces catch `PartbookError` only.
"""

from partbook.core.status import ExitStatus


class PartbookError(Exception):
    """Anything that Partbook says no to. `str(error)` is the sentence a person reads."""

    exit_status = ExitStatus.FINDING
    http_status = 400

    @property
    def code(self) -> str:
        """A stable name for programs, such as `unusable-input`."""
        name = type(self).__name__
        return "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")


class Mismatch(PartbookError):
    """What was found differs from what was promised."""

    exit_status = ExitStatus.FINDING
    http_status = 409


class NotFound(PartbookError):
    """Nothing here has that name."""

    exit_status = ExitStatus.FINDING
    http_status = 404


class UnusableInput(PartbookError):
    """The words or the file given cannot be used."""

    exit_status = ExitStatus.USAGE
    http_status = 422


class NotConfigured(PartbookError):
    """A part that this needs is not installed or not set up."""

    exit_status = ExitStatus.CONFIGURATION
    http_status = 503


class ConnectionFailed(NotConfigured):
    """A part that this needs did not answer."""


class ChainRefused(PartbookError):
    """The contracts said no."""

    exit_status = ExitStatus.REFUSED
    http_status = 409
