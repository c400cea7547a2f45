"""Connected components of texts: those that links of copies connect, directly or through others."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold.copies.tables import COPY_COMPONENTS
from newsfold.copies.words import Ints
from newsfold.dataflow import TableView


def connect_texts(texts: TableView, text_links: TableView, cut_links: TableView) -> pa.Table:
    """Group the texts that links connect.

    Returns:
        Table `copy_components`, in the order of their first texts.
    """
    listed = texts.read(["article_id", "article_ids"])
    labels = label_components(listed, pa.concat_tables([text_links.read(), cut_links.read()]))
    articles_of = listed["article_ids"].to_pylist()
    members: dict[int, list[int]] = defaultdict(list)
    for number, label in enumerate(labels.tolist()):
        members[label].append(number)
    rows = []
    for numbers in members.values():
        articles = [(article, articles_of[number][0]) for number in numbers for article in articles_of[number]]
        text_ids = [articles_of[number][0] for number in numbers]
        rows.append(
            {
                "article_ids": [article for article, _ in articles],
                "text_ids": [text_id for _, text_id in articles],
                "compared_ids": text_ids if len(text_ids) > 1 else [],
            }
        )
    return pa.Table.from_pylist(rows, schema=COPY_COMPONENTS)


def label_components(texts: pa.Table, links: pa.Table) -> Ints:
    """Return the number of each text's connected component, int64 of shape (texts,).

    Args:
        texts: column `article_id` of table `texts`, all of them.
        links: table `text_links`.
    """
    ids = texts["article_id"].combine_chunks()
    left, right = (pc.index_in(links[end], ids).to_numpy() for end in ("left_id", "right_id"))
    graph = sparse.csr_matrix((np.ones(len(left), np.int8), (left, right)), shape=(len(ids), len(ids)))
    return np.asarray(sparse.csgraph.connected_components(graph, directed=False)[1], dtype=np.int64)
