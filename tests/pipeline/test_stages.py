from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import newsfold
from newsfold import evaluation, schemas, settings, sources, stages
from newsfold.cluster_result import ClusterResult
from newsfold.clustering.stage import CLUSTER
from newsfold.dataflow import Context, MemoryView, end_of_day
from newsfold.errors import ConfigError, SourceError
from newsfold.extraction.recurring import find_multi_topic_articles
from tests.factories import articles_table, originals_table

GOLD = Path(__file__).parents[1] / "data" / "sample_gold.csv"
NIGHTS = [date(2013, 6, day) for day in (5, 6, 7)]
SHIP = "ship-almar-venture"  # in English, Spanish and Filipino
SEED = "articles/000_b663adfd7a05cc64.txt"


@pytest.fixture(scope="module")
def documents() -> pa.Table:
    """All three nights of the shipped sample."""
    custom_settings = settings.load_settings()
    return pa.concat_tables([sources.read_sources(custom_settings, night)[0] for night in NIGHTS])


@pytest.fixture(scope="module")
def found(documents: pa.Table) -> ClusterResult:
    return stages.cluster(documents, settings.load_settings())


def gold_of(articles: pa.Table, documents: pa.Table) -> dict[str, dict[str, str]]:
    """The sample's label row of each article: by URL, or by title for scrapes, which have none."""
    rows = {row["url_or_path"]: row for row in csv.DictReader(GOLD.read_text(encoding="utf-8").splitlines())}
    files = {Path(path).name: row for path, row in rows.items() if path.endswith(".txt")}
    titles = {}
    for document in documents.filter(pc.equal(documents["form"], "text")).to_pylist():
        title = document["content"].decode().split("\n")[0].strip()
        titles[title] = files[Path(document["location"]).name]
    return {row["article_id"]: rows.get(row["url"] or "") or titles[row["title"]] for row in articles.to_pylist()}


def test_every_stage_reads_only_what_is_there_by_then() -> None:
    there = set(stages.INPUTS)
    for stage in stages.STAGES:
        assert set(stage.reads) <= there, stage.name
        assert set(stage.writes).isdisjoint(there), stage.name
        there |= set(stage.writes)
        assert set(stage.settings) <= set(settings.Settings.model_fields), stage.name
    assert set(schemas.PUBLISHED) <= there
    assert there <= set(schemas.SCHEMAS)


def test_the_samples_events_come_out_as_stories(found: ClusterResult, documents: pa.Table) -> None:
    gold = gold_of(found.articles, documents)
    assert len(gold) == 133
    members = found.story_articles.to_pylist()
    score = evaluation.clustering_metrics(
        [gold[row["article_id"]]["event"] for row in members], [row["story_id"] for row in members]
    )
    assert score["b3_f1"] > 0.85
    assert score["b3_precision"] > 0.9


def test_reports_in_three_languages_are_one_story(found: ClusterResult, documents: pa.Table) -> None:
    gold = gold_of(found.articles, documents)
    members = [row for row in found.story_articles.to_pylist() if gold[row["article_id"]]["event"] == SHIP]
    assert {row["language"] for row in members} == {"en", "es", "tl"}
    (story_id,) = {row["story_id"] for row in members}
    (story,) = found.stories.filter(pc.equal(found.stories["story_id"], story_id)).to_pylist()
    assert (story["n_articles"], story["languages"], story["language"]) == (4, ["en", "es", "tl"], "en")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("quake-guatemala", "quake-iran"),
        ("derail-wexley", "derail-salem"),
        ("croatia-scotland", "austria-sweden"),
        ("ecb-rates", "boe-rates"),
        ("mayor-trasimola", "mayor-calder-point"),
        ("tennis-men-semi", "tennis-women-final"),
        ("elbe-floods", "flood-sylhet"),
        ("qusayr-falls", "sarin-france"),
    ],
)
def test_confusable_events_stay_apart(found: ClusterResult, documents: pa.Table, one: str, other: str) -> None:
    gold = gold_of(found.articles, documents)
    stories = defaultdict(set)
    for row in found.story_articles.to_pylist():
        stories[gold[row["article_id"]]["event"]].add(row["story_id"])
    assert stories[one]
    assert stories[other]
    assert stories[one].isdisjoint(stories[other])


def test_reprints_are_copies_of_their_original(found: ClusterResult, documents: pa.Table) -> None:
    gold = gold_of(found.articles, documents)
    by_url = {row["url_or_path"]: id_ for id_, row in gold.items()}
    group = {row["article_id"]: row["copy_group_id"] for row in found.story_articles.to_pylist()}
    reprints = {id_: row["copy_of"] for id_, row in gold.items() if row["copy_of"]}
    folded = [id_ for id_, original in reprints.items() if group[id_] == group[by_url[original]]]
    assert len(reprints) >= 10
    assert len(folded) / len(reprints) > 0.85


