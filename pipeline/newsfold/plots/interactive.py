"""A page to explore: the map of the window's texts, and how the story under the pointer grew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from newsfold.errors import ConfigError
from newsfold.language_names import name_language
from newsfold.plots.maps import find_largest_stories, project_articles
from newsfold.plots.style import PALE, PALETTE
from newsfold.plots.tables import FACETS, EditionTables

if TYPE_CHECKING:
    import altair as alt

_WIDTH = 560
_MAX_STORIES = 20  # of which growth is drawn, beside those with a colour


def chart_stories(tables: EditionTables, points: pd.DataFrame | None = None, n: int = 7) -> alt.VConcatChart:
    """Chart the window's texts by meaning and the growth of stories; click on a dot to follow its story.

    Menus filter the map by outlet, language and kind; wheel and mouse zoom and move it; tooltips describe each dot.

    Args:
        tables: an edition.
        points: the places, of `project_articles`; None: of at most 1,500 texts, as it chooses them.
        n: how many stories have a colour of their own, at most eight.

    Raises:
        ConfigError: the extra `interactive` is not installed.
    """
    altair = _import_altair()
    points = project_articles(tables) if points is None else points
    largest = find_largest_stories(tables, points, n).index
    # Numbered, since headlines may be equal.
    legend = {story_id: f"{at}  {tables.stories.headline[story_id]}" for at, story_id in enumerate(largest, start=1)}
    colour = altair.Color(
        "story:N",
        title="largest stories",
        scale=altair.Scale(domain=[*legend.values(), "others"], range=[*PALETTE[: len(legend)], PALE]),
        legend=altair.Legend(labelLimit=300, symbolLimit=len(legend) + 1, orient="right"),
    )
    follow = altair.selection_point(name="follow", fields=["story_id"], on="click", empty=True)
    texts = _describe_texts(points, legend)
    texts_map = _chart_map(altair, texts, colour, follow)
    growth = _chart_growth(altair, _count_growth(tables, legend), colour, follow)
    chart = altair.vconcat(texts_map, growth).resolve_scale(color="shared")
    stacked: alt.VConcatChart = chart.configure_view(stroke=None)
    return stacked


def show_chart(chart: Any) -> Any:
    """Return a chart as a notebook shows it without a network, if that is possible.

    Altair's own way loads its scripts from a server; here they are in the notebook, some 900 kB, if vl-convert (of the
    extra `interactive`) is installed.
    """
    try:
        import vl_convert  # noqa: F401
    except ImportError:
        return chart
    from html import escape

    from IPython.display import HTML

    page = escape(chart.to_html(inline=True), quote=True)
    frame = f'<iframe srcdoc="{page}" width="100%" height="880" style="border: 0" title="Stories"></iframe>'
    return HTML(f"<div>{frame}</div>")  # type: ignore[no-untyped-call]


def _chart_map(alt: Any, texts: pd.DataFrame, colour: Any, follow: Any) -> Any:
    hidden = {"axis": None}
    chart = alt.Chart(texts, width=_WIDTH, height=440, title="The window's texts by meaning")
    menus = []
    for facet in FACETS:
        values = sorted(texts[facet].unique())
        menu = alt.binding_select(options=[None, *values], labels=["all", *values], name=f"{facet} ")
        menus.append(alt.selection_point(name=facet, fields=[facet], bind=menu))
    shown = follow
    for menu in menus:
        shown = shown & menu
    return (
        chart.mark_circle(size=36)
        .encode(
            x=alt.X("x:Q", scale=alt.Scale(zero=False), **hidden),
            y=alt.Y("y:Q", scale=alt.Scale(zero=False), **hidden),
            color=colour,
            opacity=alt.condition(shown, alt.value(0.9), alt.value(0.08)),
            tooltip=["title:N", "outlet:N", "published:N", "language:N", "kind:N", "headline:N"],
        )
        .add_params(follow, *menus)
        .add_params(alt.selection_interval(name="zoom", bind="scales"))
    )


def _chart_growth(alt: Any, growth: pd.DataFrame, colour: Any, follow: Any) -> Any:
    return (
        alt.Chart(growth, width=_WIDTH, height=200, title="How the largest stories grew")
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=alt.X("time:T", title="time (UTC)", scale=alt.Scale(type="utc")),
            y=alt.Y("articles:Q", axis=alt.Axis(tickMinStep=1, format="d")),
            color=colour,
            detail="story_id:N",
            opacity=alt.condition(follow, alt.value(1), alt.value(0.1)),
            tooltip=["headline:N", "articles:Q"],
        )
    )


def _describe_texts(points: pd.DataFrame, legend: dict[str, str]) -> pd.DataFrame:
    columns = ["x", "y", "story_id", "title", "outlet", "kind", "headline"]
    texts = points[columns].assign(
        language=points.language.map(name_language),
        published=points.published_at.dt.strftime("%Y-%m-%d %H:%M UTC").fillna("unknown"),
        story=points.story_id.map(legend).fillna("others"),
    )
    return texts.round({"x": 2, "y": 2})


def _count_growth(tables: EditionTables, legend: dict[str, str]) -> pd.DataFrame:
    largest = {*tables.several.nlargest(_MAX_STORIES, "n_articles", keep="first").index, *legend}
    timed = tables.timed[tables.timed.story_id.isin(largest)]
    growth = pd.DataFrame(
        {
            "story_id": timed.story_id,
            "headline": timed.headline,
            "story": timed.story_id.map(legend).fillna("others"),
            "time": timed.published_at.where(timed.published_at > tables.start, tables.start),
            "articles": timed.groupby("story_id").cumcount() + 1,
        }
    )
    # Later lines are drawn over earlier ones.
    return growth.sort_values("story", key=lambda story: story != "others", kind="stable")


def _import_altair() -> Any:
    try:
        import altair as alt
    except ImportError as error:
        raise ConfigError("The chart needs more libraries: pip install 'newsfold[interactive]'.") from error
    return alt
