"""Feeds of every dialect: entries become documents, damage a reason."""

from __future__ import annotations

from pathlib import Path

import feedparser
import pytest

from newsfold.errors import SourceError
from newsfold.sources.document import Document, Failure
from newsfold.sources.feed import parse_saved_feed

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Courier</title><link>https://harbour.example/</link>
 <language>en-gb</language>{items}</channel></rss>"""
ITEM = """<item><title>Ferry &amp; reef</title><link>/2014/ferry</link><dc:creator>Jane Roe</dc:creator>
 <description>Short.</description><content:encoded><![CDATA[<p>The <b>full</b> story.</p>]]></content:encoded>
 <pubDate>{date}</pubDate></item>"""


def parse_documents(raw: str, outlet: str | None = None) -> list[Document]:
    return [item for item in parse_saved_feed(raw.encode(), "f.xml", outlet) if isinstance(item, Document)]


def test_an_rss_item_becomes_fields() -> None:
    (document,) = parse_documents(RSS.format(items=ITEM.format(date="Sun, 02 Mar 2014 10:00:00 +0100")))
    assert document.form == "fields" and document.location == "f.xml item 1"
    assert (document.title, document.text) == ("Ferry & reef", "<p>The <b>full</b> story.</p>")
    assert document.url == "https://harbour.example/2014/ferry"
    assert (document.outlet, document.language, list(document.authors)) == ("Harbour Courier", "en-gb", ["Jane Roe"])
    assert document.published_at == "Sun, 02 Mar 2014 10:00:00 +0100"


def test_the_configured_outlet_overrides_the_channels_title() -> None:
    assert parse_documents(RSS.format(items=ITEM), "The Courier")[0].outlet == "The Courier"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2014/3/2 10:00", "2014/3/2 10:00"),
        ("Sun, 02 Mar 2014 10:00:00 CEST",) * 2,
        ("some day in March", "some day in March"),
        ("", None),
    ],
)
def test_times_are_kept_as_they_are_printed(date: str, expected: str | None) -> None:
    assert parse_documents(RSS.format(items=ITEM.format(date=date)))[0].published_at == expected


def test_an_atom_entry_without_published_takes_updated() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es"><title>El Faro</title><entry><title>Sequía</title>
      <link href="https://faro.example/1"/>
      <updated>2014-03-02T10:00:00Z</updated><summary>Sin agua.</summary></entry></feed>"""
    (document,) = parse_documents(atom)
    assert (document.published_at, document.language, document.text) == ("2014-03-02T10:00:00Z", "es", "Sin agua.")


@pytest.mark.parametrize(
    ("published", "other", "chosen"),
    [
        ("Sun, 02 Mar 2014", "2014-03-02T21:40:00+01:00", "2014-03-02T21:40:00+01:00"),
        ("2014-03-02 10:00:00", "2014-03-02T10:00:00+01:00", "2014-03-02T10:00:00+01:00"),
        ("Sun, 02 Mar 2014 10:00:00 +0100", "2014-03-03T10:00:00+01:00", "Sun, 02 Mar 2014 10:00:00 +0100"),
        ("Sun, 02 Mar 2014 10:00:00 XYZT", "2014-03-02T10:00:00+01:00", "2014-03-02T10:00:00+01:00"),
    ],
)
def test_of_a_feeds_two_dates_the_more_exact_one_is_taken_if_they_agree(
    published: str, other: str, chosen: str
) -> None:
    raw = RSS.format(items=ITEM.format(date=published).replace("<pubDate>", f"<dc:date>{other}</dc:date><pubDate>"))
    assert parse_documents(raw)[0].published_at == chosen


