"""Files that commands write: whole or not at all, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from newsfold.errors import ConfigError

STDOUT = Path("-")


@contextmanager
def open_output(path: Path) -> Iterator[BinaryIO]:
    """Yield a file that replaces `path` when the block ends, and never if it fails; `-` is standard output.

    Raises:
        ConfigError: the file cannot be written.
    """
    if path == STDOUT:
        yield cast("BinaryIO", sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    unfinished = path.with_name(f"{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}. Check the path.") from error
    finally:
        unfinished.unlink(missing_ok=True)
