"""The digest as HTML: what it holds, and that nothing from outside can act in it."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from newsfold import digest, store
from newsfold.errors import ConfigError, EditionNotFound
from newsfold.sanitize import sanitize_line
from tests.factories import EDITION, NOON, story, story_article
from tests.pipeline.digest.invented_editions import publish_hostile_stories, publish_stories


def parsed(page: str) -> html.HtmlElement:
    return html.fromstring(page)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    return digest.page(digest.read(publish_hostile_stories(tmp_path_factory.mktemp("hostile"))))


def test_stories_stand_by_importance_with_their_summary_outlets_and_independent_count(sample_store: Path) -> None:
    told = digest.read(sample_store)
    rows = [one.row for one in told.stories]
    assert [row["importance"] for row in rows] == sorted((row["importance"] for row in rows), reverse=True)
    page = parsed(digest.page(told))
    shown = page.xpath("//article")
    several = [one for one in told.stories if one.row["n_articles"] > 1]
    assert [one.get("id") for one in shown] == [one.row["story_id"] for one in several]
    for one, element in zip(several, shown, strict=True):
        text = " ".join(element.text_content().split())
        assert sanitize_line(one.row["headline"]) in text
        for sentence in one.row["summary_sentences"] + one.row["what_is_new"]:
            assert f"{sanitize_line(sentence['text'])} {sentence['outlet']}" in text
        assert f"Independent{one.row['n_independent']}" in text
        links = set(element.xpath(".//details[@class='articles']//a/@href"))
        assert links == {row["url"] for text in one.texts for row in (text.original, *text.copies) if row["url"]}
    assert len(page.xpath("//li[contains(@class, 'brief')]")) == len(told.stories) - len(several)


def test_copies_lie_under_their_original_and_say_why(tmp_path: Path) -> None:
    members = [
        story_article("s", 0),
        story_article("s", 1, copy_group_id="s-0", role="copy", why=["same text as Outlet 0’s"]),
    ]
    members.append(story_article("s", 2))
    page = parsed(digest.page(digest.read(publish_stories(tmp_path, [(story("s", members), members)]))))
    (original, other) = page.xpath("//details[@class='articles']/ol/li")
    (copy,) = original.xpath("./ul[@class='copies']/li")
    assert "Outlet 1" in copy.text_content()
    assert "same text as Outlet 0’s" in copy.text_content()
    assert not other.xpath(".//ul")


def test_what_is_new_is_told_since_the_day_of_the_edition_before(sample_store: Path) -> None:
    page = digest.page(digest.read(sample_store))
    assert "New since 6 June" in page
    assert "New since" not in digest.page(digest.read(sample_store, "2013-06-05"))


def test_why_together_names_the_nearest_article_and_the_shared_evidence(sample_store: Path) -> None:
    told = next(one for one in digest.read(sample_store).stories if len(one.texts) > 1)
    text = told.texts[0].original
    other, probability = told.nearest[text["article_id"]]
    assert other["story_id"] == told.row["story_id"]
    why = parsed(digest.page(digest.read(sample_store))).xpath(f"//*[@id='{told.row['story_id']}']//*[@class='why']")[0]
    assert f"{probability:.0%} with {sanitize_line(other['title'])}" in why.text_content()
    assert "; ".join(text["why"]) in why.text_content()


def test_the_parts_of_importance_add_up_on_the_page(sample_store: Path) -> None:
    for line in re.findall(r"Ranked by importance ([\d.]+) = (.+?)\. <", digest.page(digest.read(sample_store))):
        parts = [float(part.split()[-1]) for part in line[1].split(" + ")]
        assert sum(parts) == pytest.approx(float(line[0]), abs=0.03)


def test_the_same_edition_gives_the_same_page(sample_store: Path) -> None:
    one, other = (digest.page(digest.read(sample_store), "a.html") for _ in range(2))
    assert one == other


def test_the_policy_allows_the_pages_own_script_and_style_and_nothing_else(sample_store: Path) -> None:
    page = digest.page(digest.read(sample_store))
    (policy,) = parsed(page).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digested = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digested}'"
    assert not parsed(page).xpath("//@style | //*[@src] | //link")


def test_nothing_hostile_becomes_markup_or_a_link(hostile: str) -> None:
    page = parsed(hostile)
    assert len(page.xpath("//script")) == len(page.xpath("//style")) == 1
    assert not page.xpath("//img | //iframe | //object | //svg//script")
    assert not [name for element in page.iter(etree.Element) for name in element.attrib if name.startswith("on")]
    links = page.xpath("//a/@href")
    assert set(links) == {"#stories"}, "none of these addresses is one of the web"
    assert set(page.xpath("//*[@lang]/@lang")) == {"en", ""}
    assert "{{ 7 * 7 }}" in hostile


def test_a_story_in_arabic_is_set_from_right_to_left(tmp_path: Path) -> None:
    members = [story_article("s", at, title="غرق عبّارة") for at in range(2)]
    page = parsed(
        digest.page(digest.read(publish_stories(tmp_path, [(story("s", members, languages=["ar"]), members)])))
    )
    (headline,) = page.xpath("//article//h3")
    assert (headline.get("lang"), headline.get("dir")) == ("ar", "rtl")


def test_hostile_texts_lose_what_could_turn_or_hide_others(hostile: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", hostile)
    longest = max(len(element.text_content()) for element in parsed(hostile).xpath("//h3"))
    assert longest <= 240


def test_more_stories_than_fit_are_counted_and_those_of_several_articles_stay(tmp_path: Path) -> None:
    told = []
    for number in range(6):
        members = [story_article(f"s{number}", at) for at in range(1 + number % 2)]
        told.append((story(f"s{number}", members, importance=10.0 - number), members))
    page = digest.page(digest.read(publish_stories(tmp_path, told)), top=4)
    assert [element.get("id") for element in parsed(page).xpath("//article")] == ["s1", "s3", "s5"]
    assert [element.get("id") for element in parsed(page).xpath("//li[@class='brief']")] == ["s0"]
    assert "2 less important stories are left out" in page


def test_an_edition_without_stories_is_a_page_too(tmp_path: Path) -> None:
    page = digest.page(digest.read(publish_stories(tmp_path, [])))
    assert "This edition has no story." in page


def test_pages_of_neighbouring_editions_lie_beside_and_link_to_each_other(sample_store: Path, tmp_path: Path) -> None:
    told, written = digest.write(sample_store, tmp_path / "digest.html", "2013-06-06")
    assert told.edition == date(2013, 6, 6)
    names = ["digest.html", "digest-2013-06-06.html", "digest-2013-06-05.html", "digest-2013-06-07.html"]
    assert [file.name for file in written] == names
    for file in written:
        for link in parsed(file.read_text(encoding="utf-8")).xpath("//nav//a/@href"):
            assert (tmp_path / link).exists(), f"{file.name} links to {link}"
    assert 'rel="next" href="digest-2013-06-06.html"' in (tmp_path / "digest-2013-06-05.html").read_text("utf-8")


def test_a_folder_that_gets_a_page_each_night_links_them_all(sample_store: Path, tmp_path: Path) -> None:
    for night in store.list_editions(sample_store):
        digest.write(sample_store, tmp_path / "{edition_date}.html", night)
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"2013-06-0{day}.html" for day in (5, 6, 7)]
    middle = parsed((tmp_path / "2013-06-06.html").read_text(encoding="utf-8"))
    assert middle.xpath("//nav//a/@href") == ["2013-06-05.html", "2013-06-07.html"]


def test_a_page_alone_links_nowhere(sample_store: Path, tmp_path: Path) -> None:
    _, written = digest.write(sample_store, tmp_path / "one.html", alone=True)
    assert [file.name for file in tmp_path.iterdir()] == ["one.html"]
    assert not parsed(written[0].read_text(encoding="utf-8")).xpath("//nav//a")


def test_a_page_that_cannot_be_written_says_which(sample_store: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"file/digest\.html cannot be written"):
        digest.write(sample_store, tmp_path / "file" / "digest.html", alone=True)
    with pytest.raises(EditionNotFound, match="2013-06-07"):
        digest.write(sample_store, tmp_path / "digest.html", "2014-01-01")


@given(st.lists(st.integers(-400, 400), max_size=40))
def test_coverage_counts_every_article_with_a_time_once(hours: list[int]) -> None:
    from datetime import timedelta

    from newsfold.digest.edition import BINS, coverage

    times = [NOON + timedelta(hours=each) for each in hours]
    counts = coverage([*times, None], EDITION - timedelta(days=6), EDITION)
    assert len(counts) == BINS
    assert sum(counts) == len(hours)
    assert coverage([NOON], EDITION - timedelta(days=6), EDITION)[-2:] == [1, 0]


def test_stories_are_chosen_by_words_status_outlet_and_language(sample_store: Path) -> None:
    stories = digest.read(sample_store).stories
    assert digest.select(stories) == stories
    fresh = digest.select(stories, status="new")
    assert {one.row["status"] for one in fresh} == {"new"}
    spanish = digest.select(stories, language="es", outlet="el faro del sur")
    assert spanish
    assert all("es" in one.row["languages"] and "El Faro del Sur" in one.outlets for one in spanish)
    assert digest.select(stories, "DJOKOVIC nadal")[0].row["headline"].startswith("Nadal")
    assert digest.select(stories, "nadal djokovíc") == digest.select(stories, "Djokovic Nadal")
    assert not digest.select(stories, "nadal zeppelin")
