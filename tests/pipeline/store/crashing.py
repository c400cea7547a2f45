"""A local file system that dies at its N-th change, as a killed process does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pyarrow import fs

from pipeline.store import Store

When = Literal["before", "halfway", "after"]


class Killed(BaseException):
    """The process ends here; nothing that catches Exception may go on."""


@dataclass
class CrashingHandler:
    """Delegates to the local file system until change number `at`, dies there, and stays dead.

    It knows only what object stores can do as well: no appending, no emptying of folders.

    Attributes:
        at: the change to die at, counted from 0.
        when: before the change, with it half done, or right after it.
    """

    at: int
    when: When
    changes: int = 0
    dead: bool = False
    local: fs.LocalFileSystem = field(default_factory=fs.LocalFileSystem)

    def _change(self, change: Callable[[], Any], half: Callable[[], None]) -> Any:
        if self.dead:
            raise Killed
        self.changes += 1
        if self.changes <= self.at:
            return change()
        self.dead = True
        if self.when == "halfway":
            half()
        elif self.when == "after":
            change()
        raise Killed

    def open_output_stream(self, path: str, _metadata: Any) -> Any:
        return self._change(lambda: self.local.open_output_stream(path), lambda: _write(path, b"PAR1 and no more"))

    def copy_file(self, src: str, dest: str) -> None:
        content = Path(src).read_bytes()
        self._change(lambda: self.local.copy_file(src, dest), lambda: _write(dest, content[: len(content) // 2]))

    def delete_dir(self, path: str) -> None:
        self._change(lambda: self.local.delete_dir(path), lambda: _delete_every_second(path))

    def move(self, src: str, dest: str) -> None:
        # Half a move, as object stores know it: copied, not yet deleted.
        self._change(lambda: self.local.move(src, dest), lambda: _copy(src, dest))

    def create_dir(self, path: str, recursive: bool) -> None:
        self._change(lambda: self.local.create_dir(path, recursive=recursive), lambda: None)

    def delete_file(self, path: str) -> None:
        self._change(lambda: self.local.delete_file(path), lambda: None)

    def get_type_name(self) -> str:
        return "crashing"

    def normalize_path(self, path: str) -> str:
        return path

    def get_file_info(self, paths: list[str]) -> list[fs.FileInfo]:
        return list(self.local.get_file_info(paths))

    def get_file_info_selector(self, selector: fs.FileSelector) -> list[fs.FileInfo]:
        return list(self.local.get_file_info(selector))

    def open_input_stream(self, path: str) -> Any:
        return self.local.open_input_stream(path)

    def open_input_file(self, path: str) -> Any:
        return self.local.open_input_file(path)


fs.FileSystemHandler.register(CrashingHandler)


def crashing_store(folder: Path, at: int, when: When) -> Store:
    """A store in a local folder that dies at change number `at`."""
    return Store(str(folder), fs.PyFileSystem(CrashingHandler(at, when)), folder.as_posix())


def _write(path: str, content: bytes) -> None:
    Path(path).write_bytes(content)


def _copy(src: str, dest: str) -> None:
    shutil.copyfile(src, dest)


def _delete_every_second(path: str) -> None:
    for file in sorted(each for each in Path(path).rglob("*") if each.is_file())[::2]:
        file.unlink()
