"""The kinds of articles."""

from __future__ import annotations

KINDS = {
    "news": "a report on something that happened, obituaries included",
    "opinion": "a column, comment, letter, review or editorial",
    "analysis": "an explanation of news, a fact check or a feature about its background",
    "live": "a live blog or a stream",
    "roundup": "a briefing, newsletter, press review or programme about many matters",
    "service": "weather, lottery, horoscope, timetables, recipes, advice, quizzes, deals",
    "media": "a gallery, or a video or podcast without a report of its own",
    "promo": "an advertisement for the outlet itself, its programmes or a sponsor",
}
DEFAULT_KIND = "news"
NEWS_KINDS = ("news", "analysis")  # the first one describes a story; lists show other kinds after them, or when asked


def list_kinds() -> str:
    """Return the kinds with their meanings, as words for the data dictionary."""
    return "; ".join(f"`{kind}` ({meaning})" for kind, meaning in KINDS.items())


def rank_kind(kind: str) -> int:
    """Return 0 for news, 1 for analysis and 2 for all other kinds."""
    return NEWS_KINDS.index(kind) if kind in NEWS_KINDS else len(NEWS_KINDS)


def find_kind(kind: str | None, *, roundup: bool) -> str:
    """Return the kind of an article, also of one that an edition without kinds published."""
    return kind or ("roundup" if roundup else DEFAULT_KIND)
