"""Screenshots of a store's digest and axe-core's findings: at desktop and phone width, light, dark and on paper.

    python -m tests.benchmarks.digest_looks STORE --out FOLDER [--edition DATE] [--top 2000]

Writes the page and its screenshots into the folder and prints axe-core's findings by impact. Needs Chromium and the
extra `dev`.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from rich.console import Console

from newsfold import digest

_SIZES = {"desktop": (1280, 1400), "phone": (390, 1700)}
_OPEN = "document.querySelectorAll('details').forEach((part, at) => { part.open = at < 6 })"


def main(
    store: str,
    out: Annotated[Path, typer.Option()],
    edition: str = "latest",
    top: Annotated[int, typer.Option()] = 2000,
) -> None:
    """Write the page and its screenshots, and print axe-core's findings."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("There is no chromium (or google-chrome) on this machine.")
    edition_digest, (file,) = digest.write_pages(store, out / "digest.html", edition, top, alone=True)
    console = Console()
    console.print(
        f"{edition_digest.edition}: {min(top, len(edition_digest.stories)):,} stories, {file}", highlight=False
    )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for size, (width, height) in _SIZES.items():
            for scheme in ("light", "dark"):
                # axe is a script that the page's policy would refuse.
                page = browser.new_page(
                    viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True
                )
                page.goto(file.resolve().as_uri())
                page.wait_for_timeout(300)
                page.screenshot(path=out / f"{size}-{scheme}.png")
                page.evaluate(_OPEN)
                page.evaluate("document.querySelector('.story, .brief')?.scrollIntoView()")
                page.wait_for_timeout(300)
                page.screenshot(path=out / f"{size}-{scheme}-open.png")
                console.print(f"{size}, {scheme}: {_list_findings(page)}", highlight=False)
                page.close()
        page = browser.new_page()
        page.goto(file.resolve().as_uri())
        page.pdf(path=out / "digest.pdf", format="A4")
        browser.close()


def _list_findings(page: Any) -> str:
    """Return axe-core's violations by impact, with the rules' names."""
    violations = Axe().run(page).response["violations"]
    impacts = Counter(violation["impact"] for violation in violations)
    rules = ", ".join(sorted(violation["id"] for violation in violations))
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    summary = ", ".join(f"{n} {impact}" for impact, n in sorted(impacts.items())) if violations else "no violations"
    return f"{summary}{f' ({rules})' if rules else ''}; {overflow} px wider than the window"


if __name__ == "__main__":
    typer.run(main)
