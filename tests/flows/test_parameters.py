"""Parameters of the flows: Prefect's form and checks, and the edition of a scheduled run."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ParameterTypeError
from prefect.flow_engine import run_flow
from prefect.states import Scheduled
from prefect.utilities.schema_tools import validate

from newsfold import store
from newsfold.errors import ConfigError
from newsfold_flows.nightly import backfill, nightly
from tests.flows.conftest import FIRST, ON_PREFECT, SECOND

pytestmark = ON_PREFECT


def run_scheduled(at: datetime, **parameters: Any) -> FlowRun:
    """Run the nightly flow as scheduled for a time in the past; return the flow run."""
    with get_client(sync_client=True) as client:
        waiting: FlowRun = client.create_flow_run(
            cast("Any", nightly), parameters=parameters, state=Scheduled(scheduled_time=at)
        )
        run_flow(cast("Any", nightly), flow_run=waiting, parameters=parameters, return_type="state")
        return client.read_flow_run(waiting.id)


@pytest.mark.parametrize(("time_zone", "edition"), [("UTC", "2013-06-05"), ("Europe/Berlin", "2013-06-06")])
def test_a_late_run_makes_the_edition_of_the_day_it_was_scheduled_for(
    config: Path, tmp_path: Path, time_zone: str, edition: str
) -> None:
    config.write_text(config.read_text().replace("edition: all", "edition: today"))
    at = datetime(2013, 6, 5, 22, 30, tzinfo=UTC)  # half past midnight of the next day in Berlin
    done = run_scheduled(at, config=str(config), time_zone=time_zone)
    assert done.name == f"edition-{edition}"
    assert done.state and done.state.name == "Completed"
    assert store.list_editions(tmp_path / "store") == [date.fromisoformat(edition)]


@pytest.mark.parametrize("flow", [nightly, backfill])
def test_each_parameter_is_described_in_the_form(flow: Any) -> None:
    fields = flow.parameters.model_dump_for_openapi()["properties"]
    assert all(field["description"] for field in fields.values())


def test_the_forms_schema_refuses_impossible_values() -> None:
    form = nightly.parameters.model_dump_for_openapi()
    values: dict[str, list[object]] = {
        "edition_date": ["yesterday", "2013-13-01", "2013-06-32", "2013-06-05", None],
        "wait_minutes": [-1, 0, 5000, "long"],
        "config": ["", "mine.yaml", None],
    }
    refused = {name: [value for value in tried if validate({name: value}, form)] for name, tried in values.items()}
    assert refused == {
        "edition_date": ["yesterday", "2013-13-01", "2013-06-32"],
        "wait_minutes": [-1, 5000, "long"],
        "config": [""],
    }


def test_an_unknown_time_zone_is_refused_before_anything_is_read(config: Path, tmp_path: Path) -> None:
    with pytest.raises(ParameterTypeError, match="Atlantis"):
        nightly(str(config), time_zone="Atlantis/Poseidonis")
    assert not (tmp_path / "store").exists()


def test_a_backfill_with_dates_in_the_wrong_order_is_refused(config: Path) -> None:
    with pytest.raises(ConfigError, match="2013-06-06, is after the last, 2013-06-05"):
        backfill(date(2013, 6, 6), date(2013, 6, 5), str(config))


def test_a_backfill_leaves_out_a_missing_night_if_its_form_says_so(config: Path, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "in" / str(SECOND))
    with pytest.raises(ParameterTypeError, match="'publish', 'skip' or 'stop'"):
        backfill(FIRST, SECOND, str(config), missing=cast("Any", "ignore"))
    assert [manifest["edition_date"] for manifest in backfill(FIRST, SECOND, str(config), missing="skip")] == [
        str(FIRST)
    ]
