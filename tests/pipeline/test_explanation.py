from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline import schemas, settings, sources, stages, store
from pipeline.errors import ConfigError
from pipeline.explanation import explain
from pipeline.scoring import scorer

NIGHT = date(2013, 6, 5)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the sample's first night, published stage by stage without Prefect."""
    folder = tmp_path_factory.mktemp("store")
    chosen = settings.load()
    tables = {name: schemas.empty(name) for name in stages.INPUTS}
    tables["documents"], tables["source_outcomes"] = sources.read(chosen, NIGHT)
    context = stages.Context(chosen, NIGHT, stages.end_of(NIGHT))
    for stage in stages.STAGES:
        tables |= stage.run(tables, context)
    area = store.staging(folder, f"{NIGHT}-test")
    for name in schemas.PUBLISHED:
        area.write(name, tables[name])
    store.publish(folder, area, NIGHT, tuple(schemas.PUBLISHED), {"status": "published"})
    return folder


def ids_of(address: Path, *words: str) -> list[str]:
    members = store.load(address, "story_articles").to_pylist()
    return [row["article_id"] for row in members if all(word in row["title"] for word in words)]


def test_the_parts_add_up_to_the_verdict(address: Path) -> None:
    one, other = ids_of(address, "Qusayr")[:2]
    told = explain(address, one, other, settings.load())
    odds = sum(part["log_odds"] for part in told["parts"])
    assert told["probability"] == pytest.approx(1 / (1 + 2.718281828459045**-odds), abs=1e-4)
    assert told["shared"]
    assert set(told["shared"]).isdisjoint(told["only left"] + told["only right"])
    assert {part["feature"] for part in told["parts"]} == {"intercept", *scorer(settings.Scoring()).curves}


def test_an_article_may_be_named_by_the_beginning_of_its_id(address: Path) -> None:
    one, other = ids_of(address, "Qusayr")[:2]
    assert explain(address, one[:12], other[:12], settings.load()) == explain(address, other, one, settings.load())


def test_copies_are_explained_as_copies(address: Path) -> None:
    members = store.load(address, "story_articles").to_pylist()
    copy = next(row for row in members if row["role"] == "copy")
    told = explain(address, copy["article_id"], copy["copy_group_id"], settings.load())
    assert "copies of one another" in told["verdict"]


def test_a_label_that_decided_is_named_and_a_later_one_is_not(address: Path, tmp_path: Path) -> None:
    one, other = ids_of(address, "Qusayr")[:2]
    (tmp_path / "l.csv").write_text(f"left,right,label,by\n{one},{other},together,Ida\n", encoding="utf-8")
    chosen = settings.load().model_copy(update={"labels": [str(tmp_path / "l.csv")]})
    told = explain(address, one, other, chosen)
    assert told["verdict"].startswith("In one story, as labelled in l.csv row 2 (Ida). Alone, these two")
    (tmp_path / "l.csv").write_text(f"left,right,label\n{one},{other},apart\n", encoding="utf-8")
    assert explain(address, one, other, chosen) == explain(address, one, other, settings.load())


def test_an_unknown_article_is_named(address: Path) -> None:
    with pytest.raises(ConfigError, match="'nobody' is not an article"):
        explain(address, "nobody", ids_of(address, "Qusayr")[0], settings.load())
