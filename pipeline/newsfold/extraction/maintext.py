"""The main text of a page: what trafilatura finds, without what pages insert between an article's paragraphs."""

from __future__ import annotations

import copy
import re
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

from newsfold import text
from newsfold.extraction import page_furniture

# Classes and ids of elements within an article that are not part of it: offers, lists of other articles. Quoted posts
# are part of it.
_INSERTED = re.compile(
    r"newsletter|related|recirc|most-?(?:read|popular)|outbrain|taboola"
    r"|read-?more|readmore|also-?read|recommend|promo(?:tion|box)?\b|teaser-?(?:list|box)|social-?(?:share|media|links)"
    r"|share-?(?:bar|buttons|tools)|author-?(?:bio|box|info)|signup|sign-up|cookie|consent",
    re.IGNORECASE,
)
_BLOCKS = ("aside", "blockquote", "div", "section", "ul", "ol", "p", "figure", "form", "nav", "dl", "table")
_MAX_INSERTED_SHARE = 0.3  # of the page's paragraphs that such a block may hold: more is the article itself
_LINK_SHARE = 0.85  # of a paragraph's letters inside links from which it only points elsewhere
_MIN_SHARE = 0.5
_SHORT_TEXT = 400  # characters; for a text as short the slower algorithms are tried
_MIN_DECLARED_WORDS = 80
_SHINGLE = 4
_MAX_HEADING_WORDS = 12
_MAX_LOOSE_LINES = 3


def extract_paragraphs(tree: Any, url: str | None, declared: str | None) -> list[str]:
    """Return the paragraphs of a page's article, in order; none if it holds no article.

    Args:
        tree: the page, as trafilatura parses it; not changed.
        url: its address, if known.
        declared: the article's text in the page's structured data, if it is there.
    """
    page = copy.deepcopy(tree)
    _remove_inserted(page)
    lines, unfiltered = _run_trafilatura(page, url, fast=True), _run_trafilatura(tree, url, fast=True)
    if _count_characters(lines) < _MIN_SHARE * _count_characters(unfiltered):
        lines = unfiltered  # the elements that were removed led to the article
    if _count_characters(lines) < _SHORT_TEXT or _prose_share(lines) < _MIN_SHARE:
        # Slower, by two more algorithms; it finds texts in unusual places, and more that are not the article's.
        thorough = _run_trafilatura(tree, url, fast=False)
        if _count_characters(thorough) > 2 * _count_characters(lines) or _prose_share(thorough) > _prose_share(lines):
            lines = thorough
    return _match_declared(lines, declared) if declared else lines


def adjust_ends(paragraphs: list[str], tree: Any, descriptions: Sequence[str]) -> list[str]:
    """Remove loose lines around the paragraphs, and put the standfirst before them.

    Args:
        paragraphs: the paragraphs, without the lines that hold facts.
        tree: the page.
        descriptions: texts that may introduce the article; the first is added that the page prints and the paragraphs
            lack.
    """
    return _add_standfirst(_trim_loose_lines(paragraphs), tree, descriptions)


def _run_trafilatura(tree: Any, url: str | None, *, fast: bool) -> list[str]:
    extracted = load_trafilatura().bare_extraction(
        copy.deepcopy(tree), url=url, fast=fast, include_comments=False, include_tables=False, with_metadata=False
    )
    if extracted is None or not extracted.text:
        return []
    return [line for line in extracted.text.split("\n") if line.strip()]


def _remove_inserted(page: Any) -> None:
    total = max(1, sum(_text_length(element) for element in page.iter("p")))
    for element in list(page.iter(*_BLOCKS)):
        if element.getparent() is None:
            continue
        if element.tag == "p":
            is_inserted = _is_only_links(element)
        else:
            named = _INSERTED.search(f"{element.get('class') or ''} {element.get('id') or ''}")
            is_inserted = bool(named) and (
                sum(_text_length(inner) for inner in element.iter("p")) < _MAX_INSERTED_SHARE * total
            )
        if is_inserted:
            _remove_element(element)


def _is_only_links(element: Any) -> bool:
    length = _text_length(element)
    return length > 0 and sum(_text_length(link) for link in element.iter("a")) >= _LINK_SHARE * length


def _text_length(element: Any) -> int:
    return len("".join(element.itertext()).strip())


