"""A notebook about an edition: thirteen questions, answered with tables and plots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsfold import store
from newsfold.errors import ConfigError, NewsfoldError, StoreError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["build_notebook", "execute_notebook", "write_notebook"]

# The cells are a script in the percent format (of Spyder, Jupytext, VS Code), so that their code is linted.
_SCRIPTS = [Path(__file__).parent / "cells" / name for name in ("setup.py", "questions.py", "threads.py")]
_CELL_START = re.compile(r"^# %%(?P<markdown> \[markdown\])?\n", re.MULTILINE)
_MAX_SECONDS_PER_CELL = 600


def build_notebook(address: str, edition: store.Edition = "latest") -> NotebookNode:
    """Build the notebook of an edition, not executed: equal for equal arguments.

    Args:
        address: the store; a folder's absolute path is written into the notebook, so that it opens from anywhere.
        edition: a date (or `YYYY-MM-DD`), or `latest`: the edition that is the latest now.

    Raises:
        ConfigError: the extra `notebook` is not installed.
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read, or the edition has no stories.
    """
    nbformat = _import_nbformat()
    opened = store.open_store(address)
    location = str(opened.folder) if opened.folder else opened.address
    manifest = store.load_manifest(opened, edition)
    edition_date = manifest["edition_date"]
    if not manifest["quality"]["stories"]:
        raise StoreError(f"The edition {edition_date} has no stories to ask about. Name another one with --edition.")
    cells = []
    for number, (is_markdown, source) in enumerate(
        _split_cells("".join(file.read_text(encoding="utf-8") for file in _SCRIPTS))
    ):
        filled = source.replace('"{store}"', repr(location)).replace("{edition}", edition_date)
        new_cell = nbformat.v4.new_markdown_cell if is_markdown else nbformat.v4.new_code_cell
        cells.append(new_cell(filled, id=f"cell-{number:02}"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook: NotebookNode = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
    )
    return notebook


def execute_notebook(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Execute every cell of a notebook, and return the notebook with their results.

    Args:
        notebook: a notebook of `build_notebook`.
        folder: the working directory of its kernel.

    Raises:
        ConfigError: the extra `notebook` is not installed.
        NewsfoldError: a cell failed.
    """
    _import_nbformat()
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    # The kernel warns at each start that it talks over loopback in plain text.
    arguments = ["--IPKernelApp.log_level=ERROR"]
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=_MAX_SECONDS_PER_CELL, resources=resources, extra_arguments=arguments)
    try:
        client.execute()
    except CellExecutionError as error:
        raise NewsfoldError(f"A cell of the notebook failed with {error.ename}: {error.evalue}") from error
    return notebook


def write_notebook(notebook: NotebookNode, out: Path) -> None:
    """Write a notebook to a file.

    Raises:
        ConfigError: the file cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(_import_nbformat().writes(notebook) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConfigError(f"The notebook {out} cannot be written: {error.strerror}. Check --out.") from error


def _import_nbformat() -> Any:
    try:
        import nbformat
    except ImportError as error:
        raise ConfigError("The notebook needs more libraries: pip install 'newsfold[notebook]'.") from error
    return nbformat


def _split_cells(script: str) -> Iterator[tuple[bool, str]]:
    """Yield the cells of a percent script: whether each is Markdown, and its source."""
    starts = list(_CELL_START.finditer(script))
    for at, start in enumerate(starts):
        end = starts[at + 1].start() if at + 1 < len(starts) else len(script)
        source = script[start.end() : end].strip()
        is_markdown = start["markdown"] is not None
        yield is_markdown, re.sub(r"^# ?", "", source, flags=re.MULTILINE) if is_markdown else source
