"""Compile a numeric loop to machine code once and keep the result beside its source."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """The same function through Numba, strict about IEEE arithmetic so that every machine gets the same numbers.

    Args:
        function: loops over NumPy arrays and plain numbers; anything else does not compile.
    """
    return cast(Function, numba.njit(cache=True, fastmath=False)(function))