def test_an_atom_entrys_update_is_not_its_publication() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>El Faro</title><entry><title>Sequía</title>
      <link href="https://faro.example/1"/><published>2014-03-02</published><updated>2014-03-02T19:00:00Z</updated>
      </entry></feed>"""
    assert parse_documents(atom)[0].published_at == "2014-03-02"


def test_a_clipped_feed_keeps_its_entries_and_reports_the_damage() -> None:
    raw = RSS.format(items=ITEM + ITEM.replace("ferry", "storm"))
    first, *_, last = parse_saved_feed(raw[: raw.rindex("</item>")].encode(), "f.xml", None)
    assert isinstance(first, Document) and first.url == "https://harbour.example/2014/ferry"
    assert isinstance(last, Failure) and "damaged" in last.reason and not last.file_failed


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (RSS.format(items=""), "no entries"),
        ("<html><body>Not found</body></html>", "not an RSS or Atom feed"),
        ("plain words", "cannot be parsed|not an RSS"),
        ("<rss><channel", "cannot be parsed|not an RSS|no entries"),
    ],
)
def test_a_feed_without_entries_is_refused_with_a_reason(raw: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        parse_documents(raw)


def test_the_bytes_of_a_feed_are_not_taken_for_a_files_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text(RSS.format(items=ITEM))
    with pytest.raises(SourceError):
        parse_documents("secret")


def test_entity_bombs_are_refused_before_they_reach_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedparser, "parse", lambda *_, **__: pytest.fail("the parser got the bomb"))
    bomb = f'<!DOCTYPE rss [<!ENTITY a "{"B" * 20_000}">]>' + RSS.format(items=ITEM).split("?>")[1].replace(
        "Short.", "&a;" * 2_000
    )
    with pytest.raises(SourceError, match="entity bomb"):
        parse_documents(bomb)


def test_external_entities_read_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the treasure")
    entity = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    raw = entity + RSS.format(items=ITEM).split("?>")[1].replace("Short.", "&x;").replace(
        "<p>The <b>full</b> story.</p>", ""
    )
    try:
        documents = parse_documents(raw)
    except SourceError:
        return
    assert "treasure" not in str(documents)


def test_hostile_files_are_refused_with_a_reason(shared: Path) -> None:
    files = sorted((shared / "hostile" / "xml").iterdir())
    assert files
    for file in files:
        with pytest.raises(SourceError) as error:
            parse_saved_feed(file.read_bytes(), file.name, None)
        assert len(str(error.value)) > 10


@pytest.mark.parametrize(
    ("feed", "declared"),
    [
        (RSS.format(items=ITEM.replace("<link>", "<guid isPermaLink='false'>post-7</guid><link>")), "post-7"),
        (RSS.format(items=ITEM.replace("<link>", "<guid>/2014/ferry</guid><link>")), "/2014/ferry"),
        (RSS.format(items=ITEM), None),
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><id>tag:x.example,2014:7</id></entry></feed>',
            "tag:x.example,2014:7",
        ),
        (
            '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<channel/><item rdf:about="urn:7"><title>T</title><link>https://x.example/7</link></item></rdf:RDF>',
            "urn:7",
        ),
    ],
)
def test_an_entrys_own_id_is_kept_as_declared(feed: str, declared: str | None) -> None:
    assert parse_documents(feed)[0].entry_id == declared


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Courier</title><id>f</id>{entries}</feed>"""
ENTRY = """<entry {attributes}><title {title}>Old &lt;blink&gt; habits</title><id>1</id>{content}</entry>"""


@pytest.mark.parametrize(
    ("declared", "form"), [("", "text"), ("type='text'", "text"), ("type='html'", "html"), ("type='xhtml'", "html")]
)
def test_an_atom_title_and_text_have_the_form_that_they_declare(declared: str, form: str) -> None:
    content = f"<summary {declared}>Use &lt;b&gt; sparingly.</summary>"
    (document,) = parse_documents(ATOM.format(entries=ENTRY.format(attributes="", title=declared, content=content)))
    assert (document.title_form, document.text_form) == (form, form)


def test_rss_declares_no_form() -> None:
    (document,) = parse_documents(RSS.format(items=ITEM))
    assert (document.title_form, document.text_form) == (None, None)


