"""The exit codes of every command, in one place."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What a command's exit code tells a script."""

    OK = 0
    FINDING = 1
    """The command ran and found something wrong: not found, a mismatch, a check that failed."""
    USAGE = 2
    """The words or the input file are unusable."""
    CONFIGURATION = 3
    """A part is missing or cannot be reached."""
    REFUSED = 4
    """The chain refused the transaction."""
    INTERRUPTED = 130
