"""How plots look: colours, fonts for every script, time axes, labels that do not overlap."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager, get_font
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

# Of Okabe and Ito, with a dark red instead of yellow, which is hard to see on white, and darker first.
PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#882255", "#000000"]
MAIN, ACCENT, PALE, QUIET, INK = "#0072b2", "#d55e00", "#cdd2d8", "#6b7280", "#1f2933"
_BASE_FONT = "DejaVu Sans"  # comes with Matplotlib
_STYLE: dict[str, Any] = {
    "figure.figsize": (10, 5),
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.08,
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "text.color": INK,
    "text.parse_math": False,
    "timezone": "UTC",
    "axes.prop_cycle": cycler(color=PALETTE),
}
_REGULAR, _BOLD = (400, "normal", "regular"), (700, "bold")
_families = [_BASE_FONT]  # grows by the fonts that the drawn texts need

P = ParamSpec("P")
R = TypeVar("R", Axes, Figure)


def use_style() -> None:
    """Use the style of newsfold's plots for all that is drawn from now on."""
    _update(_STYLE | {"font.family": list(_families)})


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Make a function draw in the style of newsfold's plots, whatever the caller's is."""

    @wraps(draw)
    def draw_in_style(*args: P.args, **kwargs: P.kwargs) -> R:
        style = _STYLE | {"font.family": list(_families)}
        # Not rc_context: it would take back what Jupyter's backend sets when the first figure is made.
        before: dict[str, Any] = {name: value for name, value in plt.rcParams.items() if name in style}
        _update(style)
        try:
            drawn = draw(*args, **kwargs)
        finally:
            _update(before)
        for text in drawn.findobj(Text):
            text.set_fontfamily(list(_families))  # also those that its own words have added
        return drawn

    return draw_in_style


def make_axes(ax: Axes | None, width: float = 10, height: float = 5) -> Axes:
    """Return the given Axes, or those of a new figure of this size in inches."""
    return ax if ax is not None else plt.subplots(figsize=(width, height))[1]


def find_height(ax: Axes) -> float:
    """Return the height of an Axes' figure in inches."""
    figure = ax.get_figure(root=True)
    return figure.get_figheight() if figure else 5.0


def draw_note(ax: Axes, text: str) -> Axes:
    """Say in an empty panel why nothing is drawn."""
    ax.set_axis_off()
    ax.text(0, 0.5, text, transform=ax.transAxes, color=QUIET, va="center")
    return ax


def shorten_label(text: str, max_length: int = 48) -> str:
    """Return a text for a label: one line, at most so many characters, without those that no installed font has."""
    drawn = "".join(char if _can_draw(char) else " " for char in text)
    if any(map(str.isalnum, text)) and not any(map(str.isalnum, drawn)):
        return "(no font for this script)"
    line = " ".join(drawn.split()) or "(no text)"
    # A letter is not parted from its accents.
    end = max_length - 1
    while end and len(line) > max_length and unicodedata.combining(line[end]):
        end -= 1
    return line if len(line) <= max_length else line[:end].rstrip() + "…"


def format_times(ax: Axes) -> None:
    """Label the x-axis with times, in UTC."""
    _format_dates(ax, mdates.AutoDateLocator(tz="UTC", minticks=3, maxticks=8))  # type: ignore[no-untyped-call]
    ax.set_xlabel("time (UTC)")


def format_days(ax: Axes, n_days: int) -> None:
    """Label the x-axis with days, in UTC, at most eight of them."""
    _format_dates(ax, mdates.DayLocator(interval=max(1, -(-n_days // 8)), tz="UTC"))  # type: ignore[no-untyped-call]


def count_on(axis: Any, nbins: int = 6) -> None:
    """Let an axis have whole numbers only."""
    axis.set_major_locator(MaxNLocator(integer=True, nbins=nbins, min_n_ticks=1))


def put_legend_below(ax: Axes) -> None:
    """Put the legend under the x-axis and its label, where it hides nothing."""
    inches = find_height(ax)
    spacing = {"borderaxespad": 0, "handlelength": 1, "columnspacing": 1.2}
    entries = len(ax.get_legend_handles_labels()[0])
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.55 / max(inches - 1, 0.5)), ncols=entries, **spacing)


def label_rows(ax: Axes, names: Iterable[str], max_length: int = 62) -> None:
    """Label the rows of a plot of bars or points, the first one at the top."""
    labels = [shorten_label(name, max_length) for name in names]
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)


def label_grid(ax: Axes, columns: Iterable[str], rows: Iterable[str], title: str) -> None:
    """Label the columns and rows of a table that is drawn as a picture."""
    names, labels = [shorten_label(name, 22) for name in columns], [shorten_label(name, 56) for name in rows]
    ax.set_xticks(range(len(names)), names, rotation=50, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(labels)), labels)
    ax.set_title(title)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _update(style: dict[str, Any]) -> None:
    parameters: dict[Any, Any] = plt.rcParams  # whose type knows the name of each
    parameters.update(style)


def _format_dates(ax: Axes, locator: mdates.DateLocator) -> None:
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, tz="UTC"))  # type: ignore[no-untyped-call]


def spread_positions(positions: Sequence[float], gap: float, highest: float = float("inf")) -> list[float]:
    """Move positions apart so that neighbours are at least `gap` apart, none above `highest`, and all little moved.

    The order is kept, and equal positions keep theirs. This is isotonic regression of the positions less their gaps.
    """
    from sklearn.isotonic import isotonic_regression

    at = np.asarray(positions, dtype=float)
    order = np.argsort(at, kind="stable")
    gaps = gap * np.arange(len(at))
    spread = np.empty(len(at))
    spread[order] = isotonic_regression(at[order] - gaps, y_max=highest - gap * (len(at) - 1)) + gaps
    moved: list[float] = spread.tolist()
    return moved


def _can_draw(char: str) -> bool:
    if char.isspace():
        return True
    if any(ord(char) in _read_charmap(_list_families()[family]) for family in _families):
        return True
    # Fonts are searched for what words consist of: letters, digits and accents. A missing bullet is no loss.
    family = _find_family(char) if unicodedata.category(char)[0] in "LMN" else None
    if family is not None:
        _families.append(family)
    return family is not None


@cache
def _find_family(char: str) -> str | None:
    """Return the first installed family that has a character."""
    return next((family for family, file in _list_families().items() if ord(char) in _read_charmap(file)), None)


@cache
def _list_families() -> dict[str, str]:
    """Return the files of the installed upright fonts by family: those for text come first, and those with a bold."""
    files: dict[str, str] = {}
    bold = {entry.name for entry in fontManager.ttflist if entry.weight in _BOLD}
    for entry in sorted(fontManager.ttflist, key=lambda entry: (entry.weight not in _REGULAR, entry.fname)):
        # The last resort has a box for every character.
        if entry.style == "normal" and not entry.name.startswith("Last Resort"):
            files.setdefault(entry.name, entry.fname)
    return dict(sorted(files.items(), key=lambda item: (item[0] not in bold, "Sans" not in item[0], item[0])))


@cache
def _read_charmap(file: str) -> frozenset[int]:
    return frozenset(get_font(file).get_charmap())
