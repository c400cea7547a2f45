"""The digest in a real browser, opened from a file: accessible, safe, and easy to filter."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsfold import digest
from tests.factories import story, story_article
from tests.pipeline.digest.invented_editions import publish_hostile_stories, publish_stories

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
WAYS = [(size, scheme) for size in SIZES for scheme in SCHEMES]
# Playwright's own driver: it leaves a loop and pipes to the interpreter's end.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if executable is None:
        pytest.skip("there is no chromium (or google-chrome) on this machine")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def kinds_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition of four kinds, with names and a headline that changed, as a file."""
    folder = tmp_path_factory.mktemp("kinds")
    mentions = [
        {"name": "Ida Vance", "type": "person", "n_articles": 2, "forms": ["Skipper Vance"]},
        {"name": "Lomo", "type": "place", "n_articles": 1, "forms": []},
    ]
    stories = []
    for kind, size in {"news": 2, "analysis": 1, "opinion": 2, "promo": 1}.items():
        members = [story_article(kind, at) for at in range(size)]
        columns = {"kind": kind, "entity_mentions": mentions if kind == "opinion" else [], "status": "updated"}
        stories.append((story(kind, members, previous_headline="Ferry missing", **columns), members))
    _, (file,) = digest.write_pages(publish_stories(folder / "store", stories), folder / "kinds.html", alone=True)
    return file


