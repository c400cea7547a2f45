from __future__ import annotations

import errno

import pyarrow as pa
import pytest

from newsfold.errors import FetchError, MachineError, NewsfoldError, SourceError, StoreError
from newsfold.failures import describe_failure, translate_machine_errors


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    """Return an error as it is caught, with what led to it."""
    try:
        raise error from cause
    except type(error) as caught:
        return caught


LACKS = pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        pa.ArrowMemoryError("malloc of size 8 failed"),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EMFILE, "Too many open files"),
        RuntimeError("can't start new thread"),
        pa.ArrowException("Unknown error: Failed to launch worker thread: Resource temporarily unavailable"),
        raised(SourceError("it cannot be read"), OSError(errno.EDQUOT, "Disk quota exceeded")),
        raised(FetchError("it cannot be reached", transient=True), OSError(errno.ENFILE, "Too many open files")),
        MachineError("out of memory"),
        ImportError("libtorch_cpu.so: failed to map segment from shared object"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."),
    ],
)


@LACKS
def test_errors_of_the_machine_are_raised_whatever_they_led_to(error: Exception) -> None:
    with pytest.raises(MachineError):
        describe_failure(error, "Reading f.xml")


OTHERS = pytest.mark.parametrize(
    "error",
    [
        SourceError("it is empty"),
        ValueError("odd"),
        RecursionError("too deep"),
        RuntimeError("other"),
        FileNotFoundError(errno.ENOENT, "No such file"),
        PermissionError(errno.EACCES, "Permission denied"),
        OSError("no number"),
    ],
)


@OTHERS
def test_other_errors_become_a_reason(error: Exception) -> None:
    reason = describe_failure(error, "Reading f.xml")
    assert str(error) in reason
    assert (reason == str(error)) == isinstance(error, SourceError)


def test_the_message_says_what_failed_why_and_what_to_do() -> None:
    error = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(MachineError, match=r"Reading f\.xml failed .*No space left.* run the same command again"):
        describe_failure(error, "Reading f.xml")


@LACKS
def test_a_lack_that_a_library_meets_becomes_an_error_of_the_machine(error: Exception) -> None:
    expected = type(error) if isinstance(error, NewsfoldError) else MachineError
    with pytest.raises(expected), translate_machine_errors("Stage embed"):
        raise error


@OTHERS
def test_other_errors_pass_as_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as raised_error, translate_machine_errors("Stage embed"):
        raise error
    assert raised_error.value is error


def test_an_error_of_newsfold_passes_whatever_led_to_it() -> None:
    with pytest.raises(StoreError), translate_machine_errors("Stage embed"):
        raise StoreError("the disk is full") from OSError(errno.ENOSPC, "No space left on device")
