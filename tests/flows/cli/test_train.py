from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from newsfold import embedding, settings
from newsfold.embedding import tuning
from tests.flows.cli.command import newsfold


def test_cluster_can_use_the_written_scorer(shared: Path, tmp_path: Path) -> None:
    table = pq.read_table(shared / "labelled" / "vmds.parquet").slice(0, 60)
    pq.write_table(table, tmp_path / "some.parquet")
    done = newsfold("train", tmp_path / "some.parquet", "--out", tmp_path / "scorer.json")
    assert done.exit_code == 0, done.output
    (tmp_path / "c.yaml").write_text(f"scoring: {{model: {tmp_path / 'scorer.json'}}}\n")
    used = newsfold("cluster", tmp_path / "some.parquet", "--out", tmp_path / "out", "--config", tmp_path / "c.yaml")
    assert used.exit_code == 0, used.output


def test_the_scorer_and_cluster_use_the_tuned_embedding(
    events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "_MIN_BATCHES", 3)
    adapter, scorer = tmp_path / "new" / "mine.safetensors", tmp_path / "scorer.json"
    done = newsfold("train", events, "--out", scorer, "--embedding", adapter)
    assert done.exit_code == 0, done.output
    use = f"embedding: {{adapter: {adapter}}}` and `scoring: {{model: {scorer}}}"
    assert use in done.output
    trained_on = json.loads(scorer.read_text())["provenance"]
    (tmp_path / "c.yaml").write_text(use.replace("` and `", "\n"))
    used = newsfold("cluster", events, "--out", tmp_path / "out", "--config", tmp_path / "c.yaml")
    assert used.exit_code == 0, used.output
    embedding_settings = settings.load_settings(tmp_path / "c.yaml").embedding
    assert trained_on["embedding"] == embedding.load_embedder(embedding_settings).identity
    shipped = embedding.load_embedder(settings.Embedding()).identity
    assert trained_on["embedding"]["adapter"] not in ("none", shipped["adapter"])
    # The scorer learnt from those stories only that were kept from the embedding.
    assert 0 < trained_on["sets"][0]["same_story_pairs"] < 45


def test_too_few_stories_are_refused_with_the_reason(gold: Path, tmp_path: Path) -> None:
    failed = newsfold("train", gold, "--out", tmp_path / "scorer.json", "--embedding", tmp_path / "a.safetensors")
    assert failed.exit_code == 1
    assert "at least two stories" in failed.output
    assert not (tmp_path / "scorer.json").exists()


@pytest.mark.parametrize("weight", ["gold=heavy", "gold", "=2", "gold=0", "gold=-1", "gold=nan"])
def test_a_weight_that_is_not_a_positive_number_is_refused(gold: Path, tmp_path: Path, weight: str) -> None:
    failed = newsfold("train", gold, "--out", tmp_path / "scorer.json", "--weight", weight)
    assert failed.exit_code == 2
    assert "NAME=WEIGHT" in failed.output and repr(weight) in failed.output


def test_training_without_gold_or_labels_says_what_to_give(tmp_path: Path) -> None:
    refused = newsfold("train", "--out", tmp_path / "scorer.json")
    assert refused.exit_code == 2
    assert "give gold tables, or --labels" in refused.output
