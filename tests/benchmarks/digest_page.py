"""The cost of a large digest in Chromium: opening it, and each search and filter, by the browser's own counters.

    python -m tests.benchmarks.digest_page STORE [--edition DATE] [--top 2000]

Milliseconds of processor time for script, style, layout and all of the page's work (CDP Performance.getMetrics, thread
ticks), and by the clock from a key to the next frame. Needs Chromium; the page is written to a temporary folder.
"""

from __future__ import annotations

import math
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from newsfold import digest

_REPEATS = 5
_COUNTERS = {
    "script": "ScriptDuration",
    "style": "RecalcStyleDuration",
    "layout": "LayoutDuration",
    "all": "TaskDuration",
}
_FRAME = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"


def main(store: str, edition: str = "latest", top: Annotated[int, typer.Option()] = digest.MAX_STORIES) -> None:
    """Write the page, open it and filter it, several times; print medians."""
    folder = Path(tempfile.mkdtemp())
    edition_digest, (file,) = digest.write_pages(store, folder / "digest.html", edition, top, alone=True)
    runs = _measure_openings(file)
    table = Table("", *_COUNTERS, "to the next frame", box=None, header_style="dim", title_justify="left")
    for step in runs[0]:
        medians = [statistics.median(run[step][name] for run in runs) for name in (*_COUNTERS, "frame")]
        table.add_row(step, *(f"{median:,.0f}" if not math.isnan(median) else "" for median in medians))
    console = Console()
    shown = min(top, len(edition_digest.stories))
    console.print(f"{shown:,} stories, {file.stat().st_size / 1e6:.1f} MB, milliseconds, median of {_REPEATS} openings")
    console.print(table)
    shutil.rmtree(folder)


def _measure_openings(file: Path) -> list[dict[str, dict[str, float]]]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("There is no chromium (or google-chrome) on this machine.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        return [_measure_opening(browser, file) for _ in range(_REPEATS)]


def _measure_opening(browser: Any, file: Path) -> dict[str, dict[str, float]]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def counters() -> dict[str, float]:
        values = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
        return {name: 1000 * values[key] for name, key in _COUNTERS.items()}

    page.goto(file.as_uri())
    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
    page.wait_for_function(f"({paint}) > 0")
    steps = {"open": counters() | {"frame": page.evaluate(paint)}}
    page.wait_for_timeout(1500)  # the page prepares its texts for the search in idle time
    steps["prepare the search"] = {name: value - steps["open"][name] for name, value in counters().items()}
    steps["prepare the search"]["frame"] = float("nan")

    def measure(name: str, change: str) -> None:
        before = counters()
        frame = page.evaluate(
            f"(async () => {{ const t = performance.now(); {change}; await {_FRAME}; return performance.now() - t }})()"
        )
        after = counters()
        steps[name] = {key: after[key] - before[key] for key in after} | {"frame": frame}

    typed = "find.dispatchEvent(new Event('input', {bubbles: true}))"
    reach = "const find = document.getElementById('find'); const form = find.form"
    measure("search “t”", f"{reach}; find.value = 't'; {typed}")
    measure("search “trump”", f"{reach}; find.value = 'trump'; {typed}")
    measure("search “trump disinfectant”", f"{reach}; find.value = 'trump disinfectant'; {typed}")
    measure("clear", f"{reach}; find.value = ''; {typed}")
    measure("status new", f"{reach}; form.querySelector('[value=new]').checked = true; {typed}")
    measure("one outlet", f"{reach}; document.getElementById('outlet').selectedIndex = 1; {typed}")
    page.close()
    return steps


if __name__ == "__main__":
    typer.run(main)
