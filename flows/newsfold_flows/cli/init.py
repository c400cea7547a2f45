"""`newsfold init`: a configuration of one's own, and what runs it every night."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

import newsfold
from newsfold.errors import ConfigError
from newsfold_flows.cli import console, options
from newsfold_flows.cli.desk_files import render_files

_PURPOSES = {
    "newsfold.yaml": "the configuration",
    "newsfold.crontab": "for cron: a line for your crontab",
    "newsfold.service": "for systemd: makes an edition",
    "newsfold.timer": "for systemd: every night at two",
    "compose.yaml": "for containers: Prefect's server, a worker, and the store on a volume",
    "prefect.yaml": "for these containers: the deployments and their schedule",
}


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Folder to write to, made if it is missing. Default: this one.")
    ] = Path(),
    timezone: Annotated[
        str | None,
        typer.Option(
            parser=options.parse_time_zone,
            metavar="ZONE",
            help="IANA time zone of the schedules, and of the day that becomes the edition. Default: this machine's.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
) -> None:
    """Write a configuration of your own, and files for cron, systemd and containers.

    The configuration is commented, and has no outlets yet: `newsfold sources add` writes them into it. Of the other
    files, use those of the way in which newsfold is to run every night. Without --force, no file is overwritten.

    Example: `newsfold init news`
    """
    # systemd ignores a path with `..`; symbolic links are left as they are, for they may point elsewhere tomorrow.
    folder = folder.resolve() if ".." in folder.parts else folder.absolute()
    if not str(folder).isprintable():
        raise ConfigError(f"{str(folder)!r} cannot be written into a crontab; name a folder without such characters.")
    existing = [name for name in _PURPOSES if (folder / name).exists()]
    if existing and not force:
        raise ConfigError(
            f"{folder} has {', '.join(existing)} already, so nothing was written. Name another folder, or overwrite "
            f"{'it' if len(existing) == 1 else 'them'} with --force."
        )
    checkout = Path(newsfold.__file__).parents[2]
    is_checkout = (checkout / "config" / "Containerfile").is_file()
    contents = render_files(folder, sys.executable, timezone or _find_time_zone(), checkout if is_checkout else None)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    for name in contents:  # not before all are written: the reader of a pipe may stop after a line
        overwritten = ", overwritten" if name in existing else ""
        console.out.print(
            f"[green]+[/] {escape(str(folder / name))} [dim]{_PURPOSES[name]}{overwritten}[/]",
            highlight=False,
            soft_wrap=True,
        )
    console.out.print(_describe_next_steps(folder), highlight=False, markup=False, soft_wrap=True)


def _find_time_zone() -> str:
    """Return the machine's IANA time zone, or UTC if it has none."""
    import tzlocal

    try:
        return options.parse_time_zone(tzlocal.get_localzone_name() or "UTC")
    except (LookupError, OSError, ValueError, typer.BadParameter):
        return "UTC"


def _describe_next_steps(folder: Path) -> str:
    def path(name: str) -> str:
        return shlex.quote(str(folder / name))

    return f"""
Next: add outlets, check everything, make the first edition.
  newsfold sources add https://courier.example/ --config {path("newsfold.yaml")} --contact mailto:you@desk.example
  newsfold check --config {path("newsfold.yaml")}
  newsfold run --config {path("newsfold.yaml")}
Then every night, by one of these:
  (crontab -l; cat {path("newsfold.crontab")}) | crontab -
  systemctl --user link {path("newsfold.service")} && systemctl --user enable --now {path("newsfold.timer")}
  docker compose --file {path("compose.yaml")} up --detach"""
