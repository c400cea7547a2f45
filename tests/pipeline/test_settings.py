from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from newsfold import settings
from newsfold.errors import ConfigError


def test_the_shipped_configuration_is_the_sample() -> None:
    shipped = settings.load_settings()
    assert len(shipped.sources) == 8
    assert shipped.edition == "all"
    assert (shipped.folder / "sample").is_dir()


def test_a_file_that_is_not_there_is_not_ignored(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no configuration file .*nowhere\.yaml"):
        settings.load_settings(tmp_path / "nowhere.yaml")


def test_all_problems_are_told_at_once_with_the_likely_key(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("windw_days: 3\nembedding: {modell: x}\nsources: [{name: a, path: b, timezone: Mars}]\n")
    with pytest.raises(ConfigError) as raised:
        settings.load_settings(file)
    message = str(raised.value)
    assert "did you mean `window_days`?" in message
    assert "did you mean `model`?" in message
    assert "'Mars' is not an IANA time zone" in message


@pytest.mark.parametrize("content", ["- a\n- b\n", "a: [", "\x00"])
def test_what_is_not_a_mapping_in_yaml_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(content)
    with pytest.raises(ConfigError, match=r"c\.yaml"):
        settings.load_settings(file)


def test_two_sources_cannot_share_a_name() -> None:
    raw = {"sources": [{"name": "a", "path": "x"}, {"name": "a", "path": "y"}]}
    with pytest.raises(ConfigError, match="used twice: a"):
        settings.parse_settings(raw, folder=Path(), origin="c.yaml")


def test_a_scorers_path_starts_at_the_configurations_folder(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("scoring: {model: mine/scorer.json}\n")
    assert settings.load_settings(tmp_path / "c.yaml").scoring.model == str(tmp_path / "mine" / "scorer.json")
    assert settings.load_settings().scoring.model == "default"


def test_labels_lie_beside_the_configuration_too(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("labels: [mine/pairs.csv, /elsewhere/pairs.parquet]\n")
    assert settings.load_settings(tmp_path / "c.yaml").labels == [
        str(tmp_path / "mine/pairs.csv"),
        "/elsewhere/pairs.parquet",
    ]
    assert settings.load_settings().labels == []


def test_an_outlet_has_one_family_and_a_credit_one_agency() -> None:
    families = {"Tidewater": ["Courier", "Tribune"], "Hill Press": ["courier"]}
    with pytest.raises(ConfigError, match="families: 'courier' stands under both 'Tidewater' and 'Hill Press'"):
        settings.parse_settings({"families": families}, folder=Path(), origin="c.yaml")


def test_the_digest_follows_what_changes_results_only() -> None:
    plain = settings.Settings()
    assert plain.model_copy(update={"store": "elsewhere", "edition": date(2020, 1, 1)}).digest() == plain.digest()
    assert plain.model_copy(update={"window_days": 3}).digest() != plain.digest()


def test_a_clustering_needs_no_kind_and_takes_only_the_keys_of_its_own() -> None:
    def parsed(**clustering: object) -> settings.Clustering:
        return settings.parse_settings({"clustering": clustering}, folder=Path(), origin="c.yaml").clustering

    assert parsed(threshold=0.5) == settings.AverageLinkage(threshold=0.5)
    assert parsed(kind="hdbscan", min_samples=3) == settings.Hdbscan(kind="hdbscan", min_samples=3)
    with pytest.raises(ConfigError, match=r"clustering\.resolutin: .*did you mean `resolution`"):
        parsed(kind="leiden", resolutin=0.2)
    with pytest.raises(ConfigError, match="`kind` is one of average-linkage, hdbscan"):
        parsed(kind="k-means")
