"""The digest as HTML: its content, and that text from outside cannot act in it."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from newsfold import digest, schemas, store
from newsfold.digest.edition import BINS, count_by_time
from newsfold.errors import ConfigError, EditionNotFound
from newsfold.sanitize import sanitize_line
from tests import editions
from tests.factories import EDITION, NOON, story, story_article
from tests.pipeline.digest.invented_editions import publish_hostile_stories, publish_stories


def render(address: Path) -> str:
    """Return the page of a store's latest edition."""
    return digest.render_page(digest.load_digest(address))


def parse(page: str) -> html.HtmlElement:
    return html.fromstring(page)


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return render(publish_hostile_stories(tmp_path_factory.mktemp("hostile")))


def test_stories_are_ranked_and_show_their_summary_sources_and_independent_count(sample_store: Path) -> None:
    edition = digest.load_digest(sample_store)
    threads = digest.group_threads(edition.stories)
    ranks = [(block[0].is_news, block[0].row["thread_importance"]) for block in threads]
    assert ranks == sorted(ranks, reverse=True)
    for block in threads:
        inside = [(each.is_news, each.row["importance"]) for each in block]
        assert inside == sorted(inside, reverse=True)
    page = parse(digest.render_page(edition))
    elements = page.xpath("//article")
    in_full = [[each for each in block if each is block[0] or each.row["n_articles"] > 1] for block in threads]
    ranked = [block for block in in_full if block[0].is_news and (block[0].thread or block[0].row["n_articles"] > 1)]
    other = [each for block in in_full for each in block if not block[0].is_news and each.row["n_articles"] > 1]
    several = [each for block in ranked for each in block] + other
    assert [element.get("id") for element in elements] == [each.row["story_id"] for each in several]
    for each, element in zip(several, elements, strict=True):
        text = " ".join(element.text_content().split())
        assert sanitize_line(each.row["headline"]) in text
        for sentence in each.row["summary_sentences"] + each.row["what_is_new"]:
            assert f"{sanitize_line(sentence['text'])} {sentence['outlet']}" in text
        assert f"Independent{each.row['n_independent']}" in text
        articles = [row for group in each.copy_groups for row in (group.original, *group.copies)]
        links = set(element.xpath(".//details[@class='articles']//a/@href"))
        assert links == {row["url"] for row in articles if row["url"]}
    assert len(page.xpath("//li[contains(@class, 'brief')]")) == len(edition.stories) - len(several)


def test_a_thread_is_one_block_with_its_days_and_its_stories(sample_store: Path) -> None:
    edition = digest.load_digest(sample_store)
    block = next(block for block in digest.group_threads(edition.stories) if len(block) > 1)
    thread = block[0].thread
    assert thread is not None
    (element,) = parse(digest.render_page(edition)).xpath(f"//*[@id='{thread['thread_id']}']")
    ids = element.xpath(".//article/@id | .//li[contains(@class, 'brief')]/@id")
    assert sorted(ids) == sorted(each.row["story_id"] for each in block) and ids[0] == block[0].row["story_id"]
    lines = [" ".join(line.text_content().split()) for line in element.xpath(".//ol[@class='days']/li")]
    assert len(lines) == len(thread["timeline"]) > 1
    for line, day in zip(lines, thread["timeline"], strict=True):
        assert sanitize_line(day["text"]) in line and day["outlet"] in line


def test_copies_are_listed_under_their_original_with_the_reason(tmp_path: Path) -> None:
    members = [
        story_article("s", 0),
        story_article("s", 1, copy_group_id="s-0", role="copy", why=["same text as Outlet 0’s"]),
    ]
    members.append(story_article("s", 2))
    page = parse(render(publish_stories(tmp_path, [(story("s", members), members)])))
    (original, other) = page.xpath("//details[@class='articles']/ol/li")
    (copy,) = original.xpath("./ul[@class='copies']/li")
    assert "Outlet 1" in copy.text_content()
    assert "same text as Outlet 0’s" in copy.text_content()
    assert not other.xpath(".//ul")


def test_new_sentences_are_dated_by_the_previous_edition(sample_store: Path) -> None:
    assert "New since 6 June" in render(sample_store)
    assert "New since" not in digest.render_page(digest.load_digest(sample_store, "2013-06-05"))


