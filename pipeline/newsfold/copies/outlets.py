"""Facts about outlets in a window's articles: the boilerplate that they print, and the families that they belong to."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.copies.tables import BOILERPLATE_SENTENCES, OUTLET_FAMILIES
from newsfold.dataflow import TableView
from newsfold.publishers import Publishers

BOILERPLATE_KEY = "repeated"  # the key under which extras keep sentences that an outlet prints everywhere


def survey_outlets(window_articles: TableView) -> tuple[pa.Table, pa.Table]:
    """Collect the sentences that outlets are known to print everywhere, and the families that articles name.

    Returns:
        Table `boilerplate_sentences`, ascending; and `outlet_families`, each outlet with the last family named.
    """
    articles = window_articles.read(["outlet", "publisher_family", "extras"])
    extras = (extra for row in articles["extras"].to_pylist() for extra in row)
    sentences = {extra["value"] for extra in extras if extra["key"] == BOILERPLATE_KEY}
    named = articles.filter(pc.not_equal(articles["publisher_family"], ""))
    families = dict(zip(named["outlet"].to_pylist(), named["publisher_family"].to_pylist(), strict=True))
    columns = {"outlet": list(families), "publisher_family": list(families.values())}
    return (
        pa.table({"sentence": sorted(sentences)}, schema=BOILERPLATE_SENTENCES),
        pa.table(columns, schema=OUTLET_FAMILIES),
    )


def add_families(publishers: Publishers, outlet_families: pa.Table) -> Publishers:
    """Return publishers with the families that articles name; a later row counts before an earlier one."""
    outlets, families = outlet_families["outlet"].to_pylist(), outlet_families["publisher_family"].to_pylist()
    return publishers.with_families(dict(zip(outlets, families, strict=True)))
