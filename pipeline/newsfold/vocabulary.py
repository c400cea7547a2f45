"""Words of articles: the terms of each, the weight of each word in the window, and matrices of both.

A word is as informative as it is rare, in its language *and* on the day: "pandemic" says little on a night full of it,
and "the" says nothing in a window of five articles, where counting alone could not know. An article's terms (table
`article_terms`) depend on it alone. A word's weight (table `vocabulary`) depends on the whole window, but only through
counts, which add up however the window is cut into chunks.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import wordfreq
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from newsfold import schemas, text
from newsfold.tokens import Tokens, WordUses, find_token_numbers, split_token

Floats = npt.NDArray[np.float32]

OPENING_WORDS = 300  # news tells what happened first: later words add themes, not events
_CHARACTERS_PER_WORD = 12
_BACKGROUND_ARTICLES = 200  # weight of a language's general word frequencies, in articles of the window
_MIN_DOCUMENT_SHARE = 1e-4  # rarer words count as this rare
_MIN_LANGUAGE_SHARE = 0.05  # languages of a smaller share of the window do not count
_MIN_LISTED_SHARE = 1e-6  # of running text, of the words that tell a text's language
_NAME_SHARE = 0.8  # a word is a name if it is capitalised in this share of its uses inside sentences
_COUNTS = ("documents", "uses", "inside", "capitalised", "titled")
_WORDFREQ_CODES = {"tl": "fil", "no": "nb", "nn": "nb", "hr": "sh", "sr": "sh", "bs": "sh"}
# Web addresses, and a publication time at the beginning of a text: their parts are not words of the news.
_TIME_FIRST = re.compile(
    r"^\s*(?:[A-Z][a-z]+ \d{1,2}, \d{4}|\d{4}-\d\d-\d\d)[ ,T]+\d{1,2}:\d\d(?::\d\d)? ?(?:[AP]M\b)?"
)
_NOT_NEWS = re.compile(rf"\b(?:https?://|www\.)\S+|{_TIME_FIRST.pattern}")


def extract_openings(articles: pa.Table) -> list[str]:
    """Return title, newline and about the first `OPENING_WORDS` words of the body of each article, in row order."""
    pairs = zip(articles["title"].to_pylist(), _read_beginnings(articles), strict=True)
    return [f"{title}\n{beginning}" for title, beginning in pairs]


def split_opening(opening: str) -> list[str]:
    """Return the words of an opening, at most `OPENING_WORDS`."""
    return text.split_words(opening)[:OPENING_WORDS]


def describe_terms(articles: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Extract the terms of articles.

    Returns:
        Tables `article_terms`, a row per article in their order, and `term_counts`, how these articles use each word.
    """
    titles, n_articles = articles["title"].to_pylist(), articles.num_rows
    beginnings = _read_beginnings(articles)
    tokens = Tokens.of_texts(each for pair in zip(titles, beginnings, strict=True) for each in pair)
    words = tokens.find_words(split_token)
    words, is_title = _join_pairs(words)
    is_near = words.rank_in_text() < OPENING_WORDS
    in_openings, counts = words.where(is_near).count_in_texts()
    in_titles, title_counts = words.where(is_near & is_title).count_in_texts()
    cased, is_capital, is_initial = tokens.find_cased_words()
    cased, is_title = _join_pairs(cased)
    mentioned, _ = cased.where(is_capital).count_in_texts()
    capitals_in_titles, _ = cased.where(is_capital & is_title).count_in_texts()
    # A headline in title case capitalises everything, so it is no evidence.
    is_title_case = np.array([_is_title_case(title) for title in titles], dtype=bool)
    is_inside = ~is_initial & ~(is_title & is_title_case[cased.texts])
    numbers, _ = _join_pairs(tokens.find_words(find_token_numbers))[0].count_in_texts()
    schema = schemas.SCHEMAS["article_terms"]
    columns = {name: articles[name] for name in schema.names if name in articles.column_names}
    columns |= {
        "words": in_openings.to_lists(n_articles),
        "counts": in_openings.to_lists(n_articles, pa.array(counts, pa.int32())),
        "title_words": in_titles.to_lists(n_articles),
        "title_counts": in_titles.to_lists(n_articles, pa.array(title_counts, pa.int32())),
        "mentioned": mentioned.to_lists(n_articles),
        "numbers": numbers.to_lists(n_articles),
        "headline_only": pa.array([not body.strip() for body in articles["body"].to_pylist()], pa.bool_()),
    }
    columns = {name: columns[name] for name in schema.names}
    uses = {
        "documents": in_openings,
        "uses": words.where(is_near),
        "inside": cased.where(is_inside),
        "capitalised": cased.where(is_inside & is_capital),
        "titled": capitals_in_titles,
    }
    return pa.table(columns, schema=schema), _count_terms(uses)


