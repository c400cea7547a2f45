"""Layout of a store: the paths of its files, and the file operations that everything else is built on.

```
STORE/<table>/edition=YYYY-MM-DD/part-0.parquet     published tables
STORE/runs/edition=YYYY-MM-DD/manifest.json         the manifest of each published edition
STORE/.manifests/edition=YYYY-MM-DD/manifest.json   its copy, from which a repair restores it
STORE/.staging/<run_id>/                            tables of a run that has not published yet
STORE/.journal/<edition>.json                       an edition that is being published
STORE/.web/edition=YYYY-MM-DD/                      HTTP responses, kept for reruns of an edition
STORE/.boundary.json                                the date before which editions were removed
STORE/.lock                                         held by the run that writes (object stores: leases in .locks/)
```

A store is a folder or an object store; all access goes through `pyarrow.fs`. An object store has no folders and cannot
rename, but it writes or copies an object whole or not at all, which is what the renames here are for.

In a folder, whatever an operation has written, moved or made is on the disk when it returns (`store.flushing`), so that
a power failure keeps the order of operations, on which publishing relies. An object store promises that by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa
from pyarrow import fs

from newsfold.checksums import add_checksum, remove_checksum
from newsfold.errors import StoreError
from newsfold.store.flushing import flush_to_disk

MANIFESTS = "runs"
MANIFEST_COPIES = ".manifests"
STAGING = ".staging"
TEMPORARY_SUFFIX = ".tmp"  # of files that are still being written; nobody reads them
_RUN_ID = re.compile(r"(\d{4}-\d{2}-\d{2})-[\w-]+")
_EDITION_FOLDER = "edition="
_OBJECT_STORES = ("s3", "gcs", "abfs")
_SECRETS = ("access_key", "secret_key", "session_token")
_CREDENTIALS = re.compile(r"//[^/@]*@|\?.*")


def _flush_nothing(path: str) -> None:
    """Leave a file to the promises of its file system."""


@dataclass(frozen=True)
class Store:
    """A folder or an object store that holds editions.

    Attributes:
        address: the address as the user wrote it: a folder, or an s3:// or gs:// (or other pyarrow.fs) address.
        filesystem: the file system that contains the store.
        root: the store's folder in that file system, without a trailing slash.
        flush: what writes a file's content, or a folder's entries, to the disk.
    """

    address: str
    filesystem: fs.FileSystem
    root: str
    flush: Callable[[str], None] = _flush_nothing

    @property
    def name(self) -> str:
        """The address without credentials and options, for messages."""
        if "://" not in self.address:
            return self.address
        return _CREDENTIALS.sub(lambda match: "//" if match[0][0] == "/" else "", self.address)

    @property
    def folder(self) -> Path | None:
        """The folder on this machine, or None if the store is elsewhere."""
        return Path(self.root) if isinstance(self.filesystem, fs.LocalFileSystem) else None

    @property
    def is_object_store(self) -> bool:
        """Whether files are objects: they appear whole or not at all, and folders are only prefixes of their names."""
        return self.filesystem.type_name in _OBJECT_STORES

    def path(self, *parts: str) -> str:
        """Return the file system's path of something below the store's root."""
        return "/".join((self.root, *parts))

    def table_folder(self, table: str, edition: date) -> str:
        """Return the folder of a table's partition."""
        return self.path(table, f"{_EDITION_FOLDER}{edition}")

    def table_file(self, table: str, edition: date) -> str:
        """Return the Parquet file of a table's partition."""
        return f"{self.table_folder(table, edition)}/part-0.parquet"

    def manifest_file(self, edition: date) -> str:
        """Return the path of a published edition's manifest."""
        return f"{self.table_folder(MANIFESTS, edition)}/manifest.json"

    def manifest_copy(self, edition: date) -> str:
        """Return the path of the second copy of a published edition's manifest."""
        return f"{self.table_folder(MANIFEST_COPIES, edition)}/manifest.json"

    def staging_folder(self, run_id: str) -> str:
        """Return the folder of a run's staging area.

        Raises:
            StoreError: `run_id` is not a run id (`<edition>-<digest>`).
        """
        parse_run_id(run_id)
        return self.path(STAGING, run_id)

    def staged_file(self, run_id: str, table: str) -> str:
        """Return the Parquet file of a table in a run's staging area."""
        return f"{self.staging_folder(run_id)}/{table}.parquet"

    def staged_manifest(self, run_id: str) -> str:
        """Return the path of the manifest of a run that is publishing, or about to."""
        return f"{self.staging_folder(run_id)}/manifest.json"

    def exists(self, path: str) -> bool:
        """Return whether a file or folder exists."""
        return bool(self.filesystem.get_file_info(path).type != fs.FileType.NotFound)

    def list_children(self, path: str, *, recursive: bool = False) -> list[fs.FileInfo]:
        """Return the files and folders in a folder, sorted by path; an empty list if the folder does not exist."""
        selector = fs.FileSelector(path, allow_not_found=True, recursive=recursive)
        return sorted(self.filesystem.get_file_info(selector), key=lambda info: info.path)

    def read_json(self, path: str) -> dict[str, Any]:
        """Read a JSON object that `write_json` wrote.

        Raises:
            OSError: it is missing, or cannot be read.
            ValueError: it is damaged, or not a JSON object.
        """
        with self.filesystem.open_input_stream(path) as stream:
            content = json.loads(stream.read())
        if not isinstance(content, dict):
            raise ValueError(f"{path} holds no JSON object")
        return remove_checksum(content)

    def write_json(self, path: str, content: Mapping[str, Any]) -> None:
        """Replace a file with a JSON object and its checksum, atomically."""
        with self.replace_file(path) as stream:
            stream.write(to_json(add_checksum(content)))

    @contextmanager
    def replace_file(self, path: str, *, flush: bool = True) -> Iterator[pa.NativeFile]:
        """Yield a stream whose content replaces a file when the block ends; on failure the file stays as it is.

        Args:
            path: the file.
            flush: whether the file must survive a power failure; if not, it may be empty or damaged afterwards.
        """
        self.make_folder(_parent(path))
        with self.filesystem.open_output_stream(path + TEMPORARY_SUFFIX) as stream:
            yield stream
        if flush:
            self.flush(path + TEMPORARY_SUFFIX)
            self.move_file(path + TEMPORARY_SUFFIX, path)
        else:
            self.filesystem.move(path + TEMPORARY_SUFFIX, path)

    def copy_file(self, source: str, target: str, temporary: str) -> None:
        """Copy a file, atomically.

        Args:
            source: the file to copy.
            target: the path of the copy; an existing file is replaced.
            temporary: where the copy is written before it is moved, so that `target` is never half a file.
        """
        if self.is_object_store:
            self.filesystem.copy_file(source, target)
            return
        self.filesystem.copy_file(source, temporary)
        self.flush(temporary)
        self.make_folder(_parent(target))
        self.move_file(temporary, target)

    def move_file(self, source: str, target: str) -> None:
        """Move a file; an existing target is replaced."""
        self.filesystem.move(source, target)
        self.flush(_parent(target))

    def make_folder(self, path: str) -> None:
        """Create a folder and its parents, unless this is an object store."""
        missing = []
        while path and not self.is_object_store and not self.exists(path):
            missing.append(path)
            path = _parent(path)
        if missing:
            self.filesystem.create_dir(missing[0], recursive=True)
        for folder in missing:
            self.flush(_parent(folder))

    def remove_folder(self, path: str) -> None:
        """Delete a folder and its contents, if it exists."""
        if self.exists(path):
            self.filesystem.delete_dir(path)
            self.flush(_parent(path))

    def remove_file(self, path: str) -> None:
        """Delete a file, if it exists."""
        if self.exists(path):
            self.filesystem.delete_file(path)


