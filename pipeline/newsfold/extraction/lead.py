"""Facts that follow from an article's text alone: its lead, and the hash that equal texts share."""

from __future__ import annotations

from newsfold import text

_MAX_CHARACTERS = 400


def extract_lead(paragraphs: list[str], language: str) -> str:
    """Return the first paragraphs, at most 400 characters: whole sentences, or else whole words."""
    lead = ""
    for paragraph in paragraphs:
        if len(lead) + len(paragraph) < _MAX_CHARACTERS:
            lead = f"{lead} {paragraph}".strip()
            continue
        for sentence in text.split_sentences(paragraph[: 4 * _MAX_CHARACTERS], language):
            if len(lead) + len(sentence) >= _MAX_CHARACTERS:
                return lead or text.shorten(paragraph, _MAX_CHARACTERS)
            lead = f"{lead} {sentence}".strip()
        break
    return lead


def hash_content(title: str, body_words: bytes) -> str:
    """Return a digest of title and body as words.

    Args:
        title: the title.
        body_words: the case-folded words of the body, as `folding.fold_text` returns them.
    """
    return text.compute_digest(" ".join(text.split_words(title)), body_words)
