from __future__ import annotations

from pathlib import Path

from tests.flows.cli.command import newsfold

INVENTED = Path(__file__).parents[2] / "data" / "kinds" / "invented.csv"


def test_the_configuration_can_name_the_written_model(gold: Path, tmp_path: Path) -> None:
    model = tmp_path / "models" / "kinds.json"
    done = newsfold("train-kinds", INVENTED, "--out", model)
    assert done.exit_code == 0, done.output
    config = tmp_path / "mine.yaml"
    config.write_text("kinds: {model: models/kinds.json}\n")
    assert newsfold("evaluate", gold, "--config", config).exit_code == 0
    model.write_text("{}")
    failed = newsfold("evaluate", gold, "--config", config)
    assert failed.exit_code == 1
    assert "train-kinds" in failed.output
