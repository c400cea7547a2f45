"""Failures of reading: the machine's, which pass, and those of what is read, which are recorded with their reason."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from newsfold.errors import MachineError, SourceError

_LACKS = (errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
_NO_THREAD = "can't start new thread"  # the whole message of a RuntimeError


def describe_failure(error: Exception, action: str) -> str:
    """Return why a document, row, file or address could not be read.

    Args:
        error: what a reader raised: a `SourceError`, or any error of a library.
        action: what failed, such as `Reading feeds/harbour.xml`.

    Raises:
        MachineError: the error, or one that led to it, is a lack of memory, disk space, open files or threads.
    """
    for cause in _iter_causes(error):
        if isinstance(cause, MachineError):
            raise cause
        if _is_machine_error(cause):
            raise MachineError(
                f"{action} failed for lack of memory, disk space or open files ({type(cause).__name__}: {cause}). Free "
                "some, or raise the limit (`ulimit`), then run the same command again: it resumes where this one "
                "stopped."
            ) from error
    return str(error) if isinstance(error, SourceError) else f"it could not be read ({type(error).__name__}: {error})"


def _iter_causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _is_machine_error(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in _LACKS
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and str(error) == _NO_THREAD)