def weigh_terms(term_counts: pa.Table, languages: Sequence[str]) -> pa.Table:
    """Weigh words by rarity, and tell which are names.

    Args:
        term_counts: the table of that name, of chunks that make up all articles.
        languages: all articles' languages, in any order.

    Returns:
        Table `vocabulary`: every word that is in an opening, ascending.
    """
    sums = _sum_counts(term_counts)
    words = sums["word"].to_pylist()
    documents, uses, inside, capitalised, titled = (sums[name].to_numpy() for name in _COUNTS)
    counts = zip(words, inside.tolist(), capitalised.tolist(), (titled > 0).tolist(), strict=True)
    named = np.array([is_name(word, n, upper, titled=in_title) for word, n, upper, in_title in counts], dtype=bool)
    rows = np.flatnonzero(documents > 0)
    kept = [words[row] for row in rows.tolist()]
    columns = {
        "word": kept,
        "documents": documents[rows],
        "articles": np.full(len(rows), len(languages)),
        "rarity": compute_rarity(documents[rows], len(languages), int(uses.sum()), kept, languages),
        "named": named[rows],
    }
    schema = schemas.SCHEMAS["vocabulary"]
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def compute_rarity(
    frequency: npt.NDArray[np.int64], documents: int, uses: int, words: Sequence[str], languages: Sequence[str]
) -> Floats:
    """Return the rarity of words in their language and in this window: −ln of the share of documents that have each.

    The window's share is smoothed by the language's (a Dirichlet prior; Zhai and Lafferty 2004), and two of a word's
    documents do not count: a pair's own words must not make each other common.

    Args:
        frequency: the number of documents that have each word, shape (words,).
        documents: the number of documents.
        uses: the number of words in all documents.
        words: the words.
        languages: the documents' languages, ISO 639-1 or "und".

    Returns:
        float32 of shape (words,), between 0 and −ln 1e-4 = 9.2.
    """
    usual = 1 - np.exp(-_expected_frequency(words, languages) * (uses / max(1, documents)))
    expected = np.maximum(frequency - 2, 0) + _BACKGROUND_ARTICLES * usual
    share = np.clip(expected / (documents + _BACKGROUND_ARTICLES), _MIN_DOCUMENT_SHARE, 1)
    return np.asarray(-np.log(share), dtype=np.float32)


def build_count_matrix(
    lists: pa.ChunkedArray, words: pa.Array, counts: pa.ChunkedArray | None = None
) -> sparse.csr_matrix:
    """Return lists of words as a matrix of counts: float32 of shape (rows, words).

    Args:
        lists: list<string>, each list ascending; words that are not a column are left out.
        words: the words of the columns, ascending.
        counts: list<int32>, as long as `lists`; None: each word counts 1.
    """
    column = lists.combine_chunks() if lists.num_chunks != 1 else lists.chunk(0)
    rows = np.repeat(np.arange(len(column)), pc.list_value_length(column).to_numpy(zero_copy_only=False))
    columns = pc.index_in(column.flatten(), words)
    is_column = columns.is_valid().to_numpy(zero_copy_only=False)
    values = np.ones(len(rows), np.float32)
    if counts is not None:
        values = counts.combine_chunks().flatten().to_numpy(zero_copy_only=False).astype(np.float32)
    pointers = np.concatenate([[0], np.cumsum(np.bincount(rows[is_column], minlength=len(column)))])
    parts = (values[is_column], columns.drop_null().to_numpy().astype(np.int64), pointers)
    return sparse.csr_matrix(parts, shape=(len(column), len(words)))


def build_tfidf_matrix(article_terms: pa.Table, vocabulary: pa.Table) -> sparse.csr_matrix:
    """Return sublinear TF-IDF with rows of norm 1 (Salton and Buckley 1988), smoothed as in scikit-learn.

    Args:
        article_terms: rows of the table of that name.
        vocabulary: the table of that name, of all articles.

    Returns:
        float32 of shape (rows, words).
    """
    counts = build_count_matrix(article_terms["words"], vocabulary["word"].combine_chunks(), article_terms["counts"])
    inverse = np.log((1 + vocabulary["articles"].to_numpy()) / (1 + vocabulary["documents"].to_numpy())) + 1
    return weigh_counts(counts, inverse.astype(np.float32))


def fit_tfidf(documents: Sequence[str]) -> sparse.csr_matrix:
    """Return the same matrix as `build_tfidf_matrix` from texts of which each is an opening.

    Returns:
        float32 of shape (documents, terms); a document without terms is a zero row.
    """
    vectoriser = TfidfVectorizer(analyzer=split_opening, sublinear_tf=True, dtype=np.float32)
    try:
        return vectoriser.fit_transform(documents).tocsr()
    except ValueError:  # no document has a single word
        return sparse.csr_matrix((len(documents), 0), dtype=np.float32)


def weigh_counts(counts: sparse.csr_matrix, weights: Floats) -> sparse.csr_matrix:
    """Return sublinear counts times weights, rows of norm 1: float32 of the shape of `counts`."""
    rows = counts.copy()
    rows.data = (1 + np.log(rows.data)) * weights[rows.indices]
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.where(norms > 0, norms, 1), np.diff(rows.indptr)).astype(np.float32)
    return rows


