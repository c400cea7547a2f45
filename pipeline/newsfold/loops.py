"""Compiling inner loops over arrays with Numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np

# Of the hash FNV-1a (Fowler, Noll and Vo 1991), which loops over bytes compute: `(hash ^ byte) * FNV_PRIME`.
FNV_START, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)

_Function = TypeVar("_Function", bound=Callable[..., object])


def compile_loop(function: _Function) -> _Function:
    """Return a function compiled by Numba at its first call, which keeps the result on disk where it can.

    That is beside its module, or in the user's cache. Where neither can be written to, as with a system user without a
    home folder, each process compiles it anew.

    Args:
        function: a function of arrays and numbers, which needs no Python object inside and so releases the GIL.
    """
    try:
        compiled = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # "no locator available": Numba has found no folder that it may write to
        compiled = numba.njit(nogil=True)(function)
    return cast("_Function", compiled)