@pytest.mark.parametrize("order", [1, -1])
def test_a_pictures_caption_is_an_items_text_only_if_it_has_no_other(order: int) -> None:
    caption = f"<media:description>{'The ferry in the harbour of Lomo. ' * 3}</media:description>"
    media = f"<media:content><media:title>Photo</media:title>{caption}</media:content>"
    texts = ["<title>Ferry</title><description>It sails again.</description>", media][::order]
    namespace = "xmlns:media='http://search.yahoo.com/mrss/'"
    feed = f"<rss version='2.0' {namespace}><channel><item>{{}}</item></channel></rss>"
    (document,) = parse_documents(feed.format("".join(texts)))
    assert (document.title, document.text) == ("Ferry", "It sails again.")
    (document,) = parse_documents(feed.format(f"<title>Ferry</title>{media}"))
    assert (document.text or "").startswith("The ferry in the harbour")


def test_an_atom_entrys_picture_is_not_its_text() -> None:
    content = "<content type='image/png'>iVBORw0KGgoAAAANSUhEUgAAAAUAAAAF</content><summary>Short.</summary>"
    (document,) = parse_documents(ATOM.format(entries=ENTRY.format(attributes="", title="", content=content)))
    assert document.text == "Short."


@pytest.mark.parametrize(
    ("attributes", "title", "content", "language"),
    [
        ("xml:lang='de'", "", "", "de"),
        ("", "xml:lang='fr'", "", "fr"),
        ("xml:lang='de'", "", "<content xml:lang='nl'>x</content>", "nl"),
        ("xmlns:dc='http://purl.org/dc/elements/1.1/'", "", "<dc:language>es</dc:language>", "es"),
        ("", "", "", "en"),
    ],
)
def test_the_entrys_language_overrides_the_feeds(attributes: str, title: str, content: str, language: str) -> None:
    entries = ENTRY.format(attributes=attributes, title=title, content=content)
    assert parse_documents(ATOM.format(entries=entries + entries))[1].language == language


def test_entries_without_anything_to_read_and_with_a_damaged_address_are_failures_of_their_own() -> None:
    empty = "<item><guid isPermaLink='false'>7</guid></item>"
    damaged = "<item><title>Reef</title><link>https://x.example/a\x0bb</link></item>"
    first, second, third = parse_saved_feed(RSS.format(items=empty + damaged + ITEM).encode(), "f.xml", None)
    assert (
        isinstance(first, Failure) and first.location == "f.xml item 1" and "neither a title nor a text" in first.reason
    )
    assert isinstance(second, Failure) and "https://x.example/a�b" in second.reason and not second.file_failed
    assert isinstance(third, Document) and third.title == "Ferry & reef"


def test_unescaped_ampersands_and_control_characters_are_no_damage() -> None:
    item = "<item><title>AT&T \x0band R&D &hellip;</title><link>https://x.example/?a=1&copy=2</link></item>"
    (document,) = parse_saved_feed(RSS.format(items=item).encode(), "f.xml", None)
    assert isinstance(document, Document)
    assert (document.title, document.url) == ("AT&T  and R&D …", "https://x.example/?a=1&copy=2")


def test_unclosed_tags_in_a_description_shift_nothing_to_another_item() -> None:
    item = "<item><title>No. {0}</title><description>One <br> two <p> {0}</description><link>/{0}</link></item>"
    documents = parse_documents(RSS.format(items="".join(map(item.format, range(3)))))
    assert [(document.title, document.url) for document in documents] == [
        (f"No. {number}", f"https://harbour.example/{number}") for number in range(3)
    ]


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        ("<urlset><url><loc>https://x.example/1</loc></url></urlset>", "kind: sitemap"),
        ("<sitemapindex/>", "kind: sitemap"),
        ("<opml/>", "newsfold sources add"),
        ("<!DOCTYPE html><html><head/><body/></html>", "kind: page"),
    ],
)
def test_another_kind_of_document_is_refused_with_advice(raw: str, advice: str) -> None:
    with pytest.raises(SourceError, match=advice):
        parse_documents(raw)
