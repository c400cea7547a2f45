"""Fetch the public labelled sets of the benchmarks: `python -m tests.benchmarks.fetch FOLDER [--set NAME]`.

Downloads each set from where its makers publish it to FOLDER/downloads, checks it, and writes FOLDER/NAME.parquet with
the columns that `newsfold evaluate` takes, and FOLDER/NAME_references.parquet if editors wrote headlines and summaries.
Tests and the figures of README.md find them in `../shared/data/labelled`, beside the checkout.

`--list` says where each set is published, under which licence, and which ones are not public. Interrupted downloads
continue when the command is run again. No publisher says what the SHA-256 of its file is: the one of the first download
that could be converted is trusted, written beside the file, and compared from then on. A converted set is compared with
the ids and labels that the figures were measured on; its texts may differ from those in spaces and in dates that were
found by other means. The texts belong to their publishers.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.command_line import create_parser
from tests.benchmarks.fetch.convert import ConversionError
from tests.benchmarks.fetch.download import FetchError, create_client, fetch_file, is_trusted, trust_file
from tests.benchmarks.fetch.sets import NOT_PUBLIC, SETS, LabelledSet

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("id", "url", "outlet", "title", "text")]
    + [("published_at", pa.timestamp("us", "UTC")), ("language", pa.string()), ("story", pa.string())]
)
REFERENCES = pa.schema([(name, pa.string()) for name in ("story", "headline", "summary")])


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch, and print what came of each set; 1 if one is missing."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where the sets are written")
    parser.add_argument("--set", action="append", choices=sorted(SETS), dest="names", help="only this one; repeatable")
    parser.add_argument("--list", action="store_true", help="say where the sets are published, and fetch none")
    options = parser.parse_args(arguments)
    if options.list:
        sys.stdout.writelines(f"{line}\n" for line in describe_sets())
        return 0
    if options.folder is None:
        parser.error("name a folder, or give --list")
    failed = 0
    with create_client() as client:
        for name in options.names or SETS:
            try:
                outcome = fetch_set(client, SETS[name], options.folder)
            except (FetchError, ConversionError) as error:
                failed += 1
                outcome = str(error)
            sys.stdout.write(f"{name}: {outcome}\n")
            sys.stdout.flush()
    if not options.names:
        sys.stdout.writelines(f"{name}: not public: {reason}\n" for name, reason in NOT_PUBLIC.items())
    return min(failed, 1)


def fetch_set(client: httpx.Client, labelled: LabelledSet, folder: Path) -> str:
    """Fetch one set and write its tables, and return a line about it.

    Raises:
        FetchError: a file cannot be fetched, or is not the one that was trusted before.
        ConversionError: a file is not in the form in which the set is published.
    """
    downloads = folder / "downloads"
    files = [fetch_file(client, source, downloads) for source in labelled.sources]
    try:
        rows, references = labelled.convert(files)
    except ConversionError as error:
        for file in error.files:
            if not is_trusted(file):
                file.unlink()  # a page that says "not found", say: the next run asks again
        raise ConversionError(f"{error} Run the command again, or see {labelled.page}.") from error
    for file in files:
        trust_file(file)
    table = pa.Table.from_pylist(rows, schema=SCHEMA).sort_by("id")
    write_parquet(table, folder / f"{labelled.name}.parquet")
    if references:
        write_parquet(
            pa.Table.from_pylist(references, schema=REFERENCES), folder / f"{labelled.name}_references.parquet"
        )
    stories = len(set(table["story"].to_pylist()) - {None})
    same = "the ids and labels that the figures were measured on"
    verdict = f"these are {same}" if digest_labels(table) == labelled.labels_sha256 else f"these are not {same}"
    terms = "" if labelled.may_share else f" Do not pass it on: {labelled.licence}."
    return f"{table.num_rows:,} articles, {stories:,} stories; {verdict}.{terms}"


def digest_labels(table: pa.Table) -> str:
    """Return the SHA-256 of the ids and stories of a set, sorted, a line each with a tab."""
    pairs = zip(table["id"].to_pylist(), table["story"].to_pylist(), strict=True)
    return hashlib.sha256("\n".join(sorted(f"{id_}\t{story or ''}" for id_, story in pairs)).encode()).hexdigest()


def write_parquet(table: pa.Table, out: Path) -> None:
    """Write a table so that the file is whole or absent."""
    temporary = out.with_name(f"{out.name}.tmp")
    pq.write_table(table, temporary, compression="zstd")
    temporary.replace(out)


def describe_sets() -> list[str]:
    """Describe each set: what it is, where it is published, its licence."""
    lines = []
    for labelled in SETS.values():
        lines += [f"{labelled.name}: {labelled.what}", f"  page     {labelled.page}", f"  licence  {labelled.licence}"]
        lines += [f"  file     {source.url or f'by hand, to downloads/{source.name}'}" for source in labelled.sources]
    return lines + [f"{name}: not public: {reason}" for name, reason in NOT_PUBLIC.items()]


if __name__ == "__main__":
    sys.exit(main())
