"""ROUGE of headlines and summaries against editors' references."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsfold import text
from newsfold.errors import ConfigError, SourceError
from newsfold.evaluation import references, summary_baselines
from newsfold.evaluation.references import Reference, SummarisedStory

FERRY = [
    "The ferry Halvard ran aground off Skate Point.",
    "Lifeboats took 212 people ashore.",
    "Tugs wait for the tide.",
]
RESCUE = ["Lifeboats took all 212 people off the ferry Halvard at Skate Point.", "Nobody was hurt."]
DAM = ["Engineers closed the Ostby dam after a crack was found."]


def summarised(name: str, headline: str, summary: str) -> SummarisedStory:
    return SummarisedStory(name, ["Ferry Halvard aground", "Ferry saved"], [FERRY, RESCUE], headline, summary)


def test_a_summary_in_the_editors_words_scores_one_and_one_without_them_zero() -> None:
    written = {"a": Reference("Ferry aground", FERRY[0]), "b": Reference("Quite other", "Quite other things happened.")}
    same = references.score_summaries("set", [summarised("a", "Ferry aground", FERRY[0])], written, 55)
    assert same.summaries["newsfold"] == same.headlines["newsfold"] == {"rouge1": 1.0, "rouge2": 1.0, "rougeL": 1.0}
    other = references.score_summaries("set", [summarised("b", "Ferry aground", FERRY[1])], written, 55)
    assert set(other.summaries["newsfold"].values()) == {0.0}


def test_words_are_compared_by_their_stems() -> None:
    written = {"a": Reference("Ferries grounded", "Ferries grounded")}
    report = references.score_summaries("set", [summarised("a", "ferry grounding", "ferry grounding")], written, 55)
    assert report.headlines["newsfold"]["rouge1"] == 1.0


def test_the_oracle_scores_at_least_as_high_as_any_method() -> None:
    written = {"a": Reference("Ferry Halvard aground", "Lifeboats took 212 people off the ferry Halvard.")}
    report = references.score_summaries("set", [summarised("a", "Ferry saved", " ".join(FERRY))], written, 55)
    best = sum(report.summaries["greedy oracle, in the budget"].values())
    baselines = ("medoid lead", "LexRank", "TF-IDF centroid")
    assert all(best >= sum(report.summaries[method].values()) for method in baselines)
    assert report.headlines["best title (oracle)"]["rouge1"] == 1.0
    assert 0 < report.headlines["random title"]["rouge1"] < 1.0
    assert (report.stories, report.words) == (1, text.count_words(" ".join(FERRY)))


def test_only_references_of_matching_stories_are_read(tmp_path: Path) -> None:
    path = tmp_path / "written.parquet"
    pq.write_table(
        pa.table({"story": ["val-1", "train-1"], "headline": ["A\u00a0b", "c"], "summary": [None, "d"]}), path
    )
    assert references.read_references(path, "val-*") == {"val-1": Reference("A b", "")}
    with pytest.raises(ConfigError, match="test-"):
        references.read_references(path, "test-*")


def test_a_table_without_references_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gold.csv"
    path.write_text("story,title\na,b\n")
    with pytest.raises(SourceError, match=r"gold\.csv holds no references.*story, title"):
        references.read_references(path)
    with pytest.raises(ConfigError, match="No story of set has a reference"):
        references.score_summaries("set", [summarised("a", "x", "y")], {"b": Reference("x", "y")}, 55)


@pytest.mark.parametrize("budget", [5, 8, 30])
def test_baseline_summaries_keep_the_budget(budget: int) -> None:
    for method in (summary_baselines.medoid_lead, summary_baselines.lexrank, summary_baselines.centroid):
        assert 0 < text.count_words(method([FERRY, RESCUE, DAM], budget)) <= budget


def test_baselines_select_the_topic_of_most_articles() -> None:
    articles = [FERRY, RESCUE, [FERRY[0], "Tugs wait for the tide at Skate Point."], DAM]
    for method in (summary_baselines.medoid_lead, summary_baselines.lexrank, summary_baselines.centroid):
        assert "Halvard" in method(articles, 12)
    assert summary_baselines.select_medoid([" ".join(sentences) for sentences in articles]) != DAM[0]
