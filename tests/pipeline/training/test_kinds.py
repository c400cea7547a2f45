"""Training of the model of kinds."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

from newsfold import sources, training
from newsfold.errors import ConfigError, ModelError, SourceError
from newsfold.extraction.stage import extract_articles
from newsfold.settings import Kinds, Settings

VERBS = ("sinks", "burns", "opens", "closes", "moves", "leaks", "rises", "falls")


@pytest.fixture
def rows() -> list[dict[str, str]]:
    """Sixty four articles: half of them reports, half notes on knitting, of four outlets."""
    found = []
    for number in range(64):
        verb, outlet = VERBS[number % 8], f"Outlet {number % 4}"
        knitting = number % 2 == 1
        title = f"Knitting pattern {number}: wool {verb}" if knitting else f"Ferry {number} {verb} off Lomo"
        text = "Cast on and purl." if knitting else "The ferry company confirmed it on Monday."
        kind = "service" if knitting else "news"
        found.append({"id": f"k{number:02d}", "outlet": outlet, "title": title, "text": text, "kind": kind})
    return found


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    pyarrow.csv.write_csv(pa.Table.from_pylist(rows), path)
    return path


def test_a_model_learns_the_kinds_of_a_table(rows: list[dict[str, str]], tmp_path: Path) -> None:
    model = training.train_kinds([write(tmp_path / "articles.csv", rows)], Settings())
    path = tmp_path / "kinds.json"
    model.save(path)
    assert model.provenance["labelled"]["service"] == 32
    fresh = [
        {"id": "1", "outlet": "New", "title": "Knitting pattern for a scarf", "text": "Cast on and purl."},
        {"id": "2", "outlet": "New", "title": "Ferry lost off Lomo", "text": "The company confirmed it on Monday."},
    ]
    documents = sources.documents_from_table(pa.Table.from_pylist(fresh), "fresh")
    articles, _ = extract_articles(documents, Settings(kinds=Kinds(model=str(path))))
    assert articles.sort_by("article_id")["kind"].to_pylist() == ["service", "news"]


def test_labels_may_stand_in_a_table_of_their_own_and_give_the_same_bytes(
    rows: list[dict[str, str]], tmp_path: Path
) -> None:
    labels = write(tmp_path / "labels.csv", [{"article_id": row["id"], "kind": row["kind"]} for row in rows])
    bare = write(tmp_path / "articles.csv", [{k: v for k, v in row.items() if k != "kind"} for row in rows])
    models = []
    for ordered in (rows, rows[::-1]):
        bare = write(tmp_path / "articles.csv", [{k: v for k, v in row.items() if k != "kind"} for row in ordered])
        path = tmp_path / "model.json"
        model = training.train_kinds([bare], Settings(), [labels])
        model.provenance["sets"].clear()
        model.save(path)
        models.append(path.read_bytes())
    assert models[0] == models[1]


def test_unusable_labels_are_refused(rows: list[dict[str, str]], tmp_path: Path) -> None:
    wrong = write(tmp_path / "wrong.csv", [{**rows[0], "kind": "gossip"}])
    with pytest.raises(ConfigError, match=r"gossip.*The kinds are"):
        training.train_kinds([wrong], Settings())
    articles = write(tmp_path / "articles.csv", rows)
    other = write(tmp_path / "other.csv", [{"article_id": rows[0]["id"], "kind": "live"}])
    with pytest.raises(ConfigError, match="calls k00 live"):
        training.train_kinds([articles], Settings(), [other])
    with pytest.raises(SourceError, match="article_id"):
        training.train_kinds([articles], Settings(), [write(tmp_path / "bare.csv", [{"kind": "live"}])])
    bare = write(tmp_path / "bare.csv", [{"id": "x", "title": "Ferry sinks"}])
    with pytest.raises(ConfigError, match="None of these articles has a label"):
        training.train_kinds([bare], Settings())
    with pytest.raises(ModelError, match="too little"):
        training.train_kinds([write(tmp_path / "few.csv", rows[:10])], Settings())
