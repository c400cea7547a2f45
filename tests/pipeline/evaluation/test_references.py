"""Headlines and summaries against those that editors wrote."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsfold import text
from newsfold.errors import ConfigError, SourceError
from newsfold.evaluation import extracts, references
from newsfold.evaluation.references import Reference, Told

FERRY = [
    "The ferry Halvard ran aground off Skate Point.",
    "Lifeboats took 212 people ashore.",
    "Tugs wait for the tide.",
]
RESCUE = ["Lifeboats took all 212 people off the ferry Halvard at Skate Point.", "Nobody was hurt."]
DAM = ["Engineers closed the Ostby dam after a crack was found."]


def story(name: str, headline: str, summary: str) -> Told:
    return Told(name, ["Ferry Halvard aground", "Ferry saved"], [FERRY, RESCUE], headline, summary)


def test_a_summary_in_the_editors_words_scores_one_and_one_in_others_nothing() -> None:
    written = {"a": Reference("Ferry aground", FERRY[0]), "b": Reference("Quite other", "Quite other things happened.")}
    same = references.report("set", [story("a", "Ferry aground", FERRY[0])], written, 55)
    assert same.summaries["newsfold"] == same.headlines["newsfold"] == {"rouge1": 1.0, "rouge2": 1.0, "rougeL": 1.0}
    other = references.report("set", [story("b", "Ferry aground", FERRY[1])], written, 55)
    assert set(other.summaries["newsfold"].values()) == {0.0}


def test_words_count_by_their_stems() -> None:
    written = {"a": Reference("Ferries grounded", "Ferries grounded")}
    report = references.report("set", [story("a", "ferry grounding", "ferry grounding")], written, 55)
    assert report.headlines["newsfold"]["rouge1"] == 1.0


def test_the_oracle_is_no_worse_than_any_method_and_titles_lie_between_random_and_best() -> None:
    written = {"a": Reference("Ferry Halvard aground", "Lifeboats took 212 people off the ferry Halvard.")}
    report = references.report("set", [story("a", "Ferry saved", " ".join(FERRY))], written, 55)
    best = sum(report.summaries["greedy oracle, in the budget"].values())
    plain = ("medoid lead", "LexRank", "TF-IDF centroid")
    assert all(best >= sum(report.summaries[method].values()) for method in plain)
    assert report.headlines["best title (oracle)"]["rouge1"] == 1.0
    assert 0 < report.headlines["random title"]["rouge1"] < 1.0
    assert (report.stories, report.words) == (1, text.count_words(" ".join(FERRY)))


def test_references_are_read_for_the_stories_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "written.parquet"
    pq.write_table(
        pa.table({"story": ["val-1", "train-1"], "headline": ["A\u00a0b", "c"], "summary": [None, "d"]}), path
    )
    assert references.read(path, "val-*") == {"val-1": Reference("A b", "")}
    with pytest.raises(ConfigError, match="test-"):
        references.read(path, "test-*")


def test_a_table_without_references_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gold.csv"
    path.write_text("story,title\na,b\n")
    with pytest.raises(SourceError, match=r"gold\.csv holds no references.*story, title"):
        references.read(path)
    with pytest.raises(ConfigError, match="No story of set has a reference"):
        references.report("set", [story("a", "x", "y")], {"b": Reference("x", "y")}, 55)


@pytest.mark.parametrize("budget", [5, 8, 30])
def test_plain_summaries_keep_the_budget(budget: int) -> None:
    for method in (extracts.medoid_lead, extracts.lexrank, extracts.centroid):
        assert 0 < text.count_words(method([FERRY, RESCUE, DAM], budget)) <= budget


def test_plain_methods_choose_what_most_articles_are_about() -> None:
    articles = [FERRY, RESCUE, [FERRY[0], "Tugs wait for the tide at Skate Point."], DAM]
    for method in (extracts.medoid_lead, extracts.lexrank, extracts.centroid):
        assert "Halvard" in method(articles, 12)
    assert extracts.medoid([" ".join(sentences) for sentences in articles]) != DAM[0]