def _remove_element(element: Any) -> None:
    """Remove an element, but not the text that follows it."""
    tail, parent, previous = element.tail, element.getparent(), element.getprevious()
    if tail and previous is not None:
        previous.tail = (previous.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _count_characters(lines: Sequence[str]) -> int:
    return sum(map(len, lines))


def _prose_share(lines: Sequence[str]) -> float:
    """Return the share of characters in lines of running text: menus have little."""
    return sum(len(line) for line in lines if page_furniture.is_prose(line)) / max(1, _count_characters(lines))


def _match_declared(lines: list[str], declared: str) -> list[str]:
    """Keep the lines that are in the declared text and headings between them, or take that text if it has much more.

    A declared text much shorter than the lines is an excerpt, and is ignored.
    """
    words = text.split_words(declared)
    if len(words) < _MIN_DECLARED_WORDS or len(words) < 0.5 * len(text.split_words(" ".join(lines))):
        return lines
    declared_shingles = _shingle(words)
    joined = f" {' '.join(words)} "
    confirmed = [_is_declared(text.split_words(line), declared_shingles, joined) for line in lines]
    covered: set[tuple[str, ...]] = set()
    for line, is_confirmed in zip(lines, confirmed, strict=True):
        covered |= _shingle(text.split_words(line)) if is_confirmed else set()
    if len(covered & declared_shingles) < 0.7 * len(declared_shingles):
        declared_lines = [line.strip() for line in declared.split("\n") if line.strip()]
        is_fuller = _count_characters(declared_lines) > _count_characters(lines) or len(declared_lines) > 2
        return declared_lines if is_fuller else lines
    first, last = confirmed.index(True), len(confirmed) - 1 - confirmed[::-1].index(True)
    return [
        line
        for at, (line, is_confirmed) in enumerate(zip(lines, confirmed, strict=True))
        if is_confirmed or (first < at < last and len(line.split()) <= _MAX_HEADING_WORDS and not line.startswith("- "))
    ]


def _is_declared(words: list[str], declared_shingles: set[tuple[str, ...]], joined: str) -> bool:
    if len(words) < _SHINGLE:
        return f" {' '.join(words)} " in joined
    shingles = _shingle(words)
    return len(shingles & declared_shingles) >= 0.5 * len(shingles)


def _shingle(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}


def _trim_loose_lines(lines: list[str]) -> list[str]:
    """Remove short lines before and after all running text: dates, bylines, headings of lists."""
    prose = [at for at, line in enumerate(lines) if page_furniture.is_prose(line)]
    if not prose:
        return lines
    first, last = prose[0], prose[-1]
    # More of them in a row are a list that is part of the article.
    start = first if first <= _MAX_LOOSE_LINES and _are_headings(lines[:first]) else 0
    n_after = len(lines) - last - 1
    end = last + 1 if n_after <= _MAX_LOOSE_LINES and _are_headings(lines[last + 1 :]) else len(lines)
    return lines[start:end]


def _are_headings(lines: Sequence[str]) -> bool:
    return all(len(line.split()) <= _MAX_HEADING_WORDS for line in lines)


def _add_standfirst(paragraphs: list[str], tree: Any, descriptions: Sequence[str]) -> list[str]:
    if not paragraphs:
        return paragraphs
    body = f" {' '.join(text.split_words(' '.join(paragraphs)))} "
    for line in descriptions:
        words = text.split_words(line)
        if len(words) < 2 * _SHINGLE or line.endswith(("...", "…")) or f" {' '.join(words)} " in body:
            continue
        if _is_printed(tree, words):
            return [line, *paragraphs]
    return paragraphs


def _is_printed(tree: Any, words: list[str]) -> bool:
    """Return whether an element of the page's body holds exactly these words."""
    max_length = 3 * sum(len(word) + 1 for word in words)
    for element in tree.iter("p", "h2", "h3", "div", "span", "strong", "li"):
        pieces, length = [], 0
        for piece in element.itertext():
            length += len(piece)
            if length > max_length:
                break
            pieces.append(piece)
        if length <= max_length and text.split_words("".join(pieces)) == words:
            return True
    return False


@cache
def load_trafilatura() -> Any:
    """Import trafilatura without its warnings."""
    # Its downloads, unused here, warn at import if urllib3's proxy extra is not installed.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import trafilatura
    return trafilatura
