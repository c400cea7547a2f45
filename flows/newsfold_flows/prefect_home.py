"""The folder in which Prefect keeps its database and profiles, for users without a home folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from newsfold.errors import ConfigError

_FOLDER = ".prefect"


def ensure_prefect_home(address: str) -> None:
    """Let Prefect keep its files in the store if there is no home folder to write to, as of system users.

    Without a folder that it can write to, Prefect's server does not start, and says so only after minutes. To be called
    before Prefect is imported.

    Args:
        address: the store; if it is an object store, the files are in a folder for temporary ones.

    Raises:
        ConfigError: PREFECT_HOME names a folder that cannot be written to.
    """
    named = os.environ.get("PREFECT_HOME")
    if _can_write(Path(named or Path("~", _FOLDER)).expanduser()):
        return
    if named:
        raise ConfigError(f"Prefect cannot write to {named} (PREFECT_HOME). Name a folder that this user can write to.")
    folder = Path(tempfile.mkdtemp(prefix="newsfold-prefect-")) if "://" in address else Path(address, _FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PREFECT_HOME"] = str(folder.resolve())


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)