def open_store(address: str | Path | Store) -> Store:
    """Open the store at an address; nothing is created before the first write.

    Args:
        address: a folder, or an address that pyarrow.fs knows (s3://, gs://, fsspec+…://); an open store is returned
            unchanged.

    Raises:
        StoreError: the file system is unknown or unreachable, or the address contains credentials. Those of an object
            store come from the environment (AWS_ACCESS_KEY_ID and the like), a profile or the machine's role.
    """
    if isinstance(address, Store):
        return address
    if "://" not in str(address):
        folder = Path(address).expanduser().absolute()
        return Store(str(address), fs.LocalFileSystem(), folder.as_posix().rstrip("/"), flush_to_disk)
    parts = urlsplit(str(address))
    if "@" in parts.netloc or any(name in _SECRETS for name, _ in parse_qsl(parts.query)):
        raise StoreError(
            f"The address of the store {Store(str(address), fs.LocalFileSystem(), '').name} contains credentials. "
            "Addresses are written to logs; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment instead."
        )
    try:
        filesystem, root = fs.FileSystem.from_uri(str(address))
    except (pa.ArrowInvalid, OSError, ImportError, ValueError) as error:
        shown = Store(str(address), fs.LocalFileSystem(), "").name
        raise StoreError(
            f"The store {shown} cannot be opened ({type(error).__name__}). Give a folder, or an "
            f"s3:// or gs:// address, and check the network and your credentials."
        ) from error
    flush = flush_to_disk if isinstance(filesystem, fs.LocalFileSystem) else _flush_nothing
    return Store(str(address), filesystem, root.rstrip("/"), flush)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def parse_run_id(run_id: str) -> date:
    """Return the edition that a run id begins with.

    Raises:
        StoreError: `run_id` is not a run id (`<edition>-<digest>`).
    """
    match = _RUN_ID.fullmatch(run_id)
    edition = match and parse_date(match[1])
    if not edition:
        raise StoreError(f"{run_id!r} is not a run id, which looks like 2013-06-05-0f3c: the edition, then a digest.")
    return edition


def parse_edition_folder(path: str) -> date | None:
    """Return the edition in whose partition folder a file lies, or None if the path names no edition."""
    folder = path.split("/")[-2] if "/" in path else ""
    return parse_date(folder.removeprefix(_EDITION_FOLDER)) if "=" in folder else None


def parse_date(text: str) -> date | None:
    """Return the date that a YYYY-MM-DD text names, or None if it names none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2013-06-05") else None
    except ValueError:
        return None


def to_json(content: Mapping[str, Any]) -> bytes:
    """Format a mapping as indented JSON, in the mapping's order: people read these files too."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


@contextmanager
def translate_errors(store: Store, action: str) -> Iterator[None]:
    """Raise a StoreError that says which action failed, and what to do, for any error of the file system."""
    try:
        yield
    except (OSError, pa.ArrowInvalid) as error:
        raise StoreError(
            f"{action} in {store.name} failed: {error}. Check the space and permissions there, "
            f"then run the same command again: it resumes where this one stopped."
        ) from error
