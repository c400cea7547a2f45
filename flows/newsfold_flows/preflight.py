"""What a night needs besides its sources: models, libraries, the store, the digest's folder, alerts."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from newsfold import store
from newsfold.errors import NewsfoldError, StoreLocked
from newsfold.settings import Alerts, Settings

_KEY_VARIABLES = ("OPENAI_API_KEY", "OPENAI_BASE_URL")


def find_problems(settings: Settings) -> list[str]:
    """Return what would make a run fail, or its alerts get lost, a sentence each.

    Args:
        settings: the configuration.
    """
    return [
        *_check_models(settings),
        *_check_extras(settings),
        *_check_store(settings.store),
        *_check_digest(settings),
        *_check_alerts(settings.alerts),
    ]


def _check_models(settings: Settings) -> Iterator[str]:
    from newsfold import embedding, scoring
    from newsfold.extraction.kinds.model import load_kind_model
    from newsfold.summaries.salience import load_salience_model

    loads: dict[str, Callable[[], object]] = {
        "scoring.model": lambda: scoring.load_scorer(settings.scoring),
        "embedding": lambda: embedding.load_embedder(settings.embedding),
        "kinds.model": lambda: load_kind_model(settings.kinds),
        "summaries.model": lambda: load_salience_model(settings.summaries),
    }
    for key, load in loads.items():
        try:
            load()
        except NewsfoldError as error:
            yield f"`{key}`: {error}"
    if settings.summaries.kind == "openai" and not any(os.environ.get(name) for name in _KEY_VARIABLES):
        yield f"`summaries.kind: openai` needs {' or '.join(_KEY_VARIABLES)} in the environment."


def _check_extras(settings: Settings) -> Iterator[str]:
    if settings.scale.runner == "dask" and not importlib.util.find_spec("prefect_dask"):
        yield "`scale.runner: dask` needs Dask, which is not installed: pip install 'newsfold[dask]'."
    if settings.clustering.kind == "leiden" and not importlib.util.find_spec("sknetwork"):
        yield "`clustering.kind: leiden` needs scikit-network, which is not installed: pip install 'newsfold[bench]'."


def _check_store(address: str) -> Iterator[str]:
    try:
        if "://" in address:
            # Claiming its lock is a write, of which nothing is left. Another run that holds it can write there.
            with suppress(StoreLocked), store.lock_store(address):
                store.list_editions(address)
        elif problem := _explain_unwritable(Path(address)):
            yield f"`store`: {problem}"
    except NewsfoldError as error:
        yield f"`store`: {error}"


def _check_digest(settings: Settings) -> Iterator[str]:
    if settings.digest_file and (problem := _explain_unwritable((settings.folder / settings.digest_file).parent)):
        yield f"`digest_file`: {problem}"


def _explain_unwritable(folder: Path) -> str | None:
    """Return why a folder can be neither written to nor made, or None."""
    existing = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    if not existing.is_dir():
        return f"{existing} is not a folder."
    if not os.access(existing, os.W_OK | os.X_OK):
        return f"{existing} cannot be written to by this user."
    return None


def _check_alerts(alerts: Alerts) -> Iterator[str]:
    if alerts.webhook_env:
        parts = urlsplit(os.environ.get(alerts.webhook_env, ""))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            yield f"`alerts.webhook_env`: {alerts.webhook_env} does not hold a web address in this environment."
    if alerts.command and not shutil.which(alerts.command[0]):
        yield f"`alerts.command`: there is no program {alerts.command[0]} that this user can run."
