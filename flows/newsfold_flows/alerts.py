"""Alerts: a message to a webhook or a command if a run failed or its edition is held.

The address of a webhook is a secret. It comes from the environment, and no message here or elsewhere contains it.
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

from newsfold.errors import NewsfoldError
from newsfold.settings import Alerts, load_settings
from newsfold_flows import final_state

_WEBHOOK_SECONDS, _COMMAND_SECONDS = 15, 120
_SECRET = re.compile(r"(?<=://)[^/@\s]+(?=@)|(?<=\?)\S*(?:key|token|secret|password|signature)\S*", re.IGNORECASE)


def send_alert(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Send an alert on the state that a flow run ended in, if the configuration asks for it; a hook of the flows.

    Never raises: an alert that cannot be sent does not make a run fail.
    """
    # At level critical: `newsfold run` turns Prefect's log down to that, and an alert that nobody gets must be seen.
    log = flow_run_logger(flow_run, flow).critical
    named = state.name in (final_state.HELD, final_state.INCOMPLETE)
    event = str(state.name).lower() if named or state.is_completed() else "failed"
    if flow_run.parent_task_run_id is not None:
        return  # an edition of a backfill, which sends its own alert
    try:
        settings = load_settings(flow_run.parameters.get("config"))
    except NewsfoldError as error:
        log(f"No alert could be sent that the run {event}: {error}")
        return
    if event not in settings.alerts.events:
        return
    for problem in deliver(settings.alerts, _build_message(flow_run, state, event, settings.store)):
        log(problem)


HOOKS: dict[str, Any] = {"on_failure": [send_alert], "on_crashed": [send_alert], "on_completion": [send_alert]}


def deliver(settings: Alerts, message: Mapping[str, Any]) -> list[str]:
    """Send a message to the configured webhook and command.

    Args:
        settings: the webhook and the command.
        message: the message, sent as JSON.

    Returns:
        The problems, a sentence each, without any address or argument.
    """
    body = json.dumps(message, ensure_ascii=False).encode()
    problems = [
        _post_webhook(settings.webhook_env, body) if settings.webhook_env else None,
        _run_command(settings.command, body) if settings.command else None,
    ]
    return [problem for problem in problems if problem]


def _build_message(flow_run: FlowRun, state: State[Any], event: str, address: str) -> dict[str, Any]:
    store = _redact(flow_run.parameters.get("store_address") or address)
    problem = _redact(state.message or "")
    name = _load_run_name(flow_run)
    return {
        "text": f"newsfold: {name} {event} ({store}). {problem}",
        "event": event,
        "run": name,
        "store": store,
        "problem": problem,
        "url": url_for(flow_run),
    }


def _load_run_name(flow_run: FlowRun) -> str:
    """Return a run's present name: the process that saw it crash has the one from before it began."""
    try:
        with get_client(sync_client=True) as client:
            return str(client.read_flow_run(flow_run.id).name)
    except (httpx.HTTPError, PrefectException):
        return str(flow_run.name)


def _redact(text: str) -> str:
    return _SECRET.sub("…", text)


def _post_webhook(variable: str, body: bytes) -> str | None:
    address = os.environ.get(variable, "")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"The alert was not sent: {variable} (`alerts.webhook_env`) does not hold a web address."
    # Not with httpx, which logs every address.
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=_WEBHOOK_SECONDS):  # noqa: S310 # nosec B310
            return None
    except urllib.error.HTTPError as error:
        error.close()
        return f"The alert was not accepted by {parts.hostname}: it answers {error.code}."
    except OSError as error:
        return f"The alert did not reach {parts.hostname}: {type(error).__name__}."


def _run_command(command: list[str], body: bytes) -> str | None:
    try:
        process = subprocess.run(command, input=body, timeout=_COMMAND_SECONDS, capture_output=True, check=False)  # noqa: S603 - the user's own
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"The alert's command {command[0]} could not be run ({type(error).__name__})."
    return f"The alert's command {command[0]} ended with {process.returncode}." if process.returncode else None
