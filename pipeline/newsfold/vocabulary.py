"""Words of articles: the terms of each, and the weight of each word in the window.

An article's terms (table `article_terms`) depend on it alone. A word's weight (table `vocabulary`) depends on the whole
window, but only through counts, which add up however the window is cut into chunks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold import schemas, terms

Floats = npt.NDArray[np.float32]

_NAME_SHARE = 0.8  # a word is a name if it is capitalised in this share of its uses inside sentences
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[.!?:\n“\"]")
_NUMBER = re.compile(r"\d[\d.,]*")
_COUNTED = ("documents", "uses", "inside", "capitalised", "titled")


def describe(articles: pa.Table) -> tuple[pa.Table, pa.Table]:
    """What some articles say.

    Returns:
        Tables `article_terms`, a row per article in their order, and `term_counts`, how these articles use each word.
    """
    openings, headlines = terms.openings(articles), articles["title"].to_pylist()
    uses: dict[str, Counter[str]] = {name: Counter() for name in _COUNTED}
    rows = []
    for opening, title, body in zip(openings, headlines, articles["body"].to_pylist(), strict=True):
        counts = Counter(terms.opening_words(opening))
        of_title = Counter(terms.opening_words(title))
        uses["documents"].update(counts.keys())
        uses["uses"].update(counts)
        headline, mentioned = mentions(opening, title, uses["inside"], uses["capitalised"])
        uses["titled"].update(headline)
        words, title_words = sorted(counts), sorted(of_title)
        rows.append(
            {
                "words": words,
                "counts": [counts[word] for word in words],
                "title_words": title_words,
                "title_counts": [of_title[word] for word in title_words],
                "mentioned": sorted(mentioned),
                "numbers": numbers(opening),
                "headline_only": not body.strip(),
            }
        )
    schema = schemas.SCHEMAS["article_terms"]
    said = {name: [row[name] for row in rows] for name in schema.names if not rows or name in rows[0]}
    known = {name: articles[name] for name in schema.names if name in articles.column_names}
    wordings = pa.table({name: (said | known)[name] for name in schema.names}, schema=schema)
    every = sorted(set().union(*uses.values()))
    counted = {name: [found[word] for word in every] for name, found in uses.items()}
    return wordings, pa.table({"word": every} | counted, schema=schemas.SCHEMAS["term_counts"])


def weigh(word_uses: pa.Table, languages: Sequence[str]) -> pa.Table:
    """What words are worth among all articles.

    Args:
        word_uses: table `term_counts`, of any chunks that make up all articles.
        languages: all articles' languages, in any order.

    Returns:
        Table `vocabulary`, every word that an opening has, ascending.
    """
    summed = word_uses.group_by("word").aggregate([(name, "sum") for name in _COUNTED]).sort_by("word")
    words = summed["word"].to_pylist()
    documents, uses, inside, capitalised, titled = (summed[f"{name}_sum"].to_numpy() for name in _COUNTED)
    told = zip(words, inside.tolist(), capitalised.tolist(), (titled > 0).tolist(), strict=True)
    named = np.array([is_name(*one[:3], titled=one[3]) for one in told], dtype=bool)
    there = np.flatnonzero(documents > 0)
    kept = [words[at] for at in there.tolist()]
    rarity = terms.rarity(documents[there], len(languages), int(uses.sum()), kept, languages)
    columns = {"word": kept, "documents": documents[there], "rarity": rarity, "named": named[there]}
    columns["articles"] = np.full(len(there), len(languages))
    schema = schemas.SCHEMAS["vocabulary"]
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def incidence(listed: pa.ChunkedArray, columns: pa.Array, counts: pa.ChunkedArray | None = None) -> sparse.csr_matrix:
    """Lists of words as a matrix: float32 of shape (rows, words), a word that is no column left out.

    Args:
        listed: list<string>, each list ascending.
        columns: the words of the columns, ascending.
        counts: list<int32>, as long as `listed`; ones where None.
    """
    column = listed.combine_chunks() if listed.num_chunks != 1 else listed.chunk(0)
    rows = np.repeat(np.arange(len(column)), pc.list_value_length(column).to_numpy(zero_copy_only=False))
    at = pc.index_in(column.flatten(), columns)
    there = at.is_valid().to_numpy(zero_copy_only=False)
    ones = np.ones(len(rows), np.float32)
    if counts is not None:
        ones = counts.combine_chunks().flatten().to_numpy(zero_copy_only=False).astype(np.float32)
    pointers = np.concatenate([[0], np.cumsum(np.bincount(rows[there], minlength=len(column)))])
    found = (ones[there], at.drop_null().to_numpy().astype(np.int64), pointers)
    return sparse.csr_matrix(found, shape=(len(column), len(columns)))


def tfidf(wordings: pa.Table, vocabulary: pa.Table) -> sparse.csr_matrix:
    """Sublinear TF-IDF, rows of norm 1 (Salton and Buckley 1988), smoothed as scikit-learn does: `terms.tfidf`.

    Args:
        wordings: some articles.
        vocabulary: of all of them.
    """
    matrix = incidence(wordings["words"], vocabulary["word"].combine_chunks(), wordings["counts"])
    inverse = np.log((1 + vocabulary["articles"].to_numpy()) / (1 + vocabulary["documents"].to_numpy())) + 1
    return terms.weighted(matrix, inverse.astype(np.float32))


def mentions(opening: str, title: str, inside: Counter[str], capitalised: Counter[str]) -> tuple[set[str], set[str]]:
    """The capitalised words of a title, and of title and opening; counts those inside sentences as it goes.

    Args:
        opening: title, newline, body.
        title: the same title.
        inside: how often each word stands inside a sentence; counted up.
        capitalised: how often it is capitalised there; counted up.
    """
    headline = {word.casefold() for word, _ in _running_words(title) if word[0].isupper()}
    seen = set(headline)
    # A headline in title case capitalises everything, so it is no evidence.
    for word, initial in _running_words(opening[len(title) + 1 :] if _title_case(title) else opening):
        if word[0].isupper():
            seen.add(word.casefold())
        if not initial:
            inside[word.casefold()] += 1
            capitalised[word.casefold()] += word[0].isupper()
    return headline, seen


def is_name(word: str, inside: int, capitalised: int, *, titled: bool) -> bool:
    """Is a word nearly always capitalised inside sentences, or found capitalised in titles alone?"""
    return capitalised >= _NAME_SHARE * inside and len(word) > 1 if inside else titled and len(word) > 2


def numbers(opening: str) -> list[str]:
    """The different numbers of two or more digits in a text, ascending as words."""
    found = {match.strip(".,").replace(",", "") for match in _NUMBER.findall(opening)}
    return sorted(number for number in found if len(number) > 1)


def _running_words(passage: str) -> Iterable[tuple[str, bool]]:
    """Each word, and whether it opens a sentence (so that its capital says nothing)."""
    initial = True
    for token in _TOKEN.findall(passage):
        if token[0].isalnum():
            yield re.sub("['’].*", "", token), initial
            initial = False
        else:
            initial = True


def _title_case(title: str) -> bool:
    long_words = [word for word in re.findall(r"[^\W\d_]+", title) if len(word) > 3]
    return bool(sum(word[0].isupper() for word in long_words) > 0.7 * len(long_words))
