"""Runs that nobody watches: whom they tell when it did not go well, and what of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from newsfold.settings.sources import Section, WebAddress

Event = Literal["failed", "held", "incomplete"]


def _of_an_edition(address: str) -> str:
    if "{edition_date}" not in address:
        raise ValueError("must hold `{edition_date}`, for which the edition stands in")
    return address


def _called_after_an_edition(file: str) -> str:
    if "{edition_date}" not in Path(file).name:
        raise ValueError("must hold `{edition_date}` in the file's name: every edition has a page of its own")
    return file


DigestAddress = Annotated[WebAddress, AfterValidator(_of_an_edition)]
DigestFile = Annotated[str, AfterValidator(_called_after_an_edition)]


class Alerts(Section):
    """Whom to tell of a run that failed or published nothing: a webhook, a command, or both."""

    on: list[Event] = Field(
        ["failed", "held"],
        description="failed (also killed, where Prefect notices), held by the gate, published but incomplete",
    )
    webhook_env: str | None = Field(
        None,
        pattern="^[A-Za-z_][A-Za-z0-9_]*$",
        description="the environment variable that holds the address to send JSON to (its `text` suits Slack and "
        "Mattermost): such an address is a secret, so it stands in no file and no log",
    )
    command: list[str] = Field(
        [], description="a program and its arguments; run without a shell, the same JSON on its standard input"
    )


class Scale(Section):
    """Where the work of a run is done, and in which portions. It changes nothing of what comes out."""

    runner: Literal["threads", "dask"] = Field(
        "threads", description="threads of one process, or Dask workers (`pip install 'newsfold[dask]'`)"
    )
    workers: int | None = Field(
        None, ge=1, description="threads, or Dask worker processes on this machine; null: one per processor"
    )
    scheduler: str | None = Field(
        None,
        description="a Dask scheduler's address (tcp://…), whose workers see the same store and configuration; null: "
        "workers of the run's own",
    )
    chunk_articles: int = Field(2_000, ge=1, description="articles that are worked on at a time")
    chunk_pairs: int = Field(250_000, ge=1, description="pairs of articles that are compared at a time")
    retries: int = Field(2, ge=0, description="how often a chunk is tried again whose worker died, or that failed")
