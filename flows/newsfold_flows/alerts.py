"""Telling somebody that a run failed, or published nothing: a webhook or a command, as configured.

The address of a webhook is a secret. It comes from the environment, and no message here or elsewhere holds it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import PrefectException
from prefect.flows import Flow
from prefect.logging.loggers import flow_run_logger
from prefect.utilities.urls import url_for

from newsfold import settings
from newsfold.errors import NewsfoldError
from newsfold.settings import Alerts

_WEBHOOK_SECONDS, _COMMAND_SECONDS = 15, 120
_KEYS = re.compile(r"(?<=://)[^/@\s]+(?=@)|(?<=\?)\S*(?:key|token|secret|password|signature)\S*", re.IGNORECASE)


def tell(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """A flow's hook: tell of the state it ended in, where the configuration wants to hear of it.

    Never raises: a run does not fail for an alert.
    """
    # Told as critical: `newsfold run` turns Prefect's log down to that, and an alert that nobody gets must be seen.
    told = flow_run_logger(flow_run, flow).critical
    event = "failed" if state.is_failed() or state.is_crashed() else str(state.name).lower()
    if flow_run.parent_task_run_id is not None:
        return  # an edition of a backfill, which tells of itself
    try:
        chosen = settings.load_settings(flow_run.parameters.get("config"))
    except NewsfoldError as error:
        told(f"Nobody could be told that the run {event}: {error}")
        return
    if event not in chosen.alerts.events:
        return
    for problem in deliver(chosen.alerts, _message(flow_run, state, event, chosen.store)):
        told(problem)


HOOKS: dict[str, Any] = {"on_failure": [tell], "on_crashed": [tell], "on_completion": [tell]}


def deliver(chosen: Alerts, message: Mapping[str, Any]) -> list[str]:
    """Send a message to the configured webhook and command.

    Args:
        chosen: where to.
        message: what is sent as JSON.

    Returns:
        What went wrong, a sentence each, without an address or an argument.
    """
    body = json.dumps(message, ensure_ascii=False).encode()
    found = [_post(chosen.webhook_env, body) if chosen.webhook_env else None]
    found.append(_run(chosen.command, body) if chosen.command else None)
    return [problem for problem in found if problem]


def _message(flow_run: FlowRun, state: State[Any], event: str, address: str) -> dict[str, Any]:
    at = _without_keys(flow_run.parameters.get("store_address") or address)
    problem = _without_keys(state.message or "")
    name = _name_now(flow_run)
    return {
        "text": f"newsfold: {name} {event} ({at}). {problem}",
        "event": event,
        "run": name,
        "store": at,
        "problem": problem,
        "url": url_for(flow_run),
    }


def _name_now(flow_run: FlowRun) -> str:
    """A run's name, which whoever watched it crash knows as it was before it began."""
    try:
        with get_client(sync_client=True) as client:
            return str(client.read_flow_run(flow_run.id).name)
    except (httpx.HTTPError, PrefectException):
        return str(flow_run.name)


def _without_keys(text: str) -> str:
    return _KEYS.sub("…", text)


def _post(variable: str, body: bytes) -> str | None:
    address = os.environ.get(variable, "")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"The alert was not sent: {variable} (`alerts.webhook_env`) holds no web address."
    # Not by httpx: it writes every address into the log.
    asked = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(asked, timeout=_WEBHOOK_SECONDS):  # noqa: S310
            return None
    except urllib.error.HTTPError as error:
        error.close()
        return f"The alert was not taken by {parts.hostname}: it answers {error.code}."
    except OSError as error:
        return f"The alert did not reach {parts.hostname}: {type(error).__name__}."


def _run(command: list[str], body: bytes) -> str | None:
    try:
        done = subprocess.run(command, input=body, timeout=_COMMAND_SECONDS, capture_output=True, check=False)  # noqa: S603 - the user's own
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"The alert's command {command[0]} could not be run ({type(error).__name__})."
    return f"The alert's command {command[0]} ended with {done.returncode}." if done.returncode else None
