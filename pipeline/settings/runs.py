"""How a run behaves that nobody watches: how long it may take, and whom it tells when it did not go well."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.settings.sources import Section

Event = Literal["failed", "held", "incomplete"]


class Patience(Section):
    """How long the parts of a run may take before the run is given up."""

    source_minutes: float = Field(60, gt=0, description="for one source; the others go on without it")
    stage_minutes: float = Field(360, gt=0, description="for one stage; then the run fails, and can be resumed")


class Alerts(Section):
    """Whom to tell of a run that failed or published nothing: a webhook, a command, or both."""

    on: list[Event] = Field(
        ["failed", "held"],
        description="failed (also killed, where Prefect notices), held by the gate, published but incomplete",
    )
    webhook_from: str | None = Field(
        None,
        pattern="^[A-Za-z_][A-Za-z0-9_]*$",
        description="the environment variable that holds the address to send JSON to (its `text` suits Slack and "
        "Mattermost): such an address is a secret, so it stands in no file and no log",
    )
    command: list[str] = Field(
        [], description="a program and its arguments; run without a shell, the same JSON on its standard input"
    )
