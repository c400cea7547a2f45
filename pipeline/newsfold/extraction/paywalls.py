"""Pages without a whole article: paywalled ones, and pages that ask for consent, a login or proof of being human."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsfold import text
from newsfold.extraction import word_lists

PAYWALL = "paywall"
_MAX_TEASER_WORDS = 200  # a longer text is an article, whatever the page asks for
_MAX_INTERSTITIAL_WORDS = 60
_SUBSCRIPTION_OFFER = re.compile(word_lists.load_alternatives("paywalls", "subscription_offers"), re.IGNORECASE)
_INTERSTITIAL = re.compile(word_lists.load_alternatives("paywalls", "interstitials"), re.IGNORECASE)


def is_interstitial(titles: Sequence[str], paragraphs: Sequence[str]) -> bool:
    """Return whether a page shows something else in the article's place: a browser check, a question of consent."""
    body = " ".join(paragraphs)
    if len(text.split_words(body)) > _MAX_INTERSTITIAL_WORDS:
        return False
    return any(_INTERSTITIAL.match(title) for title in titles) or bool(_INTERSTITIAL.search(body))


def is_paywalled(paragraphs: Sequence[str], *, is_free: bool | None) -> bool:
    """Return whether a page shows only the beginning of an article, the rest being for subscribers.

    Args:
        paragraphs: the article's paragraphs that the page shows.
        is_free: what the page declares as `isAccessibleForFree`; None if it declares nothing.
    """
    body = " ".join(paragraphs)
    if is_free is True or len(text.split_words(body)) > _MAX_TEASER_WORDS:
        return False
    return is_free is False or bool(_SUBSCRIPTION_OFFER.search(body))


def cut_at_offer(paragraphs: Sequence[str]) -> list[str]:
    """Return the paragraphs before the first one that offers a subscription."""
    end = next((at for at, line in enumerate(paragraphs) if _SUBSCRIPTION_OFFER.search(line)), len(paragraphs))
    return list(paragraphs[:end])
