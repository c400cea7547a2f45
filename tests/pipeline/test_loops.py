from __future__ import annotations

import subprocess
import sys

_PROBE = """
import numpy as np
from numba.core import caching

class _Nowhere(caching._CacheLocator):
    @classmethod
    def from_function(cls, function, path):
        return None

caching.CacheImpl._locator_classes = [_Nowhere]
from newsfold.loops import compile_loop

@compile_loop
def add(values):
    total = 0.0
    for value in values:
        total += value
    return total

print(add(np.arange(4.0)))
"""


def test_a_loop_is_compiled_though_no_folder_can_keep_it() -> None:
    # A system user without a home folder, who may not write into the installation.
    result = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("6.0\n", "")
