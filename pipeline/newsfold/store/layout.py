"""Where everything lies in a store, and the few file operations every part of it is made of.

```
STORE/<table>/edition=YYYY-MM-DD/part-0.parquet     what editions published
STORE/runs/edition=YYYY-MM-DD/manifest.json         what each of them is
STORE/.staging/<run_id>/                            what a run has made so far
STORE/.journal/<edition>.json                       an edition that is being published
STORE/.web/edition=YYYY-MM-DD/                      what the web answered, for reruns of an edition
STORE/.lock                                         held by the run that writes (in an object store: .locks/, leases)
```

A store is a folder or an object store: everything goes through `pyarrow.fs`. An object store has no folders and cannot
rename, but it puts or copies an object whole or not at all, which is what a rename is for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa
from pyarrow import fs

from newsfold.errors import StoreError

UNFINISHED = ".tmp"  # the ending of files that are still being written; nobody reads them
_RUN_ID = re.compile(r"(\d{4}-\d{2}-\d{2})-[\w-]+")
_EDITION_FOLDER = "edition="
_OBJECT_STORES = ("s3", "gcs", "abfs")
_SECRETS = ("access_key", "secret_key", "session_token")
_CREDENTIALS = re.compile(r"//[^/@]*@|\?.*")


@dataclass(frozen=True)
class Store:
    """A place that holds editions.

    Attributes:
        address: what the user calls it: a folder or an s3://, gs:// (or other pyarrow.fs) address.
        filesystem: the file system it lies in.
        root: its folder in that file system, without a slash at the end.
    """

    address: str
    filesystem: fs.FileSystem
    root: str

    @property
    def name(self) -> str:
        """The address as messages show it: without keys and options."""
        if "://" not in self.address:
            return self.address
        return _CREDENTIALS.sub(lambda found: "//" if found[0][0] == "/" else "", self.address)

    @property
    def folder(self) -> Path | None:
        """The folder on this machine, or None for a store elsewhere."""
        return Path(self.root) if isinstance(self.filesystem, fs.LocalFileSystem) else None

    @property
    def is_object_store(self) -> bool:
        """Whether files are objects: they appear whole or not at all, and folders are but parts of their names."""
        return self.filesystem.type_name in _OBJECT_STORES

    def path(self, *parts: str) -> str:
        """The path in the file system of something below the store's root."""
        return "/".join((self.root, *parts))

    def table_folder(self, table: str, edition: date) -> str:
        """The folder of a table's partition."""
        return self.path(table, f"{_EDITION_FOLDER}{edition}")

    def table_file(self, table: str, edition: date) -> str:
        """The Parquet file of a table's partition."""
        return f"{self.table_folder(table, edition)}/part-0.parquet"

    def manifest_file(self, edition: date) -> str:
        """The manifest of a published edition."""
        return self.path("runs", f"{_EDITION_FOLDER}{edition}", "manifest.json")

    def staging_folder(self, run_id: str) -> str:
        """The staging area of a run.

        Raises:
            StoreError: this is no run id (`<edition>-<digest>`).
        """
        parse_run_id(run_id)
        return self.path(".staging", run_id)

    def staged_file(self, run_id: str, table: str) -> str:
        """The Parquet file of a table in a run's staging area."""
        return f"{self.staging_folder(run_id)}/{table}.parquet"

    def staged_manifest(self, run_id: str) -> str:
        """The manifest of a run that is about to publish, or publishing."""
        return f"{self.staging_folder(run_id)}/manifest.json"

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""
        return bool(self.filesystem.get_file_info(path).type != fs.FileType.NotFound)

    def list_children(self, path: str, *, recursive: bool = False) -> list[fs.FileInfo]:
        """The files and folders in a folder, by path; none where the folder is not there."""
        selector = fs.FileSelector(path, allow_not_found=True, recursive=recursive)
        return sorted(self.filesystem.get_file_info(selector), key=lambda info: info.path)

    def read_json(self, path: str) -> dict[str, Any]:
        """A JSON object from a file."""
        with self.filesystem.open_input_stream(path) as stream:
            found = json.loads(stream.read())
        return dict(found)

    def write_json(self, path: str, content: Mapping[str, Any]) -> None:
        """Put a JSON object in place of a file, all at once."""
        with self.replace_file(path) as stream:
            stream.write(to_json(content))

    @contextmanager
    def replace_file(self, path: str) -> Iterator[pa.NativeFile]:
        """A stream whose content takes a file's place at the end, and not at all on failure."""
        self.make_folder(path.rpartition("/")[0])
        with self.filesystem.open_output_stream(path + UNFINISHED) as stream:
            yield stream
        self.filesystem.move(path + UNFINISHED, path)

    def copy(self, source: str, path: str, growing: str) -> None:
        """Put a copy of a file in a place, all at once.

        Args:
            source: the file.
            path: the place; a file that is there is replaced.
            growing: where the copy grows, so that there is never half a file in the place.
        """
        if self.is_object_store:
            self.filesystem.copy_file(source, path)
            return
        self.filesystem.copy_file(source, growing)
        self.make_folder(path.rpartition("/")[0])
        self.filesystem.move(growing, path)

    def make_folder(self, path: str) -> None:
        """Make a folder and those above it, where there are such things."""
        if not self.is_object_store:
            self.filesystem.create_dir(path, recursive=True)

    def remove_folder(self, path: str) -> None:
        """Delete a folder and all it holds, if it is there."""
        if self.exists(path):
            self.filesystem.delete_dir(path)

    def remove_file(self, path: str) -> None:
        """Delete a file, if it is there."""
        if self.exists(path):
            self.filesystem.delete_file(path)