def test_why_together_names_the_nearest_article_and_the_shared_evidence(sample_store: Path) -> None:
    edition = digest.load_digest(sample_store)
    ranked = next(each for each in edition.stories if len(each.copy_groups) > 1)
    original = ranked.copy_groups[0].original
    nearest, probability = ranked.nearest[original["article_id"]]
    assert nearest["story_id"] == ranked.row["story_id"]
    page = parse(digest.render_page(edition))
    (why,) = page.xpath(f"//*[@id='{ranked.row['story_id']}']//*[@class='why']")
    assert f"{probability:.0%} with {sanitize_line(nearest['title'])}" in why.text_content()
    assert "; ".join(original["why"]) in why.text_content()


def test_the_parts_of_importance_add_up_on_the_page(sample_store: Path) -> None:
    sums = re.findall(r"Ranked by importance ([\d.]+) = (.+?)\. <", render(sample_store))
    assert len(sums) == len(parse(render(sample_store)).xpath("//article")) > 0
    for total, parts in sums:
        assert sum(float(part.split()[-1]) for part in parts.split(" + ")) == pytest.approx(float(total), abs=0.03)


def test_the_same_edition_gives_the_same_page(sample_store: Path) -> None:
    first, second = (digest.render_page(digest.load_digest(sample_store), "a.html") for _ in range(2))
    assert first == second


def test_one_of_a_kind_is_counted_in_the_singular(tmp_path: Path) -> None:
    members = [story_article("s", 0)]
    page = parse(render(publish_stories(tmp_path, [(story("s", members, status="unchanged"), members)]))).text_content()
    assert "1 article since 30 May from 1 outlet in 1 story." in page
    assert "1 story with one article, first seen before tonight" in page
    assert "1 stories" not in page


def test_the_policy_allows_the_pages_own_script_and_style_and_nothing_else(sample_store: Path) -> None:
    page = render(sample_store)
    (policy,) = parse(page).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digested = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digested}'"
    assert not parse(page).xpath("//@style | //*[@src] | //link")


def test_nothing_hostile_becomes_markup_or_a_link(hostile_page: str) -> None:
    page = parse(hostile_page)
    assert len(page.xpath("//script")) == len(page.xpath("//style")) == 1
    assert not page.xpath("//img | //iframe | //object | //svg//script")
    assert not [name for element in page.iter(etree.Element) for name in element.attrib if name.startswith("on")]
    links = page.xpath("//a/@href")
    assert set(links) == {"#stories"}, "none of these is a web address"
    assert set(page.xpath("//*[@lang]/@lang")) == {"en", ""}
    assert "{{ 7 * 7 }}" in hostile_page


def test_a_story_in_arabic_is_set_right_to_left(tmp_path: Path) -> None:
    members = [story_article("s", at, title="غرق عبّارة") for at in range(2)]
    page = parse(render(publish_stories(tmp_path, [(story("s", members, languages=["ar"]), members)])))
    (headline,) = page.xpath("//article//h3")
    assert (headline.get("lang"), headline.get("dir")) == ("ar", "rtl")


def test_a_story_in_several_languages_says_so_and_marks_each_title(tmp_path: Path) -> None:
    codes = ("en", "es", "ar", "und")
    members = [story_article("s", at, title=f"Title {code}", language=code) for at, code in enumerate(codes)]
    row = story("s", members, headline="Title es", language="es", languages=list(codes))
    page = parse(render(publish_stories(tmp_path, [(row, members)])))
    (article,) = page.xpath("//article")
    assert "In English, Spanish and Arabic" in article.xpath("string(.//div[@class='margin'])")
    for element in article.xpath(".//h3 | .//p[@class='summary']"):
        assert element.get("lang") == "es"
    for part in ("articles", "why"):
        titles = article.xpath(f".//details[@class='{part}']/ol//bdi[@lang][1]")
        marked = {title.text_content(): title.get("lang") for title in titles if "Title" in title.text_content()}
        assert marked == {"Title en": "en", "Title es": "es", "Title ar": "ar", "Title und": ""}
    options = page.xpath("//select[@id='language']/option")
    assert [option.text_content() for option in options] == [
        "All 4",
        "Arabic (1)",
        "English (1)",
        "Spanish (1)",
        "unknown (1)",
    ]


