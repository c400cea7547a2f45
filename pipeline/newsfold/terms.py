"""Articles as weighted terms: what blocking, scoring and keywords share.

A term is as informative as it is rare, in its language *and* on the day: "pandemic" says little on a night that is
full of it, and "the" says nothing in a window of five articles, where counting alone could not know.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import wordfreq
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from newsfold import text

Floats = npt.NDArray[np.float32]

OPENING_WORDS = 300  # news tells what happened first: later words add themes, not events
_CHARACTERS_PER_WORD = 12
_BACKGROUND_ARTICLES = 200  # what the background weighs: as much as so many articles of the window
_RAREST_SHARE = 1e-4  # of documents: below, a term is as rare as can be told
# Web addresses, and the minute of publication where a text begins with it: their parts are not words of the news.
_NO_WORDS = re.compile(
    r"\b(?:https?://|www\.)\S+"
    r"|^\s*(?:[A-Z][a-z]+ \d{1,2}, \d{4}|\d{4}-\d\d-\d\d)[ ,T]+\d{1,2}:\d\d(?::\d\d)? ?(?:[AP]M\b)?"
)
_LISTED_AS = {"tl": "fil", "no": "nb", "nn": "nb", "hr": "sh", "sr": "sh", "bs": "sh"}  # wordfreq's names
_SPOKEN_SHARE = 0.05  # a language counts where it is this share of the window


def openings(articles: pa.Table) -> list[str]:
    """Title, newline and the first `OPENING_WORDS` or so of the body of each article, in row order."""
    limit = OPENING_WORDS * _CHARACTERS_PER_WORD
    pairs = zip(articles["title"].to_pylist(), articles["body"].to_pylist(), strict=True)
    return [f"{title}\n{_NO_WORDS.sub('', body[:limit]).strip()}" for title, body in pairs]


def opening_words(document: str) -> list[str]:
    """The words of an opening: at most `OPENING_WORDS`."""
    return text.split_words(document)[:OPENING_WORDS]


def tfidf(documents: Sequence[str]) -> sparse.csr_matrix:
    """Sublinear TF-IDF of openings, rows of norm 1 (Salton and Buckley 1988).

    Returns:
        float32 of shape (documents, terms); a document without terms is a zero row.
    """
    vectoriser = TfidfVectorizer(analyzer=opening_words, sublinear_tf=True, dtype=np.float32)
    try:
        return vectoriser.fit_transform(documents).tocsr()
    except ValueError:  # no document has a single word
        return sparse.csr_matrix((len(documents), 0), dtype=np.float32)


def rarity(
    frequency: npt.NDArray[np.int64], documents: int, uses: int, vocabulary: Sequence[str], languages: Sequence[str]
) -> Floats:
    """How rare each word is, in its language and in this window: −ln of the share of documents that have it.

    The window's share is smoothed by the language's (a Dirichlet prior; Zhai and Lafferty 2004), and two of the
    documents that have a word do not count: a pair's own words must not make each other common.

    Args:
        frequency: in how many documents each word is, shape (words,).
        documents: how many there are.
        uses: of all words together.
        vocabulary: the words.
        languages: the documents' languages, ISO 639-1 or "und".

    Returns:
        float32 of shape (words,), between 0 and −ln 1e-4 = 9.2.
    """
    usual = 1 - np.exp(-_usual_frequency(vocabulary, languages) * (uses / max(1, documents)))
    expected = np.maximum(frequency - 2, 0) + _BACKGROUND_ARTICLES * usual
    share = np.clip(expected / (documents + _BACKGROUND_ARTICLES), _RAREST_SHARE, 1)
    return np.asarray(-np.log(share), dtype=np.float32)


def weighted(matrix: sparse.csr_matrix, weights: Floats) -> sparse.csr_matrix:
    """Sublinear counts times weights, rows of norm 1: float32 of the shape of `matrix`."""
    rows = matrix.copy()
    rows.data = (1 + np.log(rows.data)) * weights[rows.indices]
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.where(norms > 0, norms, 1), np.diff(rows.indptr)).astype(np.float32)
    return rows


def _usual_frequency(vocabulary: Sequence[str], languages: Sequence[str]) -> npt.NDArray[np.float64]:
    """Each word's share of running text (wordfreq), the largest over the window's languages; English where unknown."""
    known = Counter(language.split("-")[0] for language in languages)
    floor = _SPOKEN_SHARE * len(languages)
    spoken = [language for language in sorted(known) if known[language] >= floor and _frequencies(language)]
    tables = [_frequencies(language) for language in spoken or ["en"]]
    return np.array([max(table.get(word, 0.0) for table in tables) for word in vocabulary], dtype=np.float64)


@functools.lru_cache(maxsize=8)
def _frequencies(language: str) -> dict[str, float]:
    language = _LISTED_AS.get(language, language)
    return dict(wordfreq.get_frequency_dict(language)) if language in wordfreq.available_languages() else {}


@functools.lru_cache(maxsize=100_000)
def commonness(word: str, language: str) -> float:
    """How common a word is in running text of a language (wordfreq; English where it lists none): a Zipf value.

    The base-10 logarithm of its occurrences in a billion words (van Heuven et al. 2014): "the" has 7.7, a word that
    is not listed 0.
    """
    frequency = (_frequencies(language) or _frequencies("en")).get(word, 0.0)
    return math.log10(frequency * 1e9) if frequency else 0.0