def test_the_first_document_joins_the_story_of_qusayr(shared: Path, documents: pa.Table) -> None:
    custom_settings = settings.load_settings().model_copy(
        update={"sources": [settings.FilesSource(name="seed", path=str(shared / SEED))]}
    )
    seed, _ = sources.read_sources(custom_settings, NIGHTS[0])
    everything = pa.concat_tables([documents, seed])
    found = stages.cluster(everything, settings.load_settings())
    members = found.story_articles
    mine = members.filter(pc.equal(members["title"], "Syrian Forces Claim Victory in Battle for Strategic Town"))
    story = members.filter(pc.equal(members["story_id"], mine["story_id"][0]))
    gold = gold_of(found.articles.filter(pc.not_equal(found.articles["source"], "seed")), documents)
    events = [gold[id_]["event"] for id_ in story["article_id"].to_pylist() if id_ in gold]
    assert len(events) >= 2  # it has neither a time nor an outlet to go by
    assert set(events) == {"qusayr-falls"}


def test_shuffled_input_changes_nothing(found: ClusterResult, documents: pa.Table) -> None:
    order = pd.Series(range(documents.num_rows)).sample(frac=1, random_state=1).tolist()
    again = stages.cluster(documents.take(order), settings.load_settings())
    assert again.stories.equals(found.stories)
    assert again.story_articles.equals(found.story_articles)


def test_a_pandas_frame_is_as_good_as_an_arrow_table() -> None:
    frame = pd.DataFrame(
        {
            "id": ["x", "y", "z"],
            "title": ["Ferry sinks off Lomo", "Lomo ferry sinks with 214 aboard", "Plum cake"],
            "text": ["The Lomo ferry sank before dawn.", "The ferry to Lomo sank before dawn.", "Beat the butter."],
            "published_at": pd.to_datetime(["2013-06-05", "2013-06-05", ""], utc=True),
        }
    )
    found = newsfold.cluster(frame)
    story_of = dict(
        zip(found.story_articles["article_id"].to_pylist(), found.story_articles["story_id"].to_pylist(), strict=True)
    )
    assert story_of["x"] == story_of["y"] != story_of["z"]
    assert found.stories["edition_date"].unique().to_pylist() == [NIGHTS[0]]


def test_nothing_to_cluster_says_why() -> None:
    with pytest.raises(SourceError, match="no article to cluster"):
        newsfold.cluster(pa.table({"title": ["", None]}))


FERRY = "The Lomo ferry sank before dawn with 214 aboard. Captain Arrieta is missing, and divers are on their way."
NIGHT = {
    "id": ["cake", "council", "ferry", "other", "reprint"],
    "outlet": ["Courier", "Gazette", "Gazette", "Courier", "Herald"],
    "title": [
        "A recipe for plum cake",
        "Council approves the yearly budget",
        "Ferry sinks off Lomo with 214 aboard",
        "Lomo ferry disaster: 214 were aboard",
        "Ferry sinks off Lomo with 214 aboard",
    ],
    "text": [
        "Beat the butter with the sugar until it is pale.",
        "The council of Pellara approved its budget after a night of talks.",
        FERRY,
        "The Lomo ferry went down before dawn and Captain Arrieta is missing.",
        FERRY,
    ],
    "published_at": ["2013-06-05T08:00:00Z"] * 5,
}


def cluster_with_labels(folder: Path, *rows: str) -> ClusterResult:
    """Cluster the small night above with these rows of labels."""
    (folder / "labels.csv").write_text("\n".join(["left,right,label", *rows]), encoding="utf-8")
    return newsfold.cluster(pa.table(NIGHT), settings.Settings(labels=[str(folder / "labels.csv")]))


def in_one_story(found: ClusterResult, one: str, other: str) -> bool:
    story_of = {row["article_id"]: row["story_id"] for row in found.story_articles.to_pylist()}
    return bool(story_of[one] == story_of[other])


def test_labels_outrank_the_scorer_and_equal_texts(tmp_path: Path) -> None:
    unlabelled = cluster_with_labels(tmp_path)
    assert in_one_story(unlabelled, "ferry", "other")
    assert in_one_story(unlabelled, "ferry", "reprint")
    assert not in_one_story(unlabelled, "cake", "ferry")
    assert unlabelled.label_outcomes.num_rows == 0
    found = cluster_with_labels(
        tmp_path, "cake,ferry,together", "ferry,reprint,apart", "ferry,other,cannot-link", "cake,yesterday,0"
    )
    assert in_one_story(found, "cake", "ferry")
    assert not any(in_one_story(found, one, other) for one in ("cake", "ferry") for other in ("other", "reprint"))
    why = {row["article_id"]: row["why"] for row in found.story_articles.to_pylist()}
    assert {article for article, reasons in why.items() if reasons[:1] == ["labelled as one story"]} == {
        "cake",
        "ferry",
    }
    assert found.label_outcomes["in_window"].to_pylist() == [True, True, True, False]


