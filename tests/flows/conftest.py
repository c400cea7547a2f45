"""Two nights of articles on disk, and a site on the loopback interface."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
import yaml

import newsfold
from newsfold import schemas, store
from newsfold.dataflow import Stage
from newsfold_flows import runner
from newsfold_flows.nightly import nightly
from newsfold_flows.run import Run
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
FIRST, SECOND, THIRD = date(2013, 6, 5), date(2013, 6, 6), date(2013, 6, 7)
SINKS = "A ferry sank off Lomo island before dawn. Captain Arrieta is missing."
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
    return write_two_nights(tmp_path)


def write_two_nights(place: Path) -> Path:
    """Write two nights of JSONL, and return a configuration over them."""
    for night, articles in NIGHTS.items():
        folder = place / "in" / night
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
    return write_config(place, {"sources": [{"name": "wire", "path": "in/{edition_date}/*.jsonl"}]})


@pytest.fixture
def three_nights(config: Path, tmp_path: Path) -> Path:
    """The configuration with a third night, on which the story of the ferry goes on."""
    found = "Fishermen found Captain Arrieta, missing since the Lomo ferry sank, alive on a sandbank near the wreck."
    deliver(tmp_path, THIRD, input_row(THIRD, "Courier", "Captain Arrieta of the sunken Lomo ferry is found", found))
    return config


def input_row(night: date, outlet: str, title: str, body: str, number: int = 0, **columns: Any) -> dict[str, Any]:
    """Return an article as a source delivers it."""
    url = f"https://{outlet.lower()}.example/{night}/{number}"
    return {"outlet": outlet, "title": title, "text": body, "published_at": f"{night}T06:00:00Z", "url": url} | columns


def deliver(folder: Path, night: date, *rows: dict[str, Any]) -> None:
    """Add articles to those in the folder of a night."""
    file = folder / "in" / str(night) / "articles.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    existing = file.read_text().splitlines() if file.exists() else []
    file.write_text("\n".join([*existing, *map(json.dumps, rows)]))


def load_ferry_story(address: Path, edition: date | str = "latest") -> dict[str, Any]:
    """Return the row of the largest story about a ferry."""
    stories = newsfold.load(address, "stories", edition)
    rows = stories.filter(pc.match_substring(stories["headline"], "ferry", ignore_case=True)).to_pylist()
    return dict(max(rows, key=lambda row: int(row["n_articles"])))


def extend_config(config: Path, **sections: Any) -> Path:
    """Rewrite a configuration file with more sections."""
    return write_config(config.parent, yaml.safe_load(config.read_text()) | sections)


def write_config(folder: Path, content: dict[str, Any]) -> Path:
    """Write a configuration file into `folder`, its store beside it."""
    file = folder / "newsfold.yaml"
    file.write_text(yaml.safe_dump({"store": str(folder / "store"), "edition": "all"} | content))
    return file


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory, prefect_server: None) -> Path:
    """A folder with a configuration and what undisturbed runs make of it: store `one` (first edition), and `both`."""
    folder = tmp_path_factory.mktemp("reference")
    config = str(write_two_nights(folder))
    nightly(config, FIRST, str(folder / "one"))
    shutil.copytree(folder / "one", folder / "both")
    nightly(config, SECOND, str(folder / "both"))
    return folder


@pytest.fixture
def own_store(reference: Path, tmp_path: Path) -> Path:
    """A store of the test's own, with the first edition."""
    shutil.copytree(reference / "one", tmp_path / "store")
    return tmp_path / "store"


def check_first_edition(reference: Path, address: Path) -> None:
    """The first edition is there, whole, and readable."""
    assert FIRST in store.list_editions(address)
    assert store.verify_edition(address, store.load_manifest(address, FIRST))
    for name in schemas.PUBLISHED:
        assert newsfold.load(address, name, FIRST).equals(newsfold.load(reference / "one", name, FIRST)), name


def check_next_run(reference: Path, address: Path) -> None:
    """The next run of the second edition publishes what an undisturbed one does, and leaves nothing behind."""
    nightly(str(reference / "newsfold.yaml"), SECOND, str(address))
    assert parquet_bytes(address) == parquet_bytes(reference / "both")
    assert not list((address / ".staging").glob("*"))
    assert store.verify_store(address).problems == ()


@pytest.fixture
def executed_stages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the stages that runs execute, in order; a stage that is skipped is not among them."""
    names: list[str] = []
    after_stage(monkeypatch, lambda _, stage: names.append(stage.name))
    return names


def after_stage(monkeypatch: pytest.MonkeyPatch, hook: Callable[[Run, Stage], None]) -> None:
    """Call a hook after each stage that a run executes, while its tables are staged."""
    run_steps = runner.run_steps

    def run_steps_and_hook(run: Run, stage: Stage, *arguments: Any) -> int:
        rows = run_steps(run, stage, *arguments)
        hook(run, stage)
        return rows

    monkeypatch.setattr(runner, "run_steps", run_steps_and_hook)


def fail_after_stage(monkeypatch: pytest.MonkeyPatch, name: str, error: type[Exception] = RuntimeError) -> None:
    """Let runs fail in a stage, before it is complete."""

    def fail(_: Run, stage: Stage) -> None:
        if stage.name == name:
            raise error(f"no {name} today")

    after_stage(monkeypatch, fail)


def parquet_bytes(address: Path) -> dict[str, bytes]:
    """Return every published Parquet file, by its path in the store."""
    return {
        str(file.relative_to(address)): file.read_bytes()
        for file in sorted(address.rglob("*.parquet"))
        if not any(part.startswith(".") for part in file.relative_to(address).parts)
    }
