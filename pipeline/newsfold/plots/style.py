"""How plots look: colours, fonts for every script, time axes, labels that do not overlap."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.ticker import MaxNLocator

# Of Okabe and Ito, with a dark red instead of yellow, which is hard to see on white, and darker first.
PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#882255", "#000000"]
MAIN, ACCENT, PALE, QUIET, INK = "#0072b2", "#d55e00", "#cdd2d8", "#6b7280", "#1f2933"
_BASE_FONT = "DejaVu Sans"  # comes with Matplotlib
_STYLE: dict[str, Any] = {
    "figure.figsize": (10, 5),
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
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
    "axes.prop_cycle": plt.cycler(color=PALETTE),
}
_families = [_BASE_FONT]  # grows by the fonts that the drawn texts need

P = ParamSpec("P")
R = TypeVar("R")


def use_style() -> None:
    """Use the style of newsfold's plots for all that is drawn from now on."""
    plt.rcParams.update(_STYLE | {"font.family": list(_families)})


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Make a function draw in the style of newsfold's plots, whatever the caller's is."""

    @wraps(draw)
    def draw_in_style(*args: P.args, **kwargs: P.kwargs) -> R:
        style = _STYLE | {"font.family": list(_families)}
        # Not rc_context: it would take back what Jupyter's backend sets when the first figure is made.
        before = {name: plt.rcParams[name] for name in style}
        plt.rcParams.update(style)
        try:
            return draw(*args, **kwargs)
        finally:
            plt.rcParams.update(before)

    return draw_in_style


def make_axes(ax: Axes | None, width: float = 10, height: float = 5) -> Axes:
    """Return the given Axes, or those of a new figure of this size in inches."""
    return ax if ax is not None else plt.subplots(figsize=(width, height))[1]


def draw_note(ax: Axes, text: str) -> Axes:
    """Say in an empty panel why nothing is drawn."""
    ax.set_axis_off()
    ax.text(0, 0.5, text, transform=ax.transAxes, color=QUIET, va="center")
    return ax


def shorten(text: str, max_length: int = 48) -> str:
    """Return a text for a label: one line, at most so many characters, without those that no installed font has."""
    line = " ".join("".join(char if _can_draw(char) else " " for char in text).split())
    if not line:
        return "(no font for this script)" if text.strip() else "(no text)"
    # A letter is not parted from its accents.
    end = max_length - 1
    while end and len(line) > max_length and unicodedata.combining(line[end]):
        end -= 1
    return line if len(line) <= max_length else line[:end].rstrip() + "…"


def format_times(ax: Axes) -> None:
    """Label the x-axis with times, in UTC."""
    locator = mdates.AutoDateLocator(tz="UTC", minticks=3, maxticks=8)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, tz="UTC"))
    ax.set_xlabel("time (UTC)")


def count_on(axis: Any, nbins: int = 6) -> None:
    """Let an axis have whole numbers only."""
    axis.set_major_locator(MaxNLocator(integer=True, nbins=nbins, min_n_ticks=1))


def label_rows(ax: Axes, names: Sequence[str], max_length: int = 62) -> None:
    """Label the rows of a plot of bars or points, the first one at the top."""
    ax.set_yticks(range(len(names)), [shorten(name, max_length) for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)


def label_grid(ax: Axes, columns: Sequence[str], rows: Sequence[str], title: str) -> None:
    """Label the columns and rows of a table that is drawn as a picture."""
    names = [shorten(name, 22) for name in columns]
    ax.set_xticks(range(len(columns)), names, rotation=50, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(rows)), [shorten(name, 56) for name in rows])
    ax.set_title(title)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def spread_positions(positions: Sequence[float], gap: float) -> list[float]:
    """Move positions apart so that neighbours are at least `gap` apart, and all as little as possible.

    The order is kept, and equal positions keep theirs. This is isotonic regression of the positions less their gaps,
    by pooling adjacent violators.
    """
    order = np.argsort(np.asarray(positions, dtype=float), kind="stable")
    pools: list[tuple[float, int]] = []  # mean and size
    for rank, at in enumerate(order):
        mean, size = positions[at] - rank * gap, 1
        while pools and pools[-1][0] >= mean:
            previous, n = pools.pop()
            mean, size = (previous * n + mean * size) / (n + size), n + size
        pools.append((mean, size))
    means = [mean for mean, size in pools for _ in range(size)]
    spread = [0.0] * len(positions)
    for rank, at in enumerate(order):
        spread[at] = means[rank] + rank * gap
    return spread


def _can_draw(char: str) -> bool:
    if ord(char) in _charmap(findfont(FontProperties(family=_BASE_FONT))):
        return True
    family = _find_family(char)
    if family is None:
        return False
    if family not in _families:
        _families.append(family)
    plt.rcParams["font.family"] = list(_families)
    return True


@cache
def _find_family(char: str) -> str | None:
    """Return the first family that has a character, of those in use and then of all that are installed."""
    for family in (*_families[1:], *_list_families()):
        if ord(char) in _charmap(_list_families()[family]):
            return family
    return None


@cache
def _list_families() -> dict[str, str]:
    """Return the files of the installed upright fonts by family, those for text in many scripts first."""
    files: dict[str, str] = {}
    for entry in sorted(fontManager.ttflist, key=lambda entry: (abs(int(entry.weight) - 400), entry.fname)):
        # The last resort has a box for every character.
        if entry.style == "normal" and not entry.name.startswith("Last Resort"):
            files.setdefault(entry.name, entry.fname)
    return dict(sorted(files.items(), key=lambda item: ("Noto Sans" not in item[0], "Sans" not in item[0], item[0])))


@cache
def _charmap(file: str) -> frozenset[int]:
    return frozenset(get_font(file).get_charmap())
