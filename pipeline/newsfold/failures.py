"""Failures: the machine's, which pass, and those of what is read, which are recorded with their reason."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from newsfold.errors import MachineError, NewsfoldError, SourceError

_LACKS = (errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
# What threads, the dynamic linker, PyTorch and Arrow say; their errors have no type or number of their own.
_MESSAGES = (
    *("can't start new thread", "failed to launch worker thread"),
    *("failed to map segment", "cannot allocate memory", "can't allocate memory"),
)


def describe_failure(error: Exception, action: str) -> str:
    """Return why a document, row, file or address could not be read.

    Args:
        error: what a reader raised: a `SourceError`, or any error of a library.
        action: what failed, such as `Reading feeds/harbour.xml`.

    Raises:
        MachineError: the error, or one that led to it, is a lack of memory, disk space, open files or threads.
    """
    _raise_machine_error(error, action)
    return str(error) if isinstance(error, SourceError) else f"it could not be read ({type(error).__name__}: {error})"


@contextmanager
def translate_machine_errors(action: str) -> Iterator[None]:
    """Raise a MachineError for a lack of memory, disk space, open files or threads in the block.

    Args:
        action: what fails then, such as `Stage embed`.

    Raises:
        MachineError: an error of a library, or one that led to it, is such a lack. Other errors pass as they are.
    """
    try:
        yield
    except NewsfoldError:
        raise
    except Exception as error:
        _raise_machine_error(error, action)
        raise


def _raise_machine_error(error: Exception, action: str) -> None:
    """Raise a MachineError if the error, or one that led to it, is the machine's."""
    for cause in iter_causes(error):
        if isinstance(cause, MachineError):
            raise cause
        if _is_machine_error(cause):
            raise MachineError(
                f"{action} failed for lack of memory, disk space or open files ({type(cause).__name__}: {cause}). Free "
                "some, or raise the limit (`ulimit`), then run the same command again: it resumes where this one "
                "stopped."
            ) from error


def iter_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and those that led to it."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _is_machine_error(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _LACKS):
        return True
    message = str(error).lower()
    types = OSError | ImportError | RuntimeError | pa.ArrowException
    return isinstance(error, types) and any(part in message for part in _MESSAGES)
