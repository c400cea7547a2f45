from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from newsfold import embedding, settings
from newsfold_flows.cli.app import app
from tests.events import reports, write_gold

GOLD = {
    "id": ["n1", "n2", "n3", "n4"],
    "title": [
        "Ferry sinks off Lomo island",
        "Lomo island ferry sinks with 214 aboard",
        "Plum cake, the easy way",
        None,
    ],
    "text": ["The Lomo ferry sank before dawn.", "The ferry to Lomo sank before dawn with 214 aboard.", None, None],
    "story": ["ferry", "ferry", None, None],
}


def newsfold(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    pq.write_table(pa.table(GOLD), tmp_path / "gold.parquet")
    return tmp_path / "gold.parquet"


def test_help_teaches_every_verb() -> None:
    shown = newsfold("--help")
    assert shown.exit_code == 0
    for verb in (
        "run",
        "backfill",
        "publish",
        "serve",
        "cluster",
        "evaluate",
        "train",
        "doubts",
        "train-summaries",
        "show",
        "digest",
        "notebook",
        "explain",
        "copies",
        "check",
        "schema",
    ):
        assert verb in shown.output
        assert newsfold(verb, "--help").exit_code == 0


def test_cluster_writes_both_tables_with_the_readers_own_ids(gold: Path, tmp_path: Path) -> None:
    done = newsfold("cluster", gold, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    members = pq.read_table(tmp_path / "out" / "story_articles.parquet").to_pylist()
    stories = pq.read_table(tmp_path / "out" / "stories.parquet").to_pylist()
    story_of = {row["article_id"]: row["story_id"] for row in members}
    assert story_of["n1"] == story_of["n2"] != story_of["n3"]
    assert {row["story_id"] for row in stories} == set(story_of.values())
    assert "n4" not in story_of
    assert "neither" in done.output  # the empty row is named, not lost


def test_cluster_needs_neither_prefect_nor_a_store(gold: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from newsfold_flows.cli.app import app\n"
        f"try: app(['cluster', {str(gold)!r}, '--out', {str(tmp_path / 'out')!r}])\n"
        "except SystemExit as done: assert not done.code\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'prefect']"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, timeout=200)
    assert not (tmp_path / "newsfold-store").exists()


def test_cluster_twice_gives_the_same_bytes(gold: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert newsfold("cluster", gold, "--out", tmp_path / name).exit_code == 0
    for table in ("stories.parquet", "story_articles.parquet"):
        assert (tmp_path / "one" / table).read_bytes() == (tmp_path / "two" / table).read_bytes()


def test_cluster_honours_labels_and_says_so(gold: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("labels: [labels.csv]", encoding="utf-8")
    command = ("cluster", gold, "--out", tmp_path / "out", "--config", tmp_path / "mine.yaml")
    (tmp_path / "labels.csv").write_text("left,right,label\nn1,n2,apart\nn1,n3,together\nn1,n9,apart\n")
    done = newsfold(*command)
    assert done.exit_code == 0, done.output
    members = pq.read_table(tmp_path / "out" / "story_articles.parquet").to_pylist()
    story_of = {row["article_id"]: row["story_id"] for row in members}
    assert story_of["n1"] == story_of["n3"] != story_of["n2"]
    assert "Labels: 2 honoured, 1 of articles not in the window." in done.output
    (tmp_path / "labels.csv").write_text("left,right,label\nn1,n2,apart\nn2,n1,together\n")
    refused = newsfold(*command)
    assert refused.exit_code == 2
    assert "labels.csv row 2 keeps n1 and n2 apart" in refused.output


def test_cluster_without_a_file_it_was_given_is_incomplete(gold: Path, tmp_path: Path) -> None:
    done = newsfold("cluster", gold, tmp_path / "nowhere.csv", "--out", tmp_path / "out")
    assert done.exit_code == 3
    assert "nowhere.csv" in done.output
    assert pq.read_table(tmp_path / "out" / "story_articles.parquet").num_rows == 3


def test_cluster_of_nothing_fails_with_what_to_do(tmp_path: Path) -> None:
    failed = newsfold("cluster", tmp_path / "nowhere.csv", "--out", tmp_path / "out")
    assert failed.exit_code == 1
    assert "nowhere.csv" in failed.output


def test_a_typo_in_the_configuration_exits_2_and_names_the_key(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("windw_days: 3\n")
    failed = newsfold("run", "--config", tmp_path / "c.yaml")
    assert failed.exit_code == 2
    assert "window_days" in failed.output


def test_brackets_in_a_name_are_printed_as_they_are(tmp_path: Path) -> None:
    failed = newsfold("run", "--config", tmp_path / "[red]a[/b].yaml")
    assert failed.exit_code == 2
    assert "[red]a[/b].yaml" in failed.output


def test_a_missing_configuration_exits_2(tmp_path: Path) -> None:
    failed = newsfold("run", "--config", tmp_path / "none.yaml")
    assert failed.exit_code == 2
    assert "none.yaml" in failed.output


def test_check_reaches_every_source_of_the_sample() -> None:
    done = newsfold("check")
    assert done.exit_code == 0, done.output


def test_check_names_a_source_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("sources: [{name: lost, path: nowhere/*.xml}]\n")
    done = newsfold("check", "--config", tmp_path / "c.yaml")
    assert done.exit_code == 3
    assert "nowhere" in done.output


def test_check_counts_labels_and_refuses_contradictory_ones(tmp_path: Path) -> None:
    (tmp_path / "n.jsonl").write_text('{"title": "Ferry sinks off Lomo"}\n')
    (tmp_path / "c.yaml").write_text("labels: [pairs.csv]\nsources: [{name: n, path: n.jsonl}]\n")
    (tmp_path / "pairs.csv").write_text("left,right,label\na,b,must-link\nb,c,must-link\nx,y,apart\n")
    done = newsfold("check", "--config", tmp_path / "c.yaml")
    assert done.exit_code == 0, done.output
    assert "2 must-link, 1 cannot-link" in done.output
    (tmp_path / "pairs.csv").write_text("left,right,label\na,b,must-link\na,b,cannot-link\n")
    refused = newsfold("check", "--config", tmp_path / "c.yaml")
    assert refused.exit_code == 2
    assert "pairs.csv row 3" in refused.output


def test_show_of_a_store_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    failed = newsfold("show", "--store", tmp_path / "none")
    assert failed.exit_code == 1
    assert "newsfold run" in failed.output


def test_evaluate_prints_newsfold_beside_the_plain_methods(gold: Path) -> None:
    done = newsfold("evaluate", gold)
    assert done.exit_code == 0, done.output
    for words in ("newsfold", "TF-IDF, average linkage", "blocking recall", "story size", "probability", "Brier"):
        assert words in done.output
    assert "Mean of" not in done.output


def test_evaluate_gives_everything_as_json_and_the_means_over_the_sets(gold: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    other.write_bytes(gold.read_bytes())
    done = newsfold("evaluate", gold, other, "--json")
    assert done.exit_code == 0, done.output
    content = json.loads(done.stdout)
    assert list(content["sets"]) == ["gold", "other"]
    of_gold = content["sets"]["gold"]
    assert of_gold["methods"]["newsfold"]["b3_f1"] == 1
    assert len(of_gold["methods"]) >= 5
    assert content["macro"] == of_gold["methods"]
    assert of_gold["calibration"]["reliability"][-1]["high"] == 1
    assert "Mean of the 2 sets" in newsfold("evaluate", gold, other, "--no-baselines").output


@pytest.fixture
def written(gold: Path, tmp_path: Path) -> Path:
    """References of the gold's stories: one of its articles, without the last two words of title and text."""
    rows = {row["story"]: row for row in pq.read_table(gold).to_pylist() if row["story"] and row["text"]}
    path = tmp_path / "written.parquet"
    told = [(story, *(" ".join(row[key].split()[:-2]) for key in ("title", "text"))) for story, row in rows.items()]
    pq.write_table(pa.table(dict(zip(("story", "headline", "summary"), zip(*told, strict=True), strict=True))), path)
    return path


def test_evaluate_scores_headlines_and_summaries_against_what_editors_wrote(gold: Path, written: Path) -> None:
    done = newsfold("evaluate", gold, "--references", written)
    assert done.exit_code == 0, done.output
    for words in ("newsfold", "LexRank", "medoid lead", "oracle", "title nearest to the others"):
        assert words in done.output
    content = json.loads(newsfold("evaluate", gold, "--references", written, "--json").stdout)
    assert content["sets"]["gold"]["summaries"]["newsfold"]["rouge1"] > 0.5
    missed = newsfold("evaluate", gold, "--references", written, "--stories", "elsewhere-*")
    assert missed.exit_code == 2
    assert "elsewhere-*" in missed.output


def test_train_summaries_writes_a_model_that_the_configuration_can_name(
    gold: Path, written: Path, tmp_path: Path
) -> None:
    done = newsfold("train-summaries", gold, "--references", written, "--out", tmp_path / "models" / "told.json")
    assert done.exit_code == 0, done.output
    (tmp_path / "mine.yaml").write_text("summaries: {model: models/told.json}\n")
    config = tmp_path / "mine.yaml"
    assert newsfold("evaluate", gold, "--references", written, "--config", config).exit_code == 0
    (tmp_path / "models" / "told.json").write_text("{}")
    failed = newsfold("evaluate", gold, "--references", written, "--config", config)
    assert failed.exit_code == 1
    assert "train-summaries" in failed.output


def test_evaluate_refuses_two_sets_of_one_name(gold: Path) -> None:
    failed = newsfold("evaluate", gold, gold)
    assert failed.exit_code == 2
    assert "are called 'gold'" in failed.output


def test_evaluate_reads_a_published_benchmark_as_it_is() -> None:
    published = Path(__file__).parents[1] / "data" / "gold" / "miranda.json"
    done = newsfold("evaluate", published, "--no-baselines")
    assert done.exit_code == 0, done.output
    assert "miranda.en" in done.output
    assert "every article alone" not in done.output
    assert "language" in newsfold("evaluate", published, "--no-baselines", "--across-languages").output


def test_train_writes_a_scorer_that_cluster_can_use(shared: Path, tmp_path: Path) -> None:
    table = pq.read_table(shared / "labelled" / "vmds.parquet").slice(0, 60)
    pq.write_table(table, tmp_path / "some.parquet")
    done = newsfold("train", tmp_path / "some.parquet", "--out", tmp_path / "scorer.json")
    assert done.exit_code == 0, done.output
    (tmp_path / "c.yaml").write_text(f"scoring: {{model: {tmp_path / 'scorer.json'}}}\n")
    used = newsfold("cluster", tmp_path / "some.parquet", "--out", tmp_path / "out", "--config", tmp_path / "c.yaml")
    assert used.exit_code == 0, used.output


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """A labelled set that there is something to learn from."""
    return write_gold(tmp_path / "events.parquet", reports(range(5)))


def test_train_tunes_an_embedding_that_its_scorer_and_cluster_use(events: Path, tmp_path: Path) -> None:
    adapter, scorer = tmp_path / "new" / "mine.safetensors", tmp_path / "scorer.json"
    done = newsfold("train", events, "--out", scorer, "--embedding", adapter)
    assert done.exit_code == 0, done.output
    use = f"embedding: {{adapter: {adapter}}}` and `scoring: {{model: {scorer}}}"
    assert use in done.output
    trained_on = json.loads(scorer.read_text())["provenance"]
    (tmp_path / "c.yaml").write_text(use.replace("` and `", "\n"))
    used = newsfold("cluster", events, "--out", tmp_path / "out", "--config", tmp_path / "c.yaml")
    assert used.exit_code == 0, used.output
    chosen = settings.load_settings(tmp_path / "c.yaml").embedding
    assert trained_on["embedding"] == embedding.embedder(chosen).identity
    shipped = embedding.embedder(settings.Embedding()).identity
    assert trained_on["embedding"]["adapter"] not in ("none", shipped["adapter"])
    # The scorer learnt from those stories only that were kept from the embedding.
    assert 0 < trained_on["sets"][0]["same_story_pairs"] < 45


def test_train_without_anything_to_learn_from_fails_and_says_why(gold: Path, tmp_path: Path) -> None:
    failed = newsfold("train", gold, "--out", tmp_path / "scorer.json", "--embedding", tmp_path / "a.safetensors")
    assert failed.exit_code == 1
    assert "at least two stories" in failed.output
    assert not (tmp_path / "scorer.json").exists()


def test_a_weight_that_is_no_number_is_refused(gold: Path, tmp_path: Path) -> None:
    failed = newsfold("train", gold, "--out", tmp_path / "scorer.json", "--weight", "gold=heavy")
    assert failed.exit_code == 2
    assert "NAME=WEIGHT" in failed.output


def test_an_adapter_that_is_not_there_is_named(gold: Path, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("embedding: {adapter: lost.safetensors}\n")
    failed = newsfold("cluster", gold, "--out", tmp_path / "out", "--config", tmp_path / "c.yaml")
    assert failed.exit_code == 1
    assert "lost.safetensors" in failed.output


def test_leaving_one_out_takes_two_sets(events: Path) -> None:
    failed = newsfold("evaluate", events, "--leave-one-out")
    assert failed.exit_code == 2
    assert "two labelled sets" in failed.output


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_evaluate_can_leave_one_set_out_at_a_time(events: Path, tmp_path: Path) -> None:
    other = write_gold(tmp_path / "other.parquet", reports(range(4, 10)))
    done = newsfold("evaluate", events, other, "--leave-one-out", "--no-baselines", "--json")
    assert done.exit_code == 0, done.output
    content = json.loads(done.stdout)
    assert list(content["sets"]) == ["events", "other"]
    for report in [*content["sets"].values(), {"methods": content["macro"]}]:
        assert list(report["methods"]) == ["newsfold", "newsfold, the set in folds"]


def test_schema_prints_the_data_dictionary() -> None:
    assert "## story_articles" in newsfold("schema").output
