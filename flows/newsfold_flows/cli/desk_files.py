"""The files of `newsfold init`: the examples that ship, with the paths and the time zone of this machine."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from newsfold.settings import shipped_file

# What the examples name.
_FOLDER, _PYTHON, _ZONE = "/srv/news", "/srv/venv/bin/python", "Europe/Berlin"
_BUILD = "  build: {context: /srv/newsfold, dockerfile: config/Containerfile}\n"
_NO_BUILD = "  # Built in a copy of newsfold's repository: docker build --file config/Containerfile --tag newsfold .\n"
_DEPLOYMENTS = """\
# newsfold's deployments for the containers of compose.yaml, whose paths these are.
"""


def render_files(folder: Path, python: str, zone: str, checkout: Path | None) -> dict[str, str]:
    """Return the content of each file, by its name.

    Args:
        folder: where the files are to be, as an absolute path.
        python: the interpreter that newsfold is installed for.
        zone: an IANA time zone.
        checkout: newsfold's repository, if it is on this machine; an image is built there.
    """
    config = folder / "newsfold.yaml"
    units = {name: shlex.quote(f"{folder}/{name}") for name in ("newsfold.service", "newsfold.timer")}
    service = {
        f'"{_PYTHON}"': _quote_for_systemd(python),
        f'"{_FOLDER}/newsfold.yaml"': _quote_for_systemd(str(config)),
        f"=-{_FOLDER}/": f"=-{folder}/".replace("%", "%%"),
        **{f"{_FOLDER}/{name}": quoted for name, quoted in units.items()},
        _ZONE: zone,
    }
    build = _BUILD.replace("/srv/newsfold", _quote_for_compose(str(checkout))) if checkout else _NO_BUILD
    deployments = {
        "config: null": "config: /etc/newsfold/newsfold.yaml",
        "store_address: null": "store_address: /var/lib/newsfold/store",
        "timezone: UTC": f"timezone: {zone}",
        "time_zone: UTC": f"time_zone: {zone}",
    }
    shipped = _fill_in("prefect.yaml", deployments)
    return {
        "newsfold.yaml": _fill_in(
            "examples/newsfold.yaml", {f"{_FOLDER}/store": json.dumps(f"{folder}/store", ensure_ascii=False)}
        ),
        "newsfold.crontab": _fill_in(
            "examples/newsfold.crontab",
            {_PYTHON: _quote_for_cron(python), f"{_FOLDER}/newsfold.yaml": _quote_for_cron(str(config)), _ZONE: zone},
        ),
        "newsfold.service": _fill_in("examples/newsfold.service", service),
        "newsfold.timer": _fill_in("examples/newsfold.timer", {_ZONE: zone}),
        "compose.yaml": _fill_in("examples/compose.yaml", {_FOLDER: _quote_for_compose(str(folder)), _BUILD: build}),
        "prefect.yaml": _DEPLOYMENTS + shipped[shipped.index("name: ") :],
    }


def _fill_in(example: str, values: Mapping[str, str]) -> str:
    """Return a shipped file with each of these words replaced, in one pass: a value may look like another word."""
    words = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
    return re.sub(words, lambda match: values[match[0]], shipped_file(example).read_text(encoding="utf-8"))


def _quote_for_cron(path: str) -> str:
    return shlex.quote(path).replace("%", "\\%")  # cron takes a bare % for the end of the line


def _quote_for_systemd(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _quote_for_compose(path: str) -> str:
    return json.dumps(path, ensure_ascii=False).replace("$", "$$")
