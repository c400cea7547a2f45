"""The reference of every configuration key, generated from the settings: the content of `config/README.md`.

Run `python -m newsfold.settings.reference > config/README.md` after a change of the settings.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic_core import PydanticUndefined

from newsfold.settings.clustering import CLUSTERING_KINDS
from newsfold.settings.configuration import Settings
from newsfold.settings.section import Section
from newsfold.settings.sources import FilesSource, Outlet, WebSource

_HEAD = """\
# Configuration

newsfold is configured by one YAML file, given as `--config FILE`. Without it, commands use
[`default.yaml`](default.yaml), which processes the [sample](sample/README.md) offline. Every key is optional and has
the default given below; an unknown key or a wrong value is an error that names the key. `newsfold check --config FILE`
checks a file and tries its sources without publishing anything.

The smallest useful file reads one feed:

```yaml
store: /srv/news/store
fetch: {contact: "https://desk.example/newsfold"}
outlets:
  courier: {name: Harbour Courier, feeds: ["https://courier.example/rss"]}
```

Relative paths start at the folder of the configuration file, except `store`, which starts at the working directory.

| file | purpose |
| --- | --- |
| [`default.yaml`](default.yaml) | the configuration of the sample |
| [`examples/`](examples/newsfold.yaml) | what `newsfold init` writes: a configuration, cron, systemd, containers |
| [`sample/`](sample/README.md) | three nights of invented articles |
| [`prefect.yaml`](prefect.yaml) | deployments of the nightly run and of backfills for a Prefect work pool |
| [`automations.yaml`](automations.yaml) | automations for a Prefect server: nothing published, incomplete, late |
| [`Containerfile`](Containerfile) | an image with newsfold and Prefect |
| [`constraints.txt`](constraints.txt) | the versions of all dependencies, for `pip install -c` |

This page is generated: `python -m newsfold.settings.reference > config/README.md`.
"""

# Sections with several forms: the heading of each, its model, and the key it belongs to.
_FORMS: Mapping[str, list[tuple[str, type[Section]]]] = {
    "sources": [("sources: files", FilesSource), ("sources: feed, sitemap or page", WebSource)],
    "outlets": [("outlets", Outlet)],
    "clustering": [(f"clustering: {kind}", model) for kind, model in CLUSTERING_KINDS.items()],
}
_TABLE_HEAD = ("| key | type | default | meaning |", "| --- | --- | --- | --- |")
_CONTAINERS = {"sources": "list of sections", "outlets": "mapping of names to sections"}


def settings_reference() -> str:
    """Return the reference of all configuration keys as Markdown, a table for each section."""
    sections = _sections()
    names = [name for name, field in Settings.model_fields.items() if not field.exclude]
    rows = _rows(Settings, [name for name in names if name not in sections])
    for name, forms in sections.items():
        links = ", ".join(f"[{heading}](#{_anchor(heading)})" for heading, _ in forms)
        description = Settings.model_fields[name].description or _summary(forms[0][1])
        rows[name] = f"| `{name}` | {_CONTAINERS.get(name, 'section')} | | {description} See {links}. |"
    lines = [_HEAD, "## Top-level keys", "", *_TABLE_HEAD, *(rows[name] for name in names)]
    for forms in sections.values():
        for heading, model in forms:
            lines += ["", f"## {heading}", "", _summary(model), "", *_TABLE_HEAD]
            lines += _rows(model, model.model_fields).values()
    return "\n".join(lines) + "\n"


def _sections() -> dict[str, list[tuple[str, type[Section]]]]:
    """Return the headings and models of each top-level key that is a section."""
    sections = {}
    for name, field in Settings.model_fields.items():
        if name in _FORMS:
            sections[name] = _FORMS[name]
        elif isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            sections[name] = [(name, field.annotation)]
    return sections


def _rows(model: type[Section], names: Iterable[str]) -> dict[str, str]:
    """Return a table row for each of these keys of a section."""
    schemas = model.model_json_schema()["properties"]
    rows = {}
    for name in names:
        field = model.model_fields[name]
        default = "required" if field.default is PydanticUndefined else f"`{_as_yaml(field.default)}`"
        rows[name] = f"| `{name}` | {_type_name(schemas[name])} | {default} | {field.description} |"
    return rows


def _type_name(schema: Mapping[str, Any]) -> str:
    """Return a JSON schema of a value in words: `integer ≥ 1 or null`."""
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        values = [f"`{value}`" for value in schema["enum"]]
        return " or ".join(filter(None, [", ".join(values[:-1]), values[-1]]))
    if "anyOf" in schema:
        return " or ".join(_type_name(form) for form in schema["anyOf"])
    kind = schema["type"]
    if kind == "array":
        return f"list of {_type_name(schema['items'])}"
    if kind == "object":
        keys = schema.get("propertyNames", {"type": "string"})
        return f"mapping of {_type_name(keys)} to {_type_name(schema['additionalProperties'])}"
    if kind == "string":
        return "date" if schema.get("format") == "date" else "text"
    limits = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    bounds = [f"{sign} {schema[limit]:g}" for limit, sign in limits.items() if limit in schema]
    return " ".join([kind, ", ".join(bounds)]).strip()


def _as_yaml(value: object) -> str:
    """Return a default as it stands in a file."""
    return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=1000).removesuffix("...\n").strip()


def _summary(model: type[Section]) -> str:
    return (model.__doc__ or "").strip().split("\n\n")[0]


def _anchor(heading: str) -> str:
    """Return a heading's anchor as GitHub makes it."""
    kept = "".join(character for character in heading.lower() if character.isalnum() or character in " -_")
    return kept.replace(" ", "-")


if __name__ == "__main__":
    sys.stdout.write(settings_reference())
