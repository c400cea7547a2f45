"""Connected components of texts: those that links of copies connect, directly or through others."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold.copies.tables import COPY_COMPONENTS
from newsfold.copies.words import Ints
from newsfold.dataflow import TableView
from newsfold.schemas.lists import build_lists, list_starts


def connect_texts(texts: TableView, text_links: TableView, cut_links: TableView) -> pa.Table:
    """Group the texts that links connect.

    Returns:
        Table `copy_components`, in the order of their first texts.
    """
    listed = texts.read(["article_id", "article_ids"])
    labels = label_components(listed, pa.concat_tables([text_links.read(), cut_links.read()]))
    first = np.unique(labels, return_index=True)[1]
    order = np.argsort(first[labels], kind="stable")
    n_texts = np.bincount(first[labels], minlength=len(labels))[np.sort(first)]
    articles = listed["article_ids"].combine_chunks().take(pa.array(order))
    n_articles = pc.list_value_length(articles).to_numpy()
    text_ids = pc.list_element(articles, 0)
    starts = list_starts(n_texts)
    article_starts = list_starts(n_articles)[starts]
    is_compared = np.repeat(n_texts > 1, n_texts)
    columns = {
        "article_ids": build_lists(article_starts, articles.flatten()),
        "text_ids": build_lists(article_starts, text_ids.take(pa.array(np.repeat(np.arange(len(order)), n_articles)))),
        "compared_ids": build_lists(
            list_starts(np.where(n_texts > 1, n_texts, 0)), text_ids.filter(pa.array(is_compared))
        ),
    }
    return pa.table(columns, schema=COPY_COMPONENTS)


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