def open_store(address: str | Path | Store) -> Store:
    """The store at an address; nothing is created before the first write.

    Args:
        address: a folder, or an address pyarrow.fs knows (s3://, gs://, fsspec+…://); a store is
            handed back as it is.

    Raises:
        StoreError: the address names no file system, or one that cannot be reached, or it holds credentials: those of
            an object store come from the environment (AWS_ACCESS_KEY_ID and the like), a profile or the machine's role.
    """
    if isinstance(address, Store):
        return address
    if "://" not in str(address):
        folder = Path(address).expanduser().absolute()
        return Store(str(address), fs.LocalFileSystem(), folder.as_posix().rstrip("/"))
    parts = urlsplit(str(address))
    if "@" in parts.netloc or any(name in _SECRETS for name, _ in parse_qsl(parts.query)):
        raise StoreError(
            f"The address of the store {Store(str(address), fs.LocalFileSystem(), '').name} holds credentials. An "
            "address is written into logs; give them in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)."
        )
    try:
        filesystem, root = fs.FileSystem.from_uri(str(address))
    except (pa.ArrowInvalid, OSError, ImportError, ValueError) as error:
        shown = Store(str(address), fs.LocalFileSystem(), "").name
        raise StoreError(
            f"The store {shown} cannot be opened ({type(error).__name__}). Give a folder, or an "
            f"s3:// or gs:// address, and check the network and your credentials."
        ) from error
    return Store(str(address), filesystem, root.rstrip("/"))


def parse_run_id(run_id: str) -> date:
    """The edition a run belongs to: its id begins with it.

    Raises:
        StoreError: this is no run id (`<edition>-<digest>`).
    """
    found = _RUN_ID.fullmatch(run_id)
    edition = found and parse_date(found[1])
    if not edition:
        raise StoreError(f"{run_id!r} is no run id; one looks like 2013-06-05-0f3c, edition first.")
    return edition


def parse_edition_folder(path: str) -> date | None:
    """The edition whose partition folder holds a file, or None where the path names none."""
    folder = path.split("/")[-2] if "/" in path else ""
    return parse_date(folder.removeprefix(_EDITION_FOLDER)) if "=" in folder else None


def parse_date(text: str) -> date | None:
    """The date in a YYYY-MM-DD text, or None where it is no such date."""
    try:
        return date.fromisoformat(text) if len(text) == len("2013-06-05") else None
    except ValueError:
        return None


def to_json(content: Mapping[str, Any]) -> bytes:
    """JSON for files that people also read, in the mapping's own order."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


@contextmanager
def translate_errors(store: Store, what: str) -> Iterator[None]:
    """Turn the file system's errors into StoreErrors that say what failed and what to do."""
    try:
        yield
    except (OSError, pa.ArrowInvalid) as error:
        raise StoreError(
            f"{what} in {store.name} failed: {error}. Check the space and permissions there; "
            f"the same command goes on where this one stopped."
        ) from error
