"""Articles as weighted terms: the TF-IDF matrices that blocking, scoring and keywords share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline import text

OPENING_WORDS = 300  # news tells what happened first: later words add themes, not events
_CHARACTERS_PER_WORD = 12


def openings(articles: pa.Table) -> list[str]:
    """Title, newline and the first `OPENING_WORDS` or so of the body of each article, in row order."""
    limit = OPENING_WORDS * _CHARACTERS_PER_WORD
    pairs = zip(articles["title"].to_pylist(), articles["body"].to_pylist(), strict=True)
    return [f"{title}\n{body[:limit]}" for title, body in pairs]


def opening_words(document: str) -> list[str]:
    """The words of an opening: at most `OPENING_WORDS`."""
    return text.words(document)[:OPENING_WORDS]


def tfidf(
    documents: Sequence[str], analyser: Callable[[str], list[str]] = opening_words
) -> tuple[sparse.csr_matrix, np.ndarray, list[str]]:
    """Sublinear TF-IDF of documents, rows of norm 1 (Salton and Buckley 1988).

    Returns:
        The matrix (documents × terms, float32), each term's inverse document frequency (float32), and
        the terms in column order. A document without terms is a zero row.
    """
    vectoriser = TfidfVectorizer(analyzer=analyser, sublinear_tf=True, dtype=np.float32)
    try:
        matrix = vectoriser.fit_transform(documents)
    except ValueError:  # no document has a single word
        return sparse.csr_matrix((len(documents), 0), dtype=np.float32), np.zeros(0, np.float32), []
    return (matrix.tocsr(), vectoriser.idf_.astype(np.float32), vectoriser.get_feature_names_out().tolist())


def character_ngrams(document: str, size: int = 4) -> list[str]:
    """Character n-grams inside words, word ends marked by a space: robust to inflection and spelling."""
    padded = (f" {word} " for word in text.words(document))
    return [word[i : i + size] for word in padded for i in range(max(1, len(word) - size + 1))]
