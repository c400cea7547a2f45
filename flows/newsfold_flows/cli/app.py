"""The `newsfold` command, composed from one module per subcommand.

A module is imported when its command is called, so that none waits for the libraries of all: Prefect, PyTorch, scipy.
The command `suggest-labels` is the function `suggest_labels` in `suggest_labels.py`, and so are the others; a module
with several commands has a Typer app of its own instead.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from newsfold.errors import ConfigError
from newsfold_flows.cli import console, log
from newsfold_flows.cli.errors import report_errors

# In the list of commands; each is the first paragraph of the command's own help.
_SUMMARIES = {
    "Make": {
        "run": "Run the nightly flow once: read the sources, group articles into stories, publish the edition.",
        "backfill": "Make editions in order, each after the one before it.",
        "release": "Show the editions that the quality gate holds, and why; with --force, publish one of them.",
        "verify": "Check a whole store: every file against its manifest, every edition against those before it.",
        "prune": "Remove old editions for good: show which, and with --yes remove them.",
        "serve": "Run the nightly flow on a schedule, and backfills on demand, until you stop this process.",
        "cluster": "Group articles from files into stories, without a store and without Prefect.",
    },
    "Read": {
        "show": "Print an edition's top stories; or one story, with what is new, names, articles and history; or one "
        "thread.",
        "explain": "Explain why two articles are, or are not, in one story: the contribution of each feature, in "
        "log-odds.",
        "digest": "Write an edition as one HTML page: ranked stories, what is new, names, copies, search and filters.",
        "notebook": "Write a notebook that puts thirteen questions to an edition: top stories, growth, firsts, names, "
        "blind spots.",
        "sql": "Put a question in SQL to a store: its tables are views of one edition, or of all editions.",
        "export": "Write a table of an edition, its stories by default, as CSV, as an Excel workbook or as JSON Lines.",
        "copies": "Show who copies whom: the most copied texts, whose texts each outlet prints, and outlets that may "
        "be one family.",
    },
    "Correct": {
        "suggest-labels": "Write the pairs of articles that the scorer is least sure about to a CSV, for you to label."
    },
    "Measure and train": {
        "evaluate": "Measure the clustering on labelled articles, beside plain methods on the same articles.",
        "train": "Refit the pair scorer, and optionally the embedding, on your own labels.",
        "train-summaries": "Refit the model that chooses headlines and summaries, on what editors wrote about the same "
        "stories.",
        "train-kinds": "Refit the model that tells news from opinion, live blogs, services and the other kinds.",
    },
    "Configure": {
        "init": "Write a configuration of your own, and files for cron, systemd and containers.",
        "check": "Validate all that a night needs, and read every source; publish nothing.",
        "schema": "Print the data dictionary: every published table and column, as Markdown.",
        "sources": "Add outlets on the web to a configuration.",
    },
}
_RENAMED = {"publish": "release", "doubts": "suggest-labels"}


class _CommandsOnDemand(TyperGroup):
    """The group of all commands: it lists them by their summaries, and imports the one that is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None and name not in _RENAMED:
            command = load_command(str(command.name))
        return name, command, rest


app = typer.Typer(
    name="newsfold",
    cls=_CommandsOnDemand,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def load_command(name: str) -> Any:
    """Import a command: a Click command, or a group of them."""
    module = importlib.import_module(f"newsfold_flows.cli.{name.replace('-', '_')}")
    if hasattr(module, "app"):
        return typer.main.get_command(module.app)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")
    alone.command(name)(report_errors()(getattr(module, module.__name__.rpartition(".")[2])))
    return typer.main.get_command(alone)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"newsfold {version('newsfold')}")
        raise typer.Exit


@app.callback()
def newsfold(
    context: typer.Context,
    show_version: Annotated[  # noqa: ARG001 - its callback prints it
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Group a night of news from many outlets into stories, on Parquet.

    Start with `newsfold run`: it needs no configuration, network or account, and uses a shipped sample. Then
    `newsfold show` lists the stories.

    For your own articles: `newsfold cluster FILE...` groups files without a store; `newsfold sources add URL` adds an
    outlet on the web to a configuration.

    To correct the clustering, list pairs of articles in a CSV (`left,right,label`) and name it under `labels` in the
    configuration; `newsfold suggest-labels` proposes pairs.
    """
    console.tolerate_encoding()
    context.call_on_close(log.reset)
    # The model is downloaded or converted at first use, which takes a while.
    context.with_resource(log.report_library("newsfold.embedding.packaged_model"))


def _refuse(old: str, new: str) -> Callable[[], None]:
    """Return a command that says that it has another name now."""

    def refuse() -> None:
        raise ConfigError(f"`newsfold {old}` is now called `newsfold {new}`.")

    return refuse


def _summarise() -> None:
    """Stand for a command in the list of them."""


for _panel, _commands in _SUMMARIES.items():
    for _name, _summary in _commands.items():
        app.command(_name, help=_summary, rich_help_panel=_panel)(_summarise)
for _old, _new in _RENAMED.items():
    # Whatever arguments the old command had, its new name is the answer.
    any_arguments = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(_old, hidden=True, add_help_option=False, context_settings=any_arguments)(
        report_errors()(_refuse(_old, _new))
    )
