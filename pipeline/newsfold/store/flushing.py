"""Flushing to the disk: a file that was closed, or a name that was given, is lost in a power failure until then."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

# Some file systems cannot flush a folder and say so in one of these ways. PostgreSQL ignores them, too (fsync_fname).
_CANNOT_FLUSH_FOLDERS = (errno.EACCES, errno.EBADF, errno.EINVAL, errno.EISDIR)


def flush_to_disk(path: str) -> None:
    """Write a file's content, or a folder's entries, to the disk (fsync in POSIX.1-2017).

    Raises:
        OSError: the path does not exist, or the disk reports an error.
    """
    is_folder = Path(path).is_dir()
    if is_folder and sys.platform == "win32":
        return  # it opens no folders, and NTFS writes their changes in order
    try:
        # Windows flushes only what is open for writing.
        descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
        try:
            _flush(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if not is_folder or error.errno not in _CANNOT_FLUSH_FOLDERS:
            raise


def _flush(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # fsync leaves the content in the disk's own cache there
    else:
        os.fsync(descriptor)
