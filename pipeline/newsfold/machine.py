"""Telling errors of the machine from errors of what is read: those pass, and must not be booked as a bad article."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from newsfold.errors import MachineError

_LACKS = (errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
_NO_THREAD = "can't start new thread"  # the whole message of a RuntimeError


def raise_machine_error(error: BaseException, action: str) -> None:
    """Raise a `MachineError` if an error, or one that led to it, is the machine's; otherwise do nothing.

    Args:
        error: the error.
        action: what failed, for the message: `Reading feeds/harbour.xml`.

    Raises:
        MachineError: the machine lacks memory, disk space, open files or threads.
    """
    for cause in _iter_causes(error):
        if isinstance(cause, MachineError):
            raise cause
        if _is_machines(cause):
            raise MachineError(
                f"{action} failed for lack of memory, disk space or open files ({type(cause).__name__}: {cause}). Free "
                "some, or raise the limit (`ulimit`), then run the same command again: it resumes where this one "
                "stopped."
            ) from error


def _iter_causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _is_machines(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in _LACKS
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and str(error) == _NO_THREAD)
