from __future__ import annotations

from pathlib import Path

from tests.flows.cli.command import newsfold


def test_the_configuration_can_name_the_written_model(gold: Path, references: Path, tmp_path: Path) -> None:
    model = tmp_path / "models" / "summaries.json"
    done = newsfold("train-summaries", gold, "--references", references, "--out", model)
    assert done.exit_code == 0, done.output
    (tmp_path / "mine.yaml").write_text("summaries: {model: models/summaries.json}\n")
    config = tmp_path / "mine.yaml"
    assert newsfold("evaluate", gold, "--references", references, "--config", config).exit_code == 0
    model.write_text("{}")
    failed = newsfold("evaluate", gold, "--references", references, "--config", config)
    assert failed.exit_code == 1
    assert "train-summaries" in failed.output
