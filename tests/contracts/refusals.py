"""Expect a contract to refuse with exactly this error and these values."""

from contextlib import contextmanager

import pytest
from brownie.exceptions import VirtualMachineError


@contextmanager
def refused(error, *values):
    """The block must revert with this custom error; with values given, with exactly these.

    Args:
        error: the error's name, such as `RoyaltyVault_NothingDue`.
        values: its arguments in order; an account stands for its address. None given: any.
    """
    with pytest.raises(VirtualMachineError) as caught:
        yield
    said = str(caught.value.revert_msg)
    if values:
        expected = f"{error}: {', '.join(_as_brownie_says(value) for value in values)}"
        assert said.lower() == expected.lower()
    else:
        assert said.partition(":")[0] == error


def _as_brownie_says(value):
    if isinstance(value, bytes):
        return str(bytes(value))
    return str(getattr(value, "address", value))
