"""The sections of a run: quality gate, alerts, digest file, workers and chunks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from newsfold.settings.section import Section, WebAddress

Event = Literal["failed", "held", "incomplete"]


def _check_address_names_edition(address: str) -> str:
    if "{edition_date}" not in address:
        raise ValueError("must contain `{edition_date}`, which stands for the date of the edition")
    return address


def _check_file_names_edition(file: str) -> str:
    if "{edition_date}" not in Path(file).name:
        raise ValueError("must contain `{edition_date}` in the file's name: every edition has a page of its own")
    return file


DigestAddress = Annotated[WebAddress, AfterValidator(_check_address_names_edition)]
DigestFile = Annotated[str, AfterValidator(_check_file_names_edition)]


class Gate(Section):
    """The quality gate: an edition that exceeds a limit is not published until a person releases it."""

    action: Literal["hold", "warn"] = Field(
        "hold",
        description="`hold` keeps the edition in staging until it is released; `warn` publishes it with a warning.",
    )
    min_articles: int | None = Field(
        1, ge=0, description="Minimum number of articles in the window; null: not checked."
    )
    max_size_ratio: float | None = Field(
        5.0,
        gt=1,
        description="Maximum ratio, up or down, of the number of new articles to the median of the last editions; "
        "null: not checked.",
    )
    max_story_share: float | None = Field(
        0.2, gt=0, le=1, description="Maximum share of the window's articles in one story; null: not checked."
    )
    max_churn: float | None = Field(
        0.1,
        ge=0,
        le=1,
        description="Maximum share of articles whose story id changed since the previous edition; null: not checked.",
    )
    min_cohesion: float | None = Field(
        0.3, ge=0, le=1, description="Minimum mean cohesion of stories with several articles; null: not checked."
    )
    max_failed_sources: float | None = Field(
        0.5, ge=0, le=1, description="Maximum share of sources that failed completely; null: not checked."
    )


class Alerts(Section):
    """Notifications about runs that failed or published nothing, to a webhook, a command, or both."""

    events: list[Event] = Field(
        ["failed", "held"],
        description="Outcomes that are reported: `failed` (also killed, if Prefect notices), `held` by the quality "
        "gate, `incomplete` (published, but a source failed).",
    )
    webhook_env: str | None = Field(
        None,
        pattern="^[A-Za-z_][A-Za-z0-9_]*$",
        description="Name of the environment variable that holds the webhook's address, to which JSON is posted (its "
        "`text` suits Slack and Mattermost). The address is a secret, so it appears in no file and no log.",
    )
    command: list[str] = Field(
        [], description="A program and its arguments, run without a shell, with the same JSON on its standard input."
    )


class Scale(Section):
    """Workers and chunk sizes of a run. They do not change the results."""

    runner: Literal["threads", "dask"] = Field(
        "threads", description="`threads` of one process, or `dask` workers (`pip install 'newsfold[dask]'`)."
    )
    workers: int | None = Field(
        None, ge=1, description="Number of threads or local Dask worker processes; null: one per processor."
    )
    scheduler: str | None = Field(
        None,
        description="Address of a Dask scheduler (tcp://…) whose workers see the same store and configuration; null: "
        "the run starts its own workers.",
    )
    chunk_articles: int = Field(2_000, ge=1, description="Articles processed per chunk.")
    chunk_pairs: int = Field(250_000, ge=1, description="Pairs of articles scored per chunk.")
    retries: int = Field(2, ge=0, description="Retries of a chunk that failed or whose worker died.")
