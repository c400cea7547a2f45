from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.events import reports, write_gold
from tests.flows.cli.command import newsfold


def test_newsfold_is_printed_beside_the_plain_methods(gold: Path) -> None:
    done = newsfold("evaluate", gold)
    assert done.exit_code == 0, done.output
    for words in (
        "newsfold",
        "TF-IDF, average linkage",
        "blocking recall",
        "story size",
        "probability",
        "Brier",
        "days apart",
        "exp./true",
        "own vectors, average linkage",
    ):
        assert words in done.output
    assert "Mean of" not in done.output


def test_json_has_every_set_and_the_means_over_them(gold: Path, tmp_path: Path) -> None:
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
    assert str(content["own_vectors_threshold"]) in of_gold["own_vectors"]
    assert (content["models"], of_gold["without"]) == ("as configured", [])
    assert of_gold["pairs_by_days"]["unknown"]["true_pairs"] == 1
    assert of_gold["calibration"]["expected_to_true"] > 0
    assert of_gold["calibration"]["reliability"][-1]["high"] == 1
    assert "Mean of the 2 sets" in newsfold("evaluate", gold, other, "--no-baselines").output


def test_headlines_and_summaries_are_scored_against_references(gold: Path, references: Path) -> None:
    done = newsfold("evaluate", gold, "--references", references)
    assert done.exit_code == 0, done.output
    for words in ("newsfold", "LexRank", "medoid lead", "oracle", "title nearest to the others"):
        assert words in done.output
    content = json.loads(newsfold("evaluate", gold, "--references", references, "--json").stdout)
    assert content["sets"]["gold"]["summaries"]["newsfold"]["rouge1"] > 0.5
    missed = newsfold("evaluate", gold, "--references", references, "--stories", "elsewhere-*")
    assert missed.exit_code == 2
    assert "elsewhere-*" in missed.output


def test_two_sets_of_one_name_are_refused(gold: Path) -> None:
    failed = newsfold("evaluate", gold, gold)
    assert failed.exit_code == 2
    assert "are called 'gold'" in failed.output


def test_a_published_benchmark_is_read_as_it_is() -> None:
    published = Path(__file__).parents[2] / "data" / "gold" / "miranda.json"
    done = newsfold("evaluate", published, "--no-baselines")
    assert done.exit_code == 0, done.output
    assert "miranda.en" in done.output
    assert "every article alone" not in done.output
    across = newsfold("evaluate", published, "--no-baselines", "--across-languages").output
    for words in ("within a language", "across languages", "en-es"):
        assert words in across


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_leave_one_out_reports_every_set(events: Path, tmp_path: Path) -> None:
    other = write_gold(tmp_path / "other.parquet", reports(range(4, 10)))
    done = newsfold("evaluate", events, other, "--leave-one-out", "--no-baselines", "--json")
    assert done.exit_code == 0, done.output
    content = json.loads(done.stdout)
    assert list(content["sets"]) == ["events", "other"]
    for report in [*content["sets"].values(), {"methods": content["macro"]}]:
        assert list(report["methods"]) == ["newsfold", "own vectors, average linkage"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_folds_resume_and_measure_a_held_out_set(events: Path, tmp_path: Path) -> None:
    other = write_gold(tmp_path / "other.parquet", reports(range(4, 10)))
    options = ("--folds", 2, "--held-out", other, "--no-baselines", "--json", "--resume", tmp_path / "parts")
    done = newsfold("evaluate", events, *options)
    assert done.exit_code == 0, done.output
    assert "fold 1 of 2: events" in done.stderr
    content = json.loads(done.stdout)
    assert (content["models"], list(content["sets"])) == ("2 folds", ["events", "other"])
    assert json.loads(newsfold("evaluate", events, *options).stdout) == content


def test_a_poorer_input_is_named_in_the_report(gold: Path) -> None:
    done = newsfold("evaluate", gold, "--no-baselines", "--without", "text,dates", "--without", "outlet")
    assert done.exit_code == 0, done.output
    assert "gold without dates and text and outlet" in done.output
    content = json.loads(newsfold("evaluate", gold, "--no-baselines", "--without", "text", "--json").stdout)
    assert content["sets"]["gold"]["without"] == ["text"]


def test_an_input_that_cannot_be_taken_away_is_refused(gold: Path) -> None:
    failed = newsfold("evaluate", gold, "--without", "dates,titles")
    assert failed.exit_code == 2
    assert "dates, text, outlet, not titles" in failed.output


def test_a_held_out_set_is_measured_beside_the_others(gold: Path, events: Path) -> None:
    content = json.loads(newsfold("evaluate", gold, "--held-out", events, "--no-baselines", "--json").stdout)
    assert list(content["sets"]) == ["gold", "events"]


def test_two_ways_of_training_are_refused(gold: Path) -> None:
    failed = newsfold("evaluate", gold, "--folds", 5, "--leave-one-out")
    assert failed.exit_code == 2
    assert "give one of them" in failed.output


def test_weights_without_training_are_refused(gold: Path) -> None:
    failed = newsfold("evaluate", gold, "--weight", "gold=2")
    assert failed.exit_code == 2
    assert "--folds or --leave-one-out" in failed.output


def test_a_weight_for_an_unknown_set_is_refused_before_anything_is_trained(gold: Path, events: Path) -> None:
    failed = newsfold("evaluate", gold, events, "--leave-one-out", "--no-baselines", "--weight", "goald=2")
    assert failed.exit_code == 2
    assert "goald, which is not a labelled set to train on" in " ".join(failed.output.split())


def test_leave_one_out_needs_two_sets(events: Path) -> None:
    failed = newsfold("evaluate", events, "--leave-one-out")
    assert failed.exit_code == 2
    assert "two labelled sets" in failed.output