def test_an_edition_of_an_older_version_has_the_language_of_most_articles(tmp_path: Path) -> None:
    alone = [story_article("s", at) for at in range(2)]
    mixed = [story_article("t", at) for at in range(2)]
    rows = [(story("s", alone, languages=["es"]), alone), (story("t", mixed, languages=["de", "en"]), mixed)]
    page = parse(render(publish_stories(tmp_path, rows)))
    assert page.xpath("//article[@id='s']//h3/@lang | //article[@id='t']//h3/@lang") == ["es", "de"]
    title = "//details[@class='articles']//bdi[@lang]/@lang"
    assert set(page.xpath(f"//article[@id='s']{title}")) == {"es"}
    assert set(page.xpath(f"//article[@id='t']{title}")) == {""}


def test_hostile_texts_lose_control_and_direction_characters(hostile_page: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", hostile_page)
    longest = max(len(element.text_content()) for element in parse(hostile_page).xpath("//h3"))
    assert longest <= 240


def test_stories_beyond_top_are_counted_and_those_of_several_articles_kept(tmp_path: Path) -> None:
    stories = []
    for number in range(6):
        members = [story_article(f"s{number}", at) for at in range(1 + number % 2)]
        stories.append((story(f"s{number}", members, importance=10.0 - number), members))
    page = digest.render_page(digest.load_digest(publish_stories(tmp_path, stories)), top=4)
    assert [element.get("id") for element in parse(page).xpath("//article")] == ["s1", "s3", "s5"]
    assert [element.get("id") for element in parse(page).xpath("//li[@class='brief']")] == ["s0"]
    assert "2 less important stories are left out" in page


def test_an_edition_without_stories_has_a_page(tmp_path: Path) -> None:
    assert "This edition has no stories." in render(publish_stories(tmp_path, []))


def test_pages_of_neighbouring_editions_are_written_beside_and_linked(sample_store: Path, tmp_path: Path) -> None:
    edition, written = digest.write_pages(sample_store, tmp_path / "digest.html", "2013-06-06")
    assert edition.edition == date(2013, 6, 6)
    names = ["digest.html", "digest-2013-06-06.html", "digest-2013-06-05.html", "digest-2013-06-07.html"]
    assert [file.name for file in written] == names
    for file in written:
        links = parse(file.read_text(encoding="utf-8")).xpath("//nav//a/@href")
        assert links
        assert [link for link in links if not (tmp_path / link).exists()] == []
    assert 'rel="next" href="digest-2013-06-06.html"' in (tmp_path / "digest-2013-06-05.html").read_text("utf-8")


def test_a_folder_that_gets_a_page_each_night_links_them_all(sample_store: Path, tmp_path: Path) -> None:
    for edition in store.list_editions(sample_store):
        digest.write_pages(sample_store, tmp_path / "{edition_date}.html", edition)
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"2013-06-0{day}.html" for day in (5, 6, 7)]
    middle = parse((tmp_path / "2013-06-06.html").read_text(encoding="utf-8"))
    assert middle.xpath("//nav//a/@href") == ["2013-06-05.html", "2013-06-07.html"]


def test_a_page_written_alone_has_no_links(sample_store: Path, tmp_path: Path) -> None:
    _, written = digest.write_pages(sample_store, tmp_path / "one.html", alone=True)
    assert [file.name for file in tmp_path.iterdir()] == ["one.html"]
    assert not parse(written[0].read_text(encoding="utf-8")).xpath("//nav//a")


def test_a_page_that_cannot_be_written_is_named(sample_store: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"file/digest\.html cannot be written"):
        digest.write_pages(sample_store, tmp_path / "file" / "digest.html", alone=True)
    with pytest.raises(EditionNotFound, match="2013-06-07"):
        digest.write_pages(sample_store, tmp_path / "digest.html", "2014-01-01")