@pytest.fixture(scope="module")
def pages(sample_store: Path, kinds_page: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample's page, with its neighbours and alone, and a hostile edition's, as files."""
    folder = tmp_path_factory.mktemp("pages")
    hostile = publish_hostile_stories(folder / "store")
    _, (sample, *_) = digest.write_pages(sample_store, folder / "sample.html", "2013-06-06")
    _, (alone,) = digest.write_pages(sample_store, folder / "alone.html", "2013-06-06", alone=True)
    _, (hostile_page,) = digest.write_pages(hostile, folder / "hostile.html", alone=True)
    return {"sample": sample, "alone": alone, "hostile": hostile_page, "kinds": kinds_page}


def open_page(browser: Any, file: Path, size: str = "desktop", scheme: str = "light", **more: Any) -> Any:
    """Open a page; its `complaints` are console messages, errors and requests to other addresses."""
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, **more)
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.complaints.append(request.url) if request.url != file.as_uri() else None)
    page.goto(file.as_uri())
    page.wait_for_function("!document.querySelector('.filters').hidden || !document.querySelector('.story')")
    return page


@pytest.mark.parametrize(("size", "scheme"), WAYS)
@pytest.mark.parametrize("name", ["sample", "alone", "hostile", "kinds"])
def test_axe_finds_nothing_wrong(browser: Any, pages: dict[str, Path], name: str, size: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    # axe is a script of the test's own, which the page's policy would refuse.
    page = open_page(browser, pages[name], size, scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    violations = axe.Axe().run(page).response["violations"]
    page.close()
    assert [(rule["id"], rule["impact"], rule["nodes"][0]["html"][:200]) for rule in violations] == []


@pytest.mark.parametrize(("size", "scheme"), WAYS)
def test_hostile_texts_run_no_script_and_stay_inside_the_page(
    browser: Any, pages: dict[str, Path], size: str, scheme: str
) -> None:
    page = open_page(browser, pages["hostile"], size, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    page.wait_for_timeout(100)
    assert page.title() == "Wednesday, 5 June 2013 – newsfold"
    assert page.complaints == []
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth") <= page.evaluate(f"{root}.clientWidth")
    tallest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('h3')].map(title => title.getBoundingClientRect().height))"
    )
    assert tallest < 400
    page.close()


def test_search_and_filters_show_matching_stories_and_their_number(browser: Any, pages: dict[str, Path]) -> None:
    page = open_page(browser, pages["sample"])
    n_all = page.locator(".story, .brief").count()

    def count_shown() -> int:
        # The page filters in the next frame; this one comes after it, however slow the machine is.
        page.evaluate("new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done))))")
        return int(page.evaluate("[...document.querySelectorAll('.story, .brief')].filter(s => !s.hidden).length"))

    assert page.inner_text("#found") == f"{n_all} stories"
    page.fill("#find", "QUSAYR hezbollah")
    few = count_shown()
    assert 0 < few < n_all
    assert page.inner_text("#found") == f"{few} of {n_all} stories"
    page.fill("#find", "no such words")
    assert count_shown() == 0
    assert page.is_visible("#none")
    page.click("#clear")
    assert count_shown() == n_all
    assert not page.is_visible("#none")
    page.check("input[name=status][value=new]", force=True)
    n_new = count_shown()
    assert n_new == page.evaluate("document.querySelectorAll('[data-status=new]').length")
    page.select_option("#language", "es")
    assert 0 < count_shown() < n_new
    page.click("#clear")
    page.select_option(
        "#outlet", label=next(o for o in page.locator("#outlet option").all_inner_texts() if "Faro" in o)
    )
    assert 0 < count_shown() < n_all
    assert page.complaints == []
    page.close()


def test_a_kind_can_be_chosen_and_opens_its_section(browser: Any, kinds_page: Path) -> None:
    page = open_page(browser, kinds_page)
    visible = (
        "[...document.querySelectorAll('[data-kind]')].filter(each => each.checkVisibility()).map(each => each.id)"
    )

    def list_visible() -> list[str]:
        page.evaluate("new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done))))")
        return list(page.evaluate(visible))

    assert list_visible() == ["news", "analysis"]
    assert page.inner_text("#found") == "4 stories"
    page.select_option("#kind", "opinion")
    assert list_visible() == ["opinion"]
    page.select_option("#kind", "analysis")
    assert list_visible() == ["analysis"]
    page.click("#clear")
    assert list_visible() == ["news", "analysis"]
    page.fill("#find", "skipper")
    assert list_visible() == ["opinion"], "a tooltip of the opinion piece has it"
    page.click("#clear")
    page.click(".others summary")
    assert list_visible() == ["news", "analysis", "opinion", "promo"]
    page.fill("#find", "ferry")
    page.click("#clear")
    assert list_visible() == ["news", "analysis", "opinion", "promo"], "it was opened by hand"
    assert page.complaints == []
    page.close()


def test_other_kinds_can_be_read_without_scripts_and_are_printed_if_open(browser: Any, kinds_page: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(kinds_page.as_uri())
    assert not page.locator("#promo").is_visible()
    page.emulate_media(media="print")
    assert not page.locator("#others").is_visible()
    page.emulate_media(media="screen")
    page.click(".others summary")
    assert page.locator("#promo h3").is_visible()
    page.emulate_media(media="print")
    assert page.locator("#promo h3").is_visible()
    assert not page.locator(".others summary").first.is_visible()
    page.close()


def test_links_lead_to_the_pages_before_and_after(browser: Any, pages: dict[str, Path]) -> None:
    page = open_page(browser, pages["sample"])
    page.click("a[rel=prev]")
    assert page.inner_text("h1") == "Wednesday, 5 June 2013"
    page.click("a[rel=next]")
    page.click("a[rel=next]")
    assert page.inner_text("h1") == "Friday, 7 June 2013"
    assert page.locator("a[rel=next]").count() == 0
    page.close()


def test_dark_and_light_can_be_chosen(browser: Any, pages: dict[str, Path]) -> None:
    page = open_page(browser, pages["sample"])
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("#scheme")
    dark = page.evaluate(ground)
    assert light != dark
    page.click("#scheme")
    assert page.evaluate(ground) == light
    page.close()


def test_every_story_can_be_read_without_scripts(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(pages["sample"].as_uri())
    assert page.locator(".story h3").first.is_visible()
    assert not page.locator(".filters").is_visible()
    page.close()


def test_prints_have_headlines_and_no_controls(browser: Any, pages: dict[str, Path]) -> None:
    page = open_page(browser, pages["sample"])
    page.emulate_media(media="print")
    assert page.locator(".story h3").first.is_visible()
    assert not page.locator(".filters").is_visible()
    assert not page.locator("details").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()
