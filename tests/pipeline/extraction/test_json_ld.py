"""JSON-LD as pages write it."""

from __future__ import annotations

import html

import pytest
from lxml import html as lxml_html

from newsfold.extraction import json_ld

WRITTEN = '{"@type": "NewsArticle", "headline": "Ferry & <pier>", "url": "https://lomo.example/1"}'


def read_headline(script: str, kind: str = "application/ld+json") -> str | None:
    tree = lxml_html.document_fromstring(f'<html><head><script type="{kind}">{script}</script></head></html>')
    return json_ld.read_string(json_ld.find_article(json_ld.collect_nodes(tree), []).get("headline"))


@pytest.mark.parametrize(
    "script",
    [
        WRITTEN,
        f"<!-- {WRITTEN} -->",
        f"/*<![CDATA[*/{WRITTEN}/*]]>*/",
        f"//<![CDATA[\n{WRITTEN}\n//]]>",
        f"/* the article */ {WRITTEN};",
        f"{WRITTEN[:-1]},}}",
        html.escape(WRITTEN),
    ],
)
def test_what_pages_put_around_json_is_no_part_of_it(script: str) -> None:
    assert read_headline(script) == "Ferry & <pier>"


@pytest.mark.parametrize("kind", ["application/LD+JSON", "application/ld+json; charset=utf-8"])
def test_the_type_of_a_script_is_read_in_any_case(kind: str) -> None:
    assert read_headline(WRITTEN, kind) == "Ferry & <pier>"


def test_of_several_articles_the_page_is_the_one_that_its_titles_name() -> None:
    other = {"@type": "NewsArticle", "headline": "Storm at sea", "datePublished": "2013-06-01"}
    own = {"@type": "http://schema.org/NewsArticle", "headline": "Ferry sails"}
    assert json_ld.find_article([other, own], ["Ferry sails | Lomo Post"]) is own
    assert json_ld.find_article([own, other], ["Lomo Post"]) is other  # the one that says more
    assert json_ld.find_article([{"@type": "WebSite", "headline": "Ferry sails"}], ["Ferry sails"]) == {}
