"""The `newsfold` command, composed from one module per subcommand."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer

from newsfold.errors import ConfigError
from newsfold_flows.cli import (
    backfill,
    check,
    cluster,
    console,
    copies,
    digest,
    evaluate,
    explain,
    notebook,
    prune,
    release,
    run,
    schema,
    serve,
    show,
    sources,
    suggest_labels,
    train,
    train_kinds,
    train_summaries,
    verify,
)
from newsfold_flows.cli.errors import report_errors

_CONFIGURE = "Configure"
_PANELS: dict[str, tuple[Callable[..., None], ...]] = {
    "Make": (run.run, backfill.backfill, release.release, verify.verify, prune.prune, serve.serve, cluster.cluster),
    "Read": (show.show, explain.explain, digest.digest, notebook.notebook, copies.copies),
    "Correct": (suggest_labels.suggest_labels,),
    "Measure and train": (evaluate.evaluate, train.train, train_summaries.train_summaries, train_kinds.train_kinds),
    _CONFIGURE: (check.check, schema.schema),
}
_RENAMED = {"publish": "release", "doubts": "suggest-labels"}

app = typer.Typer(
    name="newsfold",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


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
    # The model is downloaded or converted at first use, which takes a while.
    context.with_resource(console.print_log("newsfold.embedding.packaged_model"))


def _refuse(old: str, new: str) -> Callable[[], None]:
    """Return a command that says that it has another name now."""

    def refuse() -> None:
        raise ConfigError(f"`newsfold {old}` is now called `newsfold {new}`.")

    return refuse


for _panel, _commands in _PANELS.items():
    for _command in _commands:
        app.command(rich_help_panel=_panel)(report_errors()(_command))
app.add_typer(sources.app, name="sources", rich_help_panel=_CONFIGURE)
for _old, _new in _RENAMED.items():
    # Whatever arguments the old command had, its new name is the answer.
    any_arguments = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(_old, hidden=True, add_help_option=False, context_settings=any_arguments)(
        report_errors()(_refuse(_old, _new))
    )
