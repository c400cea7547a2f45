"""Word lists and phrase patterns, kept as YAML beside the modules that use them.

Which languages a file has makes no difference to the code: to support another language, add its entries.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

# A base loader leaves every entry a string: `no`, `on` and `19` are words here. libyaml's is seven times as fast.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@functools.cache
def load_word_lists(file: Path) -> Mapping[str, Any]:
    """Return the lists of a YAML file, as written there; every entry is text."""
    lists: Mapping[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - builds strings # nosec
    return lists
