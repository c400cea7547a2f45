"""`python -m newsfold`: the `newsfold` command, as this distribution declares it.

The entry point is looked up, since nothing in this package may import the package that composes it.
"""

from __future__ import annotations

import sys
from importlib.metadata import distribution

sys.exit(distribution("newsfold").entry_points.select(group="console_scripts")["newsfold"].load()())
