"""Saved feeds: whatever the dialect or damage, entries come out or a reason does."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from newsfold.errors import SourceError
from newsfold.sources.document import Document, Failure
from newsfold.sources.feed import parse_saved_feed

HOSTILE = Path(__file__).parents[3].parent / "shared" / "data" / "hostile" / "xml"
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Courier</title><link>https://harbour.example/</link>
 <language>en-gb</language>{items}</channel></rss>"""
ITEM = """<item><title>Ferry &amp; reef</title><link>/2014/ferry</link><dc:creator>Jane Roe</dc:creator>
 <description>Short.</description><content:encoded><![CDATA[<p>The <b>full</b> story.</p>]]></content:encoded>
 <pubDate>{date}</pubDate></item>"""


def documents(raw: str, outlet: str | None = None) -> list[Document]:
    return [one for one in parse_saved_feed(raw.encode(), "f.xml", outlet) if isinstance(one, Document)]


def test_an_rss_item_becomes_fields() -> None:
    (found,) = documents(RSS.format(items=ITEM.format(date="Sun, 02 Mar 2014 10:00:00 +0100")))
    assert found.form == "fields" and found.location == "f.xml item 1"
    assert (found.title, found.text) == ("Ferry & reef", "<p>The <b>full</b> story.</p>")
    assert found.url == "https://harbour.example/2014/ferry"
    assert (found.outlet, found.language, list(found.authors)) == ("Harbour Courier", "en-gb", ["Jane Roe"])
    assert found.published_at == "2014-03-02T09:00:00+00:00"


def test_the_configured_outlet_comes_before_the_channels_title() -> None:
    assert documents(RSS.format(items=ITEM), "The Courier")[0].outlet == "The Courier"


@pytest.mark.parametrize(
    ("date", "handed_on"),
    [("2014-03-02T10:00:00", "2014-03-02T10:00:00"), ("some day in March", "some day in March"), ("", None)],
)
def test_times_without_a_zone_or_sense_are_handed_on_as_they_are(date: str, handed_on: str | None) -> None:
    assert documents(RSS.format(items=ITEM.format(date=date)))[0].published_at == handed_on


def test_an_atom_entry_without_published_takes_updated() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es"><title>El Faro</title><entry><title>Sequía</title>
      <link href="https://faro.example/1"/>
      <updated>2014-03-02T10:00:00Z</updated><summary>Sin agua.</summary></entry></feed>"""
    (found,) = documents(atom)
    assert (found.published_at, found.language, found.text) == ("2014-03-02T10:00:00+00:00", "es", "Sin agua.")


def test_a_clipped_feed_keeps_its_entries_and_reports_the_damage() -> None:
    raw = RSS.format(items=ITEM + ITEM.replace("ferry", "storm"))
    found = list(parse_saved_feed(raw[: raw.rindex("</item>")].encode(), "f.xml", None))
    assert next(one.url for one in found if isinstance(one, Document)) == "https://harbour.example/2014/ferry"
    damage = [one for one in found if isinstance(one, Failure)]
    assert len(damage) == 1 and "damaged" in damage[0].reason and not damage[0].file_failed


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
        documents(raw)


def test_the_bytes_of_a_feed_are_never_taken_for_a_files_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text(RSS.format(items=ITEM))
    with pytest.raises(SourceError):
        documents("secret")


def test_entity_bombs_are_refused_at_once() -> None:
    bomb = f'<!DOCTYPE rss [<!ENTITY a "{"B" * 20_000}">]>' + RSS.format(items=ITEM).split("?>")[1].replace(
        "Short.", "&a;" * 2_000
    )
    started = time.perf_counter()
    with pytest.raises(SourceError, match="entity bomb"):
        documents(bomb)
    assert time.perf_counter() - started < 1


def test_external_entities_read_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the treasure")
    entity = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    raw = entity + RSS.format(items=ITEM).split("?>")[1].replace("Short.", "&x;").replace(
        "<p>The <b>full</b> story.</p>", ""
    )
    try:
        found = documents(raw)
    except SourceError:
        return
    assert "treasure" not in str(found)


def test_hostile_files_end_quickly_with_a_reason() -> None:
    if not HOSTILE.exists():
        pytest.skip("the shared data is not here")
    files = sorted(HOSTILE.iterdir())
    assert files
    for file in files:
        started = time.perf_counter()
        with pytest.raises(SourceError) as error:
            list(parse_saved_feed(file.read_bytes(), file.name, None))
        assert time.perf_counter() - started < 5
        assert len(str(error.value)) > 10