@given(st.lists(st.integers(-400, 400), max_size=40))
def test_coverage_counts_every_article_with_a_time_once(hours: list[int]) -> None:
    times = [NOON + timedelta(hours=offset) for offset in hours]
    counts = count_by_time([*times, None], EDITION - timedelta(days=6), EDITION)
    assert len(counts) == BINS
    assert sum(counts) == len(hours)
    assert count_by_time([NOON], EDITION - timedelta(days=6), EDITION)[-2:] == [1, 0]


def test_stories_are_selected_by_words_status_outlet_and_language(sample_store: Path) -> None:
    stories = digest.load_digest(sample_store).stories
    assert digest.select_stories(stories) == stories
    new = digest.select_stories(stories, status="new")
    assert {each.row["status"] for each in new} == {"new"}
    spanish = digest.select_stories(stories, language="es", outlet="el faro del sur")
    assert spanish
    assert all("es" in each.row["languages"] and "El Faro del Sur" in each.outlets for each in spanish)
    assert digest.select_stories(stories, "DJOKOVIC nadal")[0].row["headline"].startswith("Nadal")
    assert digest.select_stories(stories, "nadal djokovíc") == digest.select_stories(stories, "Djokovic Nadal")
    assert not digest.select_stories(stories, "nadal zeppelin")


def test_a_page_names_the_sources_that_had_no_files_or_failed(tmp_path: Path) -> None:
    row = {
        "edition_date": EDITION,
        "n_read": 0,
        "n_kept": 0,
        "n_repeated": 0,
        "n_rejected": 0,
        "n_too_old": 0,
        "rejections": [],
    }
    statuses = {"feed": ("empty", None), "lost": ("failed", "it is gone"), "wire": ("empty", "no file is there")}
    rows = [row | {"source": name, "status": status, "error": error} for name, (status, error) in statuses.items()]
    editions.publish_tables(tmp_path, EDITION, {"sources": schemas.build_table("sources", rows)})
    (warning,) = parse(render(tmp_path)).xpath("//p[@class='warning']")
    assert warning.text_content() == "2 sources are incomplete: lost (it is gone); wire (no file is there)."


def test_other_kinds_stand_after_the_news_folded_and_with_a_badge(tmp_path: Path) -> None:
    kinds = {"promo": 4, "roundup": 3, "opinion": 2, "opinion-2": 2, "analysis": 1, "old": 1, "news": 1}
    stories = []
    for number, (name, size) in enumerate(kinds.items()):
        members = [story_article(name, at) for at in range(size)]
        kind = None if name == "old" else name.removesuffix("-2")
        stories.append((story(name, members, kind=kind, importance=10.0 - number), members))
    page = parse(render(publish_stories(tmp_path, stories)))
    order = page.xpath("//*[@data-kind]/@id")
    assert order == ["analysis", "old", "news", "promo", "roundup", "opinion", "opinion-2"]
    (others,) = page.xpath("//section[contains(@class, 'others')]")
    assert others.xpath("string(h2)") == "Opinion, roundups and more"
    assert others.xpath("string(.//summary)") == "4 stories that are not news: 2 opinion, 1 roundup, 1 promo"
    assert others.xpath("./details/@open") == []
    assert others.xpath(".//*[@data-kind]/@id") == ["promo", "roundup", "opinion", "opinion-2"]
    assert not others.xpath(".//span[@class='rank']")
    badges = {
        element.get("id"): element.xpath("string(.//b[@class='kind'])") for element in page.xpath("//*[@data-kind]")
    }
    assert badges == {
        "analysis": "Analysis",
        "old": "",
        "news": "",
        "promo": "Promo",
        "roundup": "Roundup",
        "opinion": "Opinion",
        "opinion-2": "Opinion",
    }
    options = [option.text_content() for option in page.xpath("//select[@id='kind']/option")]
    assert options == ["All 5", "News (2)", "Opinion (2)", "Analysis (1)", "Roundup (1)", "Promo (1)"]


def test_an_edition_without_news_shows_its_stories_unfolded_and_one_kind_needs_no_filter(tmp_path: Path) -> None:
    members = [story_article("s", 0)]
    page = parse(render(publish_stories(tmp_path, [(story("s", members, kind="service"), members)])))
    (others,) = page.xpath("//section")
    assert others.xpath("string(h2)") == "Service"
    assert others.xpath("string(.//summary)") == "1 story that is not news: 1 service"
    assert others.xpath("./details/@open") != []
    assert not page.xpath("//select[@id='kind']")


