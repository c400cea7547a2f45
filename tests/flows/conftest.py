"""Two nights of articles on disk, a site on the loopback interface, and one Prefect server for all flow tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.server import Site

ON_PREFECT = [
    pytest.mark.usefixtures("prefect_server"),
    # Prefect's own server code, not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]

# Settings that let a crawl of a test's own site end at once.
FETCH: dict[str, Any] = {
    "contact": "mailto:desk@newsfold.example",
    "delay_seconds": 0,
    "private_networks": ["127.0.0.1/32"],
    "retries": 0,
    "source_retry_seconds": 0,
}
NIGHTS = {
    "2013-06-05": [
        (
            "Gazette",
            "Ferry sinks off Lomo with 214 aboard",
            "A ferry sank off Lomo island before dawn. Captain Arrieta is missing.",
        ),
        (
            "Courier",
            "Lomo ferry disaster: 214 were aboard",
            "The Lomo ferry went down before dawn and Captain Arrieta is missing.",
        ),
        (
            "Gazette",
            "Council approves the yearly budget",
            "The council of Pellara approved its budget after a night of talks.",
        ),
    ],
    "2013-06-06": [
        (
            "Gazette",
            "Divers find the Lomo ferry's wreck",
            "Divers found the wreck of the Lomo ferry; Captain Arrieta is still missing.",
        ),
        ("Courier", "A recipe for plum cake", "Beat the butter with the sugar until it is pale."),
    ],
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration over two nights of JSONL."""
    for night, articles in NIGHTS.items():
        folder = tmp_path / "in" / night
        folder.mkdir(parents=True)
        lines = [
            json.dumps(
                {
                    "outlet": outlet,
                    "title": title,
                    "text": body,
                    "published_at": f"{night}T0{number}:00:00Z",
                    "url": f"https://{outlet.lower()}.example/{night}/{number}",
                }
            )
            for number, (outlet, title, body) in enumerate(articles)
        ]
        (folder / "articles.jsonl").write_text("\n".join(lines))
    return written(tmp_path, {"sources": [{"name": "wire", "path": "in/{edition_date}/*.jsonl"}]})


def written(folder: Path, content: dict[str, object]) -> Path:
    """A configuration file in `folder`, its store beside it."""
    file = folder / "newsfold.yaml"
    file.write_text(yaml.safe_dump({"store": str(folder / "store"), "edition": "all"} | content))
    return file


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """An ephemeral Prefect server with a database of its own."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield


def parquet_bytes(store: Path) -> dict[str, bytes]:
    """Every published Parquet file, by its path in the store."""
    return {
        str(file.relative_to(store)): file.read_bytes()
        for file in sorted(store.rglob("*.parquet"))
        if not any(part.startswith(".") for part in file.relative_to(store).parts)
    }
