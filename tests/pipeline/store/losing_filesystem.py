"""A file system in memory that loses power at its N-th operation, and with it what was not flushed to the disk.

It promises no more than POSIX does: the content of a file is on the disk once the file is flushed, a name in a folder
once the folder is. What was not flushed may be there all the same, or be lost, each change by itself; a file whose name
is there and whose content was lost is as long as it was, and all zeros.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from pyarrow import fs

from newsfold.store import Store

ROOT = "store"
Chooses = Callable[[], bool]


class PowerLoss(BaseException):
    """The machine is off; code that catches Exception does not catch this."""


@dataclass
class File:
    """A file: what was written, and what of it is on the disk."""

    content: bytes = b""
    flushed: bytes | None = None


@dataclass
class Folder:
    """A folder: its entries, those on the disk, and the changes in between (None removes a name)."""

    entries: dict[str, Node] = field(default_factory=dict)
    flushed: dict[str, Node] = field(default_factory=dict)
    pending: list[tuple[str, Node | None]] = field(default_factory=list)

    def change(self, name: str, node: Node | None) -> None:
        """Set or remove an entry."""
        self.pending.append((name, node))
        _apply(self.entries, name, node)


Node = File | Folder


@dataclass
class LosingHandler:
    """A file system that raises `PowerLoss` at operation number `at`, and from there on; None: never."""

    at: int | None = None
    operations: int = 0
    root: Folder = field(default_factory=Folder)

    def flush(self, path: str) -> None:
        """Flush a file's content, or a folder's entries, to the disk."""
        self._count()
        node = self._find(path)
        assert node is not None, f"{path} is flushed, but is not there"
        if isinstance(node, File):
            node.flushed = node.content
        else:
            node.flushed, node.pending = dict(node.entries), []

    def restore(self, survives: Chooses) -> LosingHandler:
        """Return the file system after the power is back.

        Args:
            survives: called for each change that was not flushed; returns whether it is on the disk all the same.
        """
        return LosingHandler(root=_restore_folder(self.root, survives))

    def open_output_stream(self, path: str, _metadata: Any) -> pa.NativeFile:
        self._count()
        file = File()
        folder, name = self._locate(path)
        folder.change(name, file)
        return pa.PythonFile(_Writing(file), mode="w")

    def copy_file(self, src: str, dest: str) -> None:
        self._count()
        folder, name = self._locate(dest)
        folder.change(name, File(self._file(src).content))

    def move(self, src: str, dest: str) -> None:
        self._count()
        (folder, name), (old_folder, old_name) = self._locate(dest), self._locate(src)
        folder.change(name, old_folder.entries[old_name])
        old_folder.change(old_name, None)

    def create_dir(self, path: str, recursive: bool) -> None:
        assert recursive
        self._count()
        folder = self.root
        for name in path.split("/"):
            if name not in folder.entries:
                folder.change(name, Folder())
            inner = folder.entries[name]
            assert isinstance(inner, Folder)
            folder = inner

    def delete_file(self, path: str) -> None:
        self._count()
        folder, name = self._locate(path)
        folder.change(name, None)

    def delete_dir(self, path: str) -> None:
        self._count()
        folder, name = self._locate(path)
        for inner in list(_walk(folder.entries[name])):
            for entry in list(inner.entries):
                inner.change(entry, None)
        folder.change(name, None)

    def get_type_name(self) -> str:
        return "losing"

    def normalize_path(self, path: str) -> str:
        return path

    def get_file_info(self, paths: list[str]) -> list[fs.FileInfo]:
        return [_describe(path, self._find(path)) for path in paths]

    def get_file_info_selector(self, selector: fs.FileSelector) -> list[fs.FileInfo]:
        found = self._find(selector.base_dir)
        if not isinstance(found, Folder):
            assert selector.allow_not_found
            return []
        listed = []
        for name, node in found.entries.items():
            path = f"{selector.base_dir}/{name}"
            listed.append(_describe(path, node))
            if selector.recursive and isinstance(node, Folder):
                listed += self.get_file_info_selector(fs.FileSelector(path, recursive=True))
        return listed

    def open_input_stream(self, path: str) -> pa.NativeFile:
        return pa.PythonFile(io.BytesIO(self._file(path).content), mode="r")

    def open_input_file(self, path: str) -> pa.NativeFile:
        return self.open_input_stream(path)

    def _count(self) -> None:
        if self.at is not None and self.operations >= self.at:
            raise PowerLoss
        self.operations += 1

    def _find(self, path: str) -> Node | None:
        node: Node | None = self.root
        for name in filter(None, path.split("/")):
            node = node.entries.get(name) if isinstance(node, Folder) else None
        return node

    def _file(self, path: str) -> File:
        found = self._find(path)
        if not isinstance(found, File):
            raise FileNotFoundError(path)
        return found

    def _locate(self, path: str) -> tuple[Folder, str]:
        folder = self._find(path.rpartition("/")[0])
        if not isinstance(folder, Folder):
            raise FileNotFoundError(path)
        return folder, path.rpartition("/")[2]


fs.FileSystemHandler.register(LosingHandler)


def open_losing_store(handler: LosingHandler) -> Store:
    """Return the store on such a file system."""
    return Store("losing", fs.PyFileSystem(handler), ROOT, handler.flush)


class _Writing(io.BytesIO):
    """The stream of a file that is being written."""

    def __init__(self, file: File) -> None:
        super().__init__()
        self.file = file

    def close(self) -> None:
        if not self.closed:
            self.file.content = self.getvalue()
        super().close()


def _apply(entries: dict[str, Node], name: str, node: Node | None) -> None:
    if node is None:
        entries.pop(name, None)
    else:
        entries[name] = node


def _walk(node: Node) -> Iterator[Folder]:
    if isinstance(node, Folder):
        yield node
        for inner in node.entries.values():
            yield from _walk(inner)


def _restore_folder(folder: Folder, survives: Chooses) -> Folder:
    entries = dict(folder.flushed)
    for name, node in folder.pending:
        if survives():
            _apply(entries, name, node)
    restored = {
        name: _restore_folder(node, survives) if isinstance(node, Folder) else _restore_file(node, survives)
        for name, node in entries.items()
    }
    return Folder(restored, dict(restored))


def _restore_file(file: File, survives: Chooses) -> File:
    if file.flushed is not None:
        return File(file.flushed, file.flushed)
    content = file.content if survives() else bytes(len(file.content))
    return File(content, content)


def _describe(path: str, node: Node | None) -> fs.FileInfo:
    if node is None:
        return fs.FileInfo(path, fs.FileType.NotFound)
    if isinstance(node, Folder):
        return fs.FileInfo(path, fs.FileType.Directory)
    return fs.FileInfo(path, fs.FileType.File, size=len(node.content))
