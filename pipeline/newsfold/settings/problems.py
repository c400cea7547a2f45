"""Messages about wrong keys and values of a configuration."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from pydantic import ValidationError

from newsfold.settings.clustering import CLUSTERING_KINDS
from newsfold.settings.configuration import Settings
from newsfold.settings.section import Section
from newsfold.settings.sources import FilesSource, Outlet, WebSource

# Keys of earlier versions, by their place in the file, and the new key at the same place.
RENAMED_KEYS = {
    "alerts.on": "events",
    "alerts.webhook_from": "webhook_env",
    "candidates.days_apart": "max_days_apart",
    "clustering.fragment_links": "fragment_threshold",
    "clustering.stray_below": "outlier_threshold",
    "gate.failed_sources": "max_failed_sources",
    "gate.giant_story": "max_story_share",
    "gate.size_drift": "max_size_ratio",
    "stage_minutes": "stage_timeout_minutes",
}

_CREDENTIALS = re.compile(r"//[^/\s]*@")


def describe_problems(error: ValidationError) -> Iterator[str]:
    """Yield one line for each wrong key or value: its place in the file, and what to do about it."""
    for problem in error.errors():
        # Pydantic puts the kind after `clustering` and `sources.0`; the file has no such level.
        kinds = (("clustering", 1), ("sources", 2))
        location = problem["loc"]
        if problem["type"] == "invalid_key":
            # YAML 1.1 reads a bare `on` as true.
            location = (*location[:-1], "on" if problem["input"] is True else str(problem["input"]))
        parts = [part for depth, part in enumerate(location) if (location[0], depth) not in kinds]
        place = ".".join(map(str, parts)) or "the file"
        if place in RENAMED_KEYS and problem["type"] in {"extra_forbidden", "invalid_key"}:
            yield f"{place}: renamed; use `{RENAMED_KEYS[place]}`"
        elif problem["type"] == "extra_forbidden":
            known = _known_keys(location)
            similar = difflib.get_close_matches(str(location[-1]), known, n=1)
            hint = f"did you mean `{similar[0]}`?" if similar else f"known here: {', '.join(sorted(known))}"
            yield f"{place}: there is no such key; {hint}"
        else:
            shown = _CREDENTIALS.sub("//…@", repr(problem["input"]))  # messages go to logs
            yield f"{place}: {re.sub('^Value error, ', '', problem['msg'])} (it is {shown})"


def _known_keys(location: tuple[str | int, ...]) -> list[str]:
    """Return the keys that are known where pydantic met an unknown one."""
    sections: dict[str, type[Section]] = {"outlets": Outlet}
    if location[0] == "sources" and len(location) > 2:
        sections["sources"] = WebSource if location[2] == "web" else FilesSource
    if location[0] == "clustering":
        sections["clustering"] = CLUSTERING_KINDS[str(location[1])]
    model: type[Section] = Settings
    if len(location) > 1:
        first = str(location[0])
        annotation = Settings.model_fields[first].annotation
        model = sections.get(first) or (annotation if isinstance(annotation, type) else Settings)
    return [name for name in model.model_fields if name != "folder"]
