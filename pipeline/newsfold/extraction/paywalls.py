"""Pages that are no whole article: paywalls, and pages that ask for consent, a login or proof of being human."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsfold import text

PAYWALL = "paywall"
_TEASER_WORDS = 200  # a longer text is an article, whatever the page asks for
_WALL_WORDS = 60
_SUBSCRIBERS = re.compile(
    r"""
    subscribe\ to\ (?:read|continue|unlock|access|keep\ reading) | subscribers?[- ]only | for\ subscribers
    | (?:already|not\ yet)\ a\ subscriber | (?:register|sign\ (?:in|up)|log\ in)\ to\ (?:read|continue|keep\ reading)
    | continue\ reading\ (?:this\ article\ )?with\ a | to\ read\ the\ (?:full|rest\ of\ (?:this|the))\ (?:article|story)
    | exclusive\ to\ (?:subscribers|members) | this\ (?:article|content|story)\ is\ (?:for|only\ available|reserved)
    | (?:nur|exklusiv)\ für\ abonnenten | jetzt\ (?:abonnieren|weiterlesen) | weiterlesen\ mit | abo\ abschließen
    | réservé\ aux\ abonnés | (?:la\ suite|cet\ article)\ est\ réservée?\ | abonnez-vous\ pour
    | (?:exclusivo|solo|contenido)\ para\ suscriptores | suscríbete\ para\ (?:seguir|continuar|leer)
    | (?:riservato|contenuto)\ agli\ abbonati | abbonati\ per\ (?:continuare|leggere)
    | exclusivo\ para\ assinantes | assine\ para\ (?:ler|continuar) | alleen\ voor\ abonnees
    | 会員限定 | 有料会員 | 有料記事 | только\ для\ подписчиков
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WALL = re.compile(
    r"""
    just\ a\ moment | attention\ required
    | access\ (?:to\ this\ page\ has\ been\ )?denied | are\ you\ (?:a\ robot|human)
    | verify\ (?:that\ )?you\ are\ (?:a\ )?human | (?:please\ )?(?:enable|turn\ on)\ (?:javascript|cookies|js)
    | checking\ your\ browser | unusual\ (?:traffic|activity) | captcha | your\ privacy\ choices | before\ you\ continue
    | (?:we|our\ partners).{0,40}(?:value|care\ about)\ your\ privacy | consent\ to\ (?:the\ use\ of\ )?cookies
    | page\ (?:can(?:no|')t\ be|was\ not|not)\ found | 404\ not\ found
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_wall(titles: Sequence[str], paragraphs: Sequence[str]) -> bool:
    """Does the page show something else in the article's place: a check of the browser, a question of consent?"""
    body = " ".join(paragraphs)
    if len(text.split_words(body)) > _WALL_WORDS:
        return False
    return any(_WALL.match(title) for title in titles) or bool(_WALL.search(body))


def is_paywalled(paragraphs: Sequence[str], *, free: bool | None) -> bool:
    """Is this only how an article begins, the rest being for subscribers?

    Args:
        paragraphs: what the page shows of it.
        free: whether the page says that it can be read for free (`isAccessibleForFree`); None where it says nothing.
    """
    body = " ".join(paragraphs)
    if free is True or len(text.split_words(body)) > _TEASER_WORDS:
        return False
    return free is False or bool(_SUBSCRIBERS.search(body))


def without_offers(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs before the first that offers a subscription."""
    end = next((at for at, line in enumerate(paragraphs) if _SUBSCRIBERS.search(line)), len(paragraphs))
    return list(paragraphs[:end])
