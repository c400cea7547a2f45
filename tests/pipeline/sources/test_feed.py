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
    assert document.published_at == "2014-03-02T09:00:00+00:00"


def test_the_configured_outlet_overrides_the_channels_title() -> None:
    assert parse_documents(RSS.format(items=ITEM), "The Courier")[0].outlet == "The Courier"


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2014-03-02T10:00:00", "2014-03-02T10:00:00"), ("some day in March", "some day in March"), ("", None)],
)
def test_times_without_a_zone_and_other_texts_are_kept_as_they_are(date: str, expected: str | None) -> None:
    assert parse_documents(RSS.format(items=ITEM.format(date=date)))[0].published_at == expected


def test_an_atom_entry_without_published_takes_updated() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es"><title>El Faro</title><entry><title>Sequía</title>
      <link href="https://faro.example/1"/>
      <updated>2014-03-02T10:00:00Z</updated><summary>Sin agua.</summary></entry></feed>"""
    (document,) = parse_documents(atom)
    assert (document.published_at, document.language, document.text) == ("2014-03-02T10:00:00+00:00", "es", "Sin agua.")


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
