"""A ready notebook on a store: ten questions to an edition, answered with tables and plots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsfold import store
from newsfold.errors import ConfigError, NewsfoldError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["execute", "explore", "write"]

# The cells, as a script in the percent format (of Spyder, Jupytext, VS Code): code that is linted, prose as comments.
_CELLS = Path(__file__).parent / "cells" / "explore.py"
_CELL = re.compile(r"^# %%(?P<prose> \[markdown\])?\n", re.MULTILINE)
_SECONDS = 600  # that a cell may take


def explore(address: str, edition: store.Edition = "latest") -> NotebookNode:
    """The notebook for an edition of a store; equal for equal arguments, with nothing executed.

    Args:
        address: the store; a folder is written into the notebook whole, so that it opens from anywhere.
        edition: a date (or `YYYY-MM-DD`), or `latest`, which is the one that is the latest now.

    Raises:
        ConfigError: the extra `notebook` is not installed.
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read.
    """
    nbformat = _nbformat()
    keeper = store.open_store(address)
    place = str(keeper.folder) if keeper.folder else keeper.address
    on = store.load_manifest(keeper, edition)["edition_date"]
    cells = []
    for number, (is_prose, source) in enumerate(_cells(_CELLS.read_text(encoding="utf-8"))):
        filled = source.replace('"{store}"', repr(place)).replace("{edition}", on)
        make = nbformat.v4.new_markdown_cell if is_prose else nbformat.v4.new_code_cell
        cells.append(make(filled, id=f"cell-{number:02}"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made: NotebookNode = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
    )
    return made


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """The notebook with the results of every cell in it.

    Args:
        notebook: as `explore` makes it.
        folder: where it runs.

    Raises:
        ConfigError: the extra `notebook` is not installed.
        NewsfoldError: a cell failed.
    """
    _nbformat()
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    # The kernel warns at each start that it talks over loopback in plain text.
    quiet = ["--IPKernelApp.log_level=ERROR"]
    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=_SECONDS, resources=where, extra_arguments=quiet)
    try:
        client.execute()
    except CellExecutionError as error:
        raise NewsfoldError(f"A cell of the notebook failed with {error.ename}: {error.evalue}") from error
    return notebook


def write(notebook: NotebookNode, out: Path) -> None:
    """Put a notebook into a file.

    Raises:
        ConfigError: it cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(_nbformat().writes(notebook) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConfigError(f"The notebook {out} cannot be written: {error.strerror}. Check --out.") from error


def _nbformat() -> Any:
    try:
        import nbformat
    except ImportError as error:
        raise ConfigError("The notebook needs more libraries: pip install 'newsfold[notebook]'.") from error
    return nbformat


def _cells(script: str) -> Iterator[tuple[bool, str]]:
    """The cells of a percent script: whether each is prose, and its source."""
    starts = list(_CELL.finditer(script))
    for at, start in enumerate(starts):
        end = starts[at + 1].start() if at + 1 < len(starts) else len(script)
        source = script[start.end() : end].strip()
        is_prose = start["prose"] is not None
        yield is_prose, re.sub(r"^# ?", "", source, flags=re.MULTILINE) if is_prose else source
