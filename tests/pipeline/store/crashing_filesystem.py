"""A file system that crashes at its N-th change, as if the process were killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pyarrow import fs

from newsfold.store import Store

When = Literal["before", "halfway", "after"]


class Killed(BaseException):
    """The process is killed; code that catches Exception does not catch this."""


@dataclass
class CrashingHandler:
    """Delegates to another file system until change number `at`; from there on every change raises `Killed`.

    It offers only what object stores offer as well: no appending, no emptying of folders.

    Attributes:
        at: the change to crash at, counted from 0.
        when: before the change, with half of it done, or right after it.
        inner: the file system that it wraps.
    """

    at: int
    when: When
    changes: int = 0
    dead: bool = False
    inner: fs.FileSystem = field(default_factory=fs.LocalFileSystem)

    def _change(self, change: Callable[[], Any], half_change: Callable[[], None]) -> Any:
        if self.dead:
            raise Killed
        self.changes += 1
        if self.changes <= self.at:
            return change()
        self.dead = True
        if self.when == "halfway":
            half_change()
        elif self.when == "after":
            change()
        raise Killed

    def open_output_stream(self, path: str, _metadata: Any) -> Any:
        return self._change(lambda: self.inner.open_output_stream(path), lambda: self._write(path, b"PAR1 and no more"))

    def copy_file(self, src: str, dest: str) -> None:
        def half() -> None:
            if self.get_type_name() == "crashing":  # an object store copies an object whole or not at all
                with self.inner.open_input_stream(src) as stream:
                    content = stream.read()
                self._write(dest, content[: len(content) // 2])

        self._change(lambda: self.inner.copy_file(src, dest), half)

    def delete_dir(self, path: str) -> None:
        self._change(lambda: self.inner.delete_dir(path), lambda: self._delete_every_second(path))

    def move(self, src: str, dest: str) -> None:
        # Half a move: copied, not yet deleted.
        self._change(lambda: self.inner.move(src, dest), lambda: self.inner.copy_file(src, dest))

    def create_dir(self, path: str, recursive: bool) -> None:
        self._change(lambda: self.inner.create_dir(path, recursive=recursive), lambda: None)

    def delete_file(self, path: str) -> None:
        self._change(lambda: self.inner.delete_file(path), lambda: None)

    def get_type_name(self) -> str:
        return "s3" if self.inner.type_name == "s3" else "crashing"

    def normalize_path(self, path: str) -> str:
        return path

    def get_file_info(self, paths: list[str]) -> list[fs.FileInfo]:
        return list(self.inner.get_file_info(paths))

    def get_file_info_selector(self, selector: fs.FileSelector) -> list[fs.FileInfo]:
        return list(self.inner.get_file_info(selector))

    def open_input_stream(self, path: str) -> Any:
        return self.inner.open_input_stream(path)

    def open_input_file(self, path: str) -> Any:
        return self.inner.open_input_file(path)

    def _write(self, path: str, content: bytes) -> None:
        with self.inner.open_output_stream(path) as stream:
            stream.write(content)

    def _delete_every_second(self, path: str) -> None:
        found = self.inner.get_file_info(fs.FileSelector(path, recursive=True))
        for file in sorted(info.path for info in found if info.type == fs.FileType.File)[::2]:
            self.inner.delete_file(file)


fs.FileSystemHandler.register(CrashingHandler)


def crashing_store(place: Path | Store, at: int, when: When) -> Store:
    """Return a store that crashes at change number `at`: a local folder, or an open store."""
    if isinstance(place, Store):
        handler = CrashingHandler(at, when, inner=place.filesystem)
        return Store(place.address, fs.PyFileSystem(handler), place.root)
    return Store(str(place), fs.PyFileSystem(CrashingHandler(at, when)), place.as_posix())
