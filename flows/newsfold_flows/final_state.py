"""The last state of a flow run, by which Prefect's pages, filters and automations know how it ended.

A name of its own makes an event of its own (`prefect.flow-run.Held`); the type decides what counts as a success:

| edition | state | type | event |
| --- | --- | --- | --- |
| published | Completed | COMPLETED | `prefect.flow-run.Completed` |
| published, but a source failed | Incomplete | COMPLETED | `prefect.flow-run.Incomplete` |
| held by the quality gate | Held | FAILED | `prefect.flow-run.Held` |

Nothing is published if an edition is held, so its run is a failure, as one that ends in Prefect's own TimedOut.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from newsfold.errors import EditionHeld
from newsfold_flows import metrics


def _is_no_traceback_of_held(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], EditionHeld))


# Where a worker executes a run, Prefect logs how it ended, and then the traceback of what it takes for an error.
logging.getLogger("prefect.flow_runs").addFilter(_is_no_traceback_of_held)

HELD, INCOMPLETE = "Held", "Incomplete"
_STATUSES = ("published", "incomplete", "held")  # the worst last


def build_nightly_state(manifest: Mapping[str, Any]) -> Any:
    """Return the last state of a run that made an edition, with the manifest as its result.

    Args:
        manifest: the edition's manifest.
    """
    return _build_state(manifest["status"], metrics.describe(manifest), manifest)


def build_backfill_state(manifests: Sequence[Mapping[str, Any]]) -> Any:
    """Return the last state of a backfill, that of its worst edition, with the manifests as its result.

    Args:
        manifests: the editions' manifests, in order.
    """
    worst = max((manifest["status"] for manifest in manifests), key=_STATUSES.index, default="published")
    described = [
        f"{manifest['edition_date']}: {metrics.describe(manifest)}"
        for manifest in manifests
        if manifest["status"] == worst != "published"
    ]
    return _build_state(worst, " ".join(described) or None, manifests)


def _build_state(status: str, message: str | None, result: Any) -> State[Any]:
    if status == "held":
        return Failed(name=HELD, message=message, data=EditionHeld(message))
    return Completed(name=INCOMPLETE if status == "incomplete" else None, message=message, data=result)