def test_labels_that_cannot_be_honoured_stop_everything(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"labels\.csv row 3 keeps cake and council apart"):
        cluster_with_labels(tmp_path, "cake,council,1", "cake,council,0")
    (tmp_path / "labels.csv").write_text("left,right,label\ncake,council,1", encoding="utf-8")
    custom_settings = settings.Settings(
        labels=[str(tmp_path / "labels.csv")], clustering=settings.Agglomerative(kind="agglomerative")
    )
    seen: list[str] = []
    with pytest.raises(ConfigError, match="cannot honour labelled pairs"):
        newsfold.cluster(pa.table(NIGHT), custom_settings, lambda stage, *_: seen.append(stage))
    assert seen == []


def count_clusters(articles: pa.Table, likely: list[tuple[str, str]], constraints: pa.Table) -> int:
    """Count the clusters that the stage makes of originals, some pairs of which are likely."""
    edges = [{"left_id": left, "right_id": right, "probability": 0.97} for left, right in likely]
    tables = {
        "multi_topic_articles": find_multi_topic_articles(MemoryView(articles)),
        "copies": originals_table(articles),
        "edges": schemas.build_table("edges", edges),
        "vectors": schemas.empty_table("vectors"),
        "constraints": constraints,
        "previous_story_articles": schemas.empty_table("previous_story_articles"),
        "previous_stories": schemas.empty_table("previous_stories"),
    }
    context = Context(settings.Settings(), NIGHTS[0], end_of_day(NIGHTS[0]))
    return len(pc.unique(CLUSTER.run(tables, context)["clusters"]["cluster"]))


def test_a_roundup_does_not_glue_two_stories() -> None:
    likely, nothing = [("a000", "a002"), ("a001", "a002")], schemas.empty_table("constraints")
    rows = [{"title": "Ferry"}, {"title": "Budget"}, {"title": "The day"}]
    assert count_clusters(articles_table(rows), likely, nothing) == 1
    assert count_clusters(articles_table([*rows[:2], rows[2] | {"roundup": True}]), likely, nothing) == 3


def test_two_articles_that_blocking_never_paired_are_joined_by_a_label() -> None:
    articles = articles_table([{"title": "Ferry"}, {"title": "Budget"}])
    reasons = [{"left_id": "a000", "right_id": "a001", "must_link": True, "origin": "labels.csv row 2"}]
    assert count_clusters(articles, [], schemas.empty_table("constraints")) == 2
    assert count_clusters(articles, [], schemas.build_table("constraints", reasons)) == 1


def test_every_row_is_an_article_in_its_order_with_its_columns_whatever_it_is_given_in(tmp_path: Path) -> None:
    ferry = {"headline": "Ferry sinks off Lomo", "text": "The ferry to Lomo sank before dawn.", "paper": "Courier"}
    cake = {"headline": "Plum cake, the easy way", "text": "Beat the butter with the sugar.", "paper": "Post"}
    rows = [ferry | {"words": 7}, cake | {"words": 9}, ferry | {"words": 7}]
    table = pa.Table.from_pylist(rows)
    given = {"Arrow": table, "pandas": table.to_pandas(), "polars": pl.from_arrow(table), "dictionaries": rows}
    for name, articles in given.items():
        found = newsfold.cluster(articles, columns={"title": "headline", "outlet": "paper"})
        assert found.rows.select(table.schema.names).to_pylist() == rows, name
        first, other, again = found.rows.to_pylist()
        assert first["story_id"] == again["story_id"] != other["story_id"]
        assert first["copy_group_id"] == again["copy_group_id"] and first["article_id"] != again["article_id"]
        assert found.story_articles.num_rows == 3 and found.ignored_columns == ("words",)
    pq.write_table(table, tmp_path / "articles.parquet")
    found = newsfold.cluster(tmp_path / "articles.parquet", columns={"title": "headline"})
    assert found.rows["title"].to_pylist() == table["headline"].to_pylist()
    shown = found._repr_html_()
    assert "Ferry sinks off Lomo" in shown and "<code>paper</code>" not in shown
    assert "`paper` looks like `outlet`" in shown and "3 rows, 3 articles in 2 stories" in repr(found)


def test_what_holds_no_articles_is_refused_with_what_to_give() -> None:
    with pytest.raises(SourceError, match="int cannot be read as articles: give a table"):
        newsfold.cluster(7)
