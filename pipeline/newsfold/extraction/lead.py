"""What follows from an article's text alone: how it begins, and the hash that equal texts share."""

from __future__ import annotations

from newsfold import text

_LEAD_CHARACTERS = 400


def lead(paragraphs: list[str], language: str) -> str:
    """The first paragraphs, at most 400 characters: whole sentences, or else whole words."""
    opening = ""
    for paragraph in paragraphs:
        if len(opening) + len(paragraph) < _LEAD_CHARACTERS:
            opening = f"{opening} {paragraph}".strip()
            continue
        for sentence in text.split_sentences(paragraph[: 4 * _LEAD_CHARACTERS], language):
            if len(opening) + len(sentence) >= _LEAD_CHARACTERS:
                return opening or text.shorten(paragraph, _LEAD_CHARACTERS)
            opening = f"{opening} {sentence}".strip()
        break
    return opening


def content_hash(title: str, body: str) -> str:
    """A digest of title and body as words."""
    return text.compute_digest(" ".join(text.split_words(title)), " ".join(text.split_words(body)))
