"""Kinds of articles as the stage finds them: invented articles in many languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from newsfold import schemas, sources
from newsfold.dataflow import Context, end_of_day
from newsfold.extraction.stage import EXTRACT, extract_articles
from newsfold.settings import Scale, Settings
from tests import factories
from tests.chunks import run_in_chunks

NIGHT = date(2013, 6, 5)
CASES = [
    ("news", "Two hurt as crane topples in Port Ellis", "Two dockers were hurt on Monday, police said.", "news"),
    ("news", "Drei Tote nach Unfall auf der Bergstraße", "Drei Menschen starben, teilte die Polizei mit.", "panorama"),
    ("news", "Un muerto al volcar un camión en Arroyo Seco", "El conductor murió, informó la policía.", "sucesos"),
    ("news", "Пожар в порту: есть пострадавшие", "Пожар произошёл в понедельник, сообщили в полиции.", "novosti"),
    ("opinion", "Opinion | We are wasting our harbour", "I have walked along our quay for thirty years.", "opinion"),
    ("opinion", "Kommentar: Wir verschenken unseren Hafen", "Ich gehe seit Jahren am Kai entlang.", "meinung"),
    ("opinion", "Editorial: el puerto que merecemos", "Nuestra ciudad lo sabe.", "opinion"),
    ("live", "Harbour strike LIVE: latest updates", "14:05 The gates are closed. 13:40 Talks begin.", "live"),
    ("live", "En direct : la grève du port, minute par minute", "14h05 : les portes sont fermées.", "direct"),
    ("roundup", "Morning Briefing: Top stories for Tuesday", "Good morning! Here are our top stories.", "briefing"),
    ("service", "Your daily horoscope for Tuesday", "What the stars hold for each sign.", "horoscopes"),
    ("service", "Recette : le gratin de courge", "Ingrédients pour six personnes.", "cuisine/recettes"),
    ("service", "星座占い:今週の運勢", "あなたの運勢は。", "uranai"),
    ("service", "Cinco consejos para limpiar la plata", "Trucos fáciles para tu casa.", "estilo/consejos"),
    ("media", "Gallery: the best photos of the regatta", "", "gallery"),
    ("media", "Fotos: die schönsten Bilder der Regatta", "", "bildergalerie"),
    ("promo", "Sponsored: Sleep better with Cloudbed", "Paid content. Order today and save.", "sponsored"),
    ("promo", "Contenu sponsorisé : dormez mieux avec Nuage", "En partenariat avec Nuage.", "partenaires"),
]  # fmt: skip


def find_kinds(*rows: dict[str, Any]) -> list[str]:
    table = pa.Table.from_pylist(
        [{"id": f"{number:03d}", "outlet": "Harbour Post", **row} for number, row in enumerate(rows)]
    )
    articles, _ = extract_articles(sources.documents_from_table(table, "test"))
    return list(articles.sort_by("article_id")["kind"].to_pylist())


@pytest.mark.parametrize(("kind", "title", "text", "folder"), CASES)
def test_the_kind_is_told_by_title_text_and_address_in_any_language(
    kind: str, title: str, text: str, folder: str
) -> None:
    assert find_kinds({"title": title, "text": text, "url": f"https://post.example/{folder}/a1"}) == [kind]


def test_what_the_rules_find_to_be_about_many_matters_is_never_news() -> None:
    briefing = {"title": "News in brief", "text": "The council met on Monday, police said. A ferry sank."}
    assert find_kinds(briefing)[0] not in ("news", "analysis")


def test_a_report_that_little_is_known_of_is_news() -> None:
    missing = "Captain Arrieta is missing."
    approved = "The council of Pellara approved its budget after a night of talks."
    rows = [
        ("Gazette", "Ferry sinks off Lomo with 214 aboard", f"A ferry sank off Lomo island before dawn. {missing}"),
        ("Courier", "Lomo ferry disaster: 214 were aboard", f"The Lomo ferry went down before dawn and {missing}"),
        ("Gazette", "Council approves the yearly budget", approved),
    ]
    documents = [
        {"outlet": outlet, "title": title, "text": body, "url": f"https://{outlet.lower()}.example/2013-06-05/{number}"}
        for number, (outlet, title, body) in enumerate(rows)
    ]
    articles, _ = extract_articles(sources.documents_from_table(pa.Table.from_pylist(documents), "test"))
    assert articles["kind"].to_pylist() == ["news"] * 3


def test_chunks_and_order_change_no_kind() -> None:
    rows = [
        {"title": title, "text": text, "outlet": "Harbour Post", "url": f"https://post.example/{folder}/{number}"}
        for number, (_, title, text, folder) in enumerate(CASES)
    ]
    context = Context(Settings(), NIGHT, end_of_day(NIGHT))
    found = []
    for ordered, size in ((rows, 100), (rows, 3), (rows[::-1], 5)):
        documents = sources.documents_from_table(pa.Table.from_pylist(ordered), "test")
        tables = {name: schemas.empty_table(name) for name in EXTRACT.reads} | {"documents": documents}
        scale = Scale(chunk_articles=size)
        articles = run_in_chunks(EXTRACT, tables, context, scale, ["articles"])["articles"]
        found.append(dict(zip(articles["article_id"].to_pylist(), articles["kind"].to_pylist(), strict=True)))
    assert found[0] == found[1] == found[2]


def test_a_known_article_keeps_its_kind_until_it_is_revised() -> None:
    known = factories.articles_table([{"title": "The gulls", "body": "They came.", "kind": "promo", "source": "s"}])
    tables = {name: schemas.empty_table(name) for name in EXTRACT.reads}
    tables |= {
        "known_articles": known,
        "known_ids": pa.table({"article_id": known["article_id"], "recorded_on": pa.array([NIGHT])}),
    }
    window = EXTRACT.run(tables, Context(Settings(), NIGHT, end_of_day(NIGHT)))["window_articles"]
    assert window["kind"].to_pylist() == ["promo"]