def is_name(word: str, inside: int, capitalised: int, *, titled: bool) -> bool:
    """Return whether a word is nearly always capitalised inside sentences, or found capitalised in titles only."""
    return capitalised >= _NAME_SHARE * inside and len(word) > 1 if inside else titled and len(word) > 2


@functools.lru_cache(maxsize=100_000)
def zipf_frequency(word: str, language: str) -> float:
    """Return how common a word is in running text of a language (wordfreq; English if it does not list the language).

    The unit is the Zipf scale, the base-10 logarithm of the uses in a billion words (van Heuven et al. 2014): "the" has
    7.7, a word that is not listed 0.
    """
    frequency = (_load_frequencies(language) or _load_frequencies("en")).get(word, 0.0)
    return math.log10(frequency * 1e9) if frequency else 0.0


@functools.cache
def list_common_words(language: str, min_zipf: float) -> frozenset[str]:
    """Return the words of a language that are at least this common, in Zipf; none if wordfreq does not list it.

    Words less common than 3 are never among them: they are read from wordfreq's small list, which is fast to load.
    """
    least = 10**min_zipf / 1e9
    return frozenset(word for word, share in _load_common_frequencies(language).items() if share >= least)


@functools.cache
def list_word_frequencies(language: str) -> Mapping[str, float]:
    """Return the natural logarithms of the shares of running text that a language's more common words have.

    None is rarer than once in a million words; there are none if wordfreq does not list the language.
    """
    shares = _load_common_frequencies(language)
    return {word: math.log(share) for word, share in shares.items() if share >= _MIN_LISTED_SHARE}


def _expected_frequency(words: Sequence[str], languages: Sequence[str]) -> npt.NDArray[np.float64]:
    """Each word's share of running text (wordfreq), the largest over the window's languages; English if unknown."""
    n_articles = Counter(language.split("-")[0] for language in languages)
    floor = _MIN_LANGUAGE_SHARE * len(languages)
    common = [code for code in sorted(n_articles) if n_articles[code] >= floor and _load_frequencies(code)]
    tables = [_load_frequencies(code) for code in common or ["en"]]
    return np.array([max(table.get(word, 0.0) for table in tables) for word in words], dtype=np.float64)


@functools.lru_cache(maxsize=8)
def _load_frequencies(language: str) -> dict[str, float]:
    code = _WORDFREQ_CODES.get(language, language)
    return dict(wordfreq.get_frequency_dict(code)) if code in wordfreq.available_languages() else {}


def _load_common_frequencies(language: str) -> dict[str, float]:
    code = _WORDFREQ_CODES.get(language, language)
    is_listed = code in wordfreq.available_languages("small")
    return wordfreq.get_frequency_dict(code, "small") if is_listed else {}


def _read_beginnings(articles: pa.Table) -> list[str]:
    """The beginning of each body, without what is not news."""
    limit = OPENING_WORDS * _CHARACTERS_PER_WORD
    return [_strip_not_news(body[:limit]).strip() for body in articles["body"].to_pylist()]


def _strip_not_news(beginning: str) -> str:
    # Few texts have either, and looking is ten times as fast as replacing.
    is_plain = "://" not in beginning and "www." not in beginning and not _TIME_FIRST.match(beginning)
    return beginning if is_plain else _NOT_NEWS.sub("", beginning)


def _join_pairs(uses: WordUses) -> tuple[WordUses, npt.NDArray[np.bool_]]:
    """Uses in titles and bodies in turn as uses in articles; which are in titles."""
    return WordUses(uses.texts // 2, uses.words, uses.vocabulary), uses.texts % 2 == 0


def _count_terms(uses: Mapping[str, WordUses]) -> pa.Table:
    """Table `term_counts` of the words that are used at all, from the uses that each of its columns counts."""
    schema = schemas.SCHEMAS["term_counts"]
    parts = []
    for name, each in uses.items():
        counts = each.count()
        is_used = pa.array(counts > 0)
        columns = {"word": each.vocabulary.filter(is_used), name: pa.array(counts).filter(is_used)}
        zeros = pa.array(np.zeros(len(columns["word"]), np.int64))
        parts.append(pa.table({column: columns.get(column, zeros) for column in schema.names}, schema=schema))
    return _sum_counts(pa.concat_tables(parts))


def _sum_counts(term_counts: pa.Table) -> pa.Table:
    """Table `term_counts` with each word once, ascending."""
    sums = term_counts.group_by("word").aggregate([(name, "sum") for name in _COUNTS]).sort_by("word")
    return sums.rename_columns(["word", *_COUNTS]).cast(schemas.SCHEMAS["term_counts"])


def _is_title_case(title: str) -> bool:
    long_words = [word for word in re.findall(r"[^\W\d_]+", title) if len(word) > 3]
    return bool(sum(word[0].isupper() for word in long_words) > 0.7 * len(long_words))
