from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from newsfold.errors import ConfigError
from newsfold.settings import AverageLinkage, Clustering, Hdbscan, Settings, load_settings, parse_settings


def parse(raw: dict[str, Any]) -> Settings:
    return parse_settings(raw, folder=Path(), origin="c.yaml")


def test_the_shipped_configuration_is_the_sample() -> None:
    shipped = load_settings()
    assert len(shipped.sources) == 9
    assert shipped.edition == "all"
    assert (shipped.folder / "sample").is_dir()


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no configuration file .*nowhere\.yaml"):
        load_settings(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    "content",
    [
        "- a\n- b\n",
        "a: [",
        "\x00",
        "edition: 2020-02-30",
        "edition: 0001-01-01",
        "window_days: 1000000000",
        f"window_days: {'9' * 5000}",
        f"sources: {'[' * 5000}",
        "sources: " + "{a: " * 3000,
    ],
)
def test_a_file_that_is_not_a_yaml_mapping_is_an_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(content)
    with pytest.raises(ConfigError, match=r"c\.yaml"):
        load_settings(file)


def test_two_sources_cannot_share_a_name() -> None:
    with pytest.raises(ConfigError, match="used twice: a"):
        parse({"sources": [{"name": "a", "path": "x"}, {"name": "a", "path": "y"}]})


def test_paths_of_models_start_at_the_configurations_folder(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(
        "scoring: {model: mine/scorer.json}\nembedding: {adapter: none}\nsummaries: {model: /m/salience.json}\n"
    )
    settings = load_settings(file)
    assert settings.scoring.model == str(tmp_path / "mine" / "scorer.json")
    assert settings.embedding.adapter == "none"
    assert settings.summaries.model == "/m/salience.json"
    assert load_settings().scoring.model == "default"


def test_paths_of_labels_start_at_the_configurations_folder(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("labels: [mine/pairs.csv, /elsewhere/pairs.parquet]\n")
    assert load_settings(file).labels == [str(tmp_path / "mine/pairs.csv"), "/elsewhere/pairs.parquet"]
    assert load_settings().labels == []


def test_an_outlet_has_one_family_and_a_credit_one_agency() -> None:
    families = {"Tidewater": ["Courier", "Tribune"], "Hill Press": ["courier"]}
    with pytest.raises(ConfigError, match="families: 'courier' is listed under both 'Tidewater' and 'Hill Press'"):
        parse({"families": families})


def test_the_digest_depends_only_on_settings_that_change_results() -> None:
    default = Settings()
    assert default.model_copy(update={"store": "elsewhere", "edition": date(2020, 1, 1)}).digest() == default.digest()
    assert default.model_copy(update={"window_days": 3}).digest() != default.digest()


def test_a_clustering_needs_no_kind_and_takes_only_its_own_keys() -> None:
    def parse_clustering(**clustering: object) -> Clustering:
        return parse({"clustering": clustering}).clustering

    assert parse_clustering(threshold=0.5) == AverageLinkage(threshold=0.5)
    assert parse_clustering(kind="hdbscan", min_samples=3) == Hdbscan(kind="hdbscan", min_samples=3)
    with pytest.raises(ConfigError, match=r"clustering\.resolutin: .*did you mean `resolution`"):
        parse_clustering(kind="leiden", resolutin=0.2)
    with pytest.raises(ConfigError, match="`kind` is one of average-linkage, hdbscan"):
        parse_clustering(kind="k-means")
