"""The salience model: trained on editors' summaries, saved, loaded and evaluated."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsfold import summaries, training
from newsfold.errors import ConfigError, ModelError
from newsfold.evaluation.references import Reference, read_references
from newsfold.settings import Settings
from newsfold.settings import Summaries as SummariesSettings
from newsfold.training.datasets import LabelledSet

PLACES = ["Norrhavn", "Ostby", "Skate Point", "Lomo", "Vik", "Harstad", "Tromdal", "Bergen", "Arvik", "Solund"]


@pytest.fixture
def labelled(tmp_path: Path) -> LabelledSet:
    """Stories whose first sentences are news, and whose second sentences are irrelevant."""
    rows = []
    for number, place in enumerate(PLACES):
        for outlet in ("Post", "Echo"):
            news = f"The council of {place} {'closed' if outlet == 'Post' else 'has shut'} bridge {number} on Friday."
            irrelevant = f"Gulls circled over {outlet} reporters for hours and nobody minded them at all."
            rows.append(
                (f"{outlet}{number}", outlet, f"{place} bridge {number} closed", f"{news} {irrelevant}", f"s{number}")
            )
    path = tmp_path / "bridges.parquet"
    columns = zip(*rows, strict=True)
    pq.write_table(pa.table(dict(zip(["id", "outlet", "title", "text", "story"], columns, strict=True))), path)
    (labelled_set,) = training.load_labelled_sets([path], Settings())
    return labelled_set


@pytest.fixture
def written() -> dict[str, Reference]:
    return {
        f"s{number}": Reference(f"Bridge {number} closed", f"The council of {place} closed bridge {number} on Friday.")
        for number, place in enumerate(PLACES)
    }


def test_a_trained_model_selects_news_over_irrelevant_sentences(
    labelled: LabelledSet, written: dict[str, Reference], tmp_path: Path
) -> None:
    model = training.train_summaries([labelled], written, Settings())
    path = tmp_path / "model.json"
    model.save(path)
    trained = Settings(summaries=SummariesSettings(model=str(path), max_words=14))
    assert summaries.load_salience_model(trained.summaries) == model
    report = training.evaluate_summaries(labelled, written, trained)
    assert report.stories == len(PLACES)
    assert report.summaries["newsfold"]["rouge1"] > 0.8
    assert model.provenance["sets"][0]["references"] == len(PLACES)


def test_the_same_references_give_the_same_bytes(
    labelled: LabelledSet, written: dict[str, Reference], tmp_path: Path
) -> None:
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for path in paths:
        training.train_summaries([labelled], written, Settings()).save(path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_references_of_other_stories_are_refused(labelled: LabelledSet) -> None:
    with pytest.raises(ConfigError, match="bridges has a summary and a headline"):
        training.train_summaries([labelled], {"elsewhere": Reference("a", "b")}, Settings())


@pytest.mark.parametrize("content", ["", "{}", '{"format": "newsfold scorer 1"}'])
def test_a_file_that_is_not_a_model_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "scorer.json"
    path.write_text(content)
    with pytest.raises(ModelError, match=r"scorer\.json"):
        summaries.load_salience_model(SummariesSettings(model=str(path)))
    with pytest.raises(ModelError, match="There is no model"):
        summaries.load_salience_model(SummariesSettings(model=str(tmp_path / "none.json")))


@pytest.mark.slow
def test_newsfold_is_closer_to_editors_than_the_baselines(shared: Path) -> None:
    """On stories that the shipped model never saw, with the budget of the baselines."""
    (neus,) = training.load_labelled_sets([shared / "labelled/neus.parquet"], Settings())
    written = read_references(shared / "labelled/neus_references.parquet", "neus-val-*")
    report = training.evaluate_summaries(neus, written, Settings(summaries=SummariesSettings(max_words=55)))
    for scores, baselines in (
        (report.summaries, ("medoid lead", "LexRank", "TF-IDF centroid")),
        (report.headlines, ("random title", "title nearest to the others")),
    ):
        for method in baselines:
            assert all(scores["newsfold"][name] > value for name, value in scores[method].items()), method
