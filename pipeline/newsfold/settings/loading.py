"""Finding, reading and checking configuration files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from newsfold.errors import ConfigError
from newsfold.settings.configuration import Settings
from newsfold.settings.problems import describe_problems
from newsfold.settings.sources import WebSource


def shipped_file(name: str) -> Path:
    """Return the path of a file that ships with newsfold's configuration, in a checkout or an installed wheel.

    Raises:
        ConfigError: there is no such file.
    """
    for folder in (Path(__file__).parents[1] / "_config", Path(__file__).parents[3] / "config"):
        if (folder / name).exists():
            return folder / name
    raise ConfigError(f"newsfold ships no {name!r}; reinstall it, or name a file of your own.")


def load_settings(path: Path | str | None = None) -> Settings:
    """Load the settings from a YAML file; without a path, the shipped ones (the offline sample).

    Raises:
        ConfigError: the file is missing, is not YAML, or has wrong keys or values (all are listed).
    """
    file = Path(path) if path is not None else shipped_file("default.yaml")
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"There is no configuration file {file}. Check --config, or leave it out for the sample."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The configuration file {file} cannot be read: {error}") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date or a number that there is not
        raise ConfigError(f"{file} is not valid YAML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{file} cannot be read: its lists or keys are nested too deep.") from error
    if raw is not None and not isinstance(raw, dict):
        raise ConfigError(f"{file} must hold keys and values, such as `window_days: 7`.")
    return parse_settings(raw or {}, folder=file.resolve().parent, origin=str(file))


def require_sources(settings: Settings, path: Path | str | None) -> None:
    """Make sure that there is something to read.

    Raises:
        ConfigError: the settings, loaded from `path`, name neither outlets on the web nor files.
    """
    if not settings.sources:
        raise ConfigError(
            f"{path} names no outlets and no `sources`: there is nothing to read. Add an outlet with `newsfold sources "
            f"add URL --config {path}`, or name files under `sources`."
        )


def parse_settings(raw: dict[str, Any], *, folder: Path, origin: str) -> Settings:
    """Check a mapping and return it as settings, with the outlets' addresses among the sources.

    Args:
        raw: keys and values, as read from YAML.
        folder: where relative paths start.
        origin: the file they come from, for messages.

    Raises:
        ConfigError: keys or values are wrong; every problem is listed.
    """
    try:
        settings = Settings.model_validate(raw | {"folder": folder})
    except ValidationError as error:
        problems = "\n".join(f"  - {line}" for line in describe_problems(error))
        raise ConfigError(f"{origin} cannot be used:\n{problems}") from error
    web_sources = [source for key, outlet in settings.outlets.items() for source in outlet.web_sources(key)]
    settings = settings.model_copy(update={"sources": [*settings.sources, *web_sources]})
    _check_sources(settings, origin)
    return _resolve_paths(settings)


def _check_sources(settings: Settings, origin: str) -> None:
    if any(isinstance(source, WebSource) for source in settings.sources) and not settings.fetch.contact:
        raise ConfigError(
            f"{origin}: sources on the web need `fetch: {{contact: …}}`, a web page or mail address that is sent to "
            "every host, so that its owner can ask about newsfold's visits."
        )
    names = [source.name for source in settings.sources]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ConfigError(f"{origin}: each source needs a name of its own; used twice: {', '.join(repeated)}.")


def _resolve_paths(settings: Settings) -> Settings:
    """Return the settings with the paths of labels, retractions and models starting at the configuration's folder."""

    def resolve(path: str, keywords: tuple[str, ...] = ()) -> str:
        return path if path in keywords else str(settings.folder / path)

    embedding, scoring, summaries = settings.embedding, settings.scoring, settings.summaries
    adapter = resolve(embedding.adapter, ("default", "none"))
    return settings.model_copy(
        update={
            "labels": [resolve(path) for path in settings.labels],
            "retractions": [resolve(path) for path in settings.retractions],
            "embedding": embedding.model_copy(update={"adapter": adapter}),
            "scoring": scoring.model_copy(update={"model": resolve(scoring.model, ("default",))}),
            "summaries": summaries.model_copy(update={"model": resolve(summaries.model, ("default",))}),
            "kinds": settings.kinds.model_copy(update={"model": resolve(settings.kinds.model, ("default",))}),
        }
    )
