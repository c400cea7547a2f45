"""The `newsfold` command, run in this process."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from newsfold_flows.cli.app import app


def newsfold(*arguments: object) -> Result:
    """Run the command with these arguments; its result has `exit_code` and `output`."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])