def test_stories_left_out_are_the_other_kinds_first(tmp_path: Path) -> None:
    stories = []
    for number, kind in enumerate(["opinion", "opinion", "news", "news"]):
        members = [story_article(f"s{number}", at) for at in range(2 if kind == "opinion" else 1)]
        stories.append((story(f"s{number}", members, kind=kind, importance=10.0 - number), members))
    page = parse(digest.render_page(digest.load_digest(publish_stories(tmp_path, stories)), top=3))
    assert page.xpath("//*[@data-kind]/@id") == ["s2", "s3", "s0"]


@pytest.mark.parametrize("size", [1, 2])
def test_a_changed_headline_shows_the_one_before(tmp_path: Path, size: int) -> None:
    members = [story_article("s", at, title="Ferry found sunk") for at in range(size)]
    changed = story("s", members, status="updated", previous_headline="Ferry <b>missing</b>", language="en")
    same = [story_article("t", at, title="Bridge closed") for at in range(size)]
    rows = [(changed, members), (story("t", same, previous_headline="Bridge closed"), same)]
    page = parse(render(publish_stories(tmp_path, rows)))
    (was,) = page.xpath("//p[@class='was']")
    assert was.text_content() == "was: Ferry <b>missing</b>"
    assert was.xpath("ancestor::*[@data-kind]/@id") == ["s"]
    assert was.xpath("./bdi/@lang") == ["en"]


def test_names_stand_by_type_with_their_other_forms_as_tooltips(tmp_path: Path) -> None:
    members = [story_article("s", at) for at in range(3)]
    mentions = [
        {"name": "Lomo", "type": "place", "n_articles": 3, "forms": ["Lomo"]},
        {"name": "Ida Vance", "type": "person", "n_articles": 2, "forms": ["Vance", "Captain Vance"]},
        {"name": 'Coast "Guard"', "type": "organisation", "n_articles": 1, "forms": []},
        *({"name": f"Person {at}", "type": "person", "n_articles": 1, "forms": []} for at in range(9)),
    ]
    page = parse(render(publish_stories(tmp_path, [(story("s", members, entity_mentions=mentions), members)])))
    (names,) = page.xpath("//dl[@class='names']")
    assert names.xpath(".//dt/text()") == ["People", "Organisations", "Places"]
    assert names.xpath(".//dd[1]/abbr/@title")[0] == "also Vance, Captain Vance; in 2 articles"
    assert {name.text_content(): name.get("title") for name in names.xpath(".//abbr")}[
        'Coast "Guard"'
    ] == "in 1 article"
    people = [name.text_content() for name in names.xpath("./div[1]//abbr")]
    assert people == ["Ida Vance", *(f"Person {at}" for at in range(5))]


def test_stories_are_selected_by_kind_and_by_other_forms_of_names(tmp_path: Path) -> None:
    members = {name: [story_article(name)] for name in ("opinion", "news", "old")}
    mention = {"name": "Ida Vance", "type": "person", "n_articles": 1, "forms": ["Skipper Vance"]}
    rows = [
        (story("opinion", members["opinion"], kind="opinion", entity_mentions=[mention]), members["opinion"]),
        (story("news", members["news"], kind="news"), members["news"]),
        (story("old", members["old"], kind=None), members["old"]),
    ]
    stories = digest.load_digest(publish_stories(tmp_path, rows)).stories

    def select(*words: str, **conditions: Any) -> list[str]:
        return [each.row["story_id"] for each in digest.select_stories(stories, *words, **conditions)]

    assert select(kinds=["news", "analysis"]) == ["news", "old"]
    assert select(kinds=["opinion"]) == ["opinion"]
    assert select("skipper") == ["opinion"]


def test_a_year_is_shown_where_it_is_not_the_editions(tmp_path: Path) -> None:
    members = [story_article("s", 0), story_article("s", 1, published_at=NOON - timedelta(days=300))]
    publish_stories(tmp_path, [(story("s", members), members)])
    text = " ".join(parse(render(tmp_path)).text_content().split())
    assert "9 Aug 2012, 12:00" in text and "5 Jun, 12:00" in text
