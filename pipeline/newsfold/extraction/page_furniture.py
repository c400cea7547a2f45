"""Where an article ends and the page's furniture begins: comment forms, share buttons, related links."""

from __future__ import annotations

import functools
import re

from newsfold import text

# Nothing of the article follows these.
_COMMENTS = re.compile(
    r"""
    leave\ (?:a|your)\ (?:reply|comment|response)(?:\ cancel\ reply)?
    | (?:post|add|write|submit)\ (?:a|your)\ comment
    | (?:view|show|read|see)\ (?:all\ )?(?:\d+\ )?comments
    | comments?(?:\ are)?\ closed | comments? | join\ the\ (?:conversation|discussion)
    | (?:\d+|one|no)\ (?:comments?|repl(?:y|ies)|responses?)(?:\ (?:so\ far|yet|to|on)\b.*)?
    | \d+\ thoughts?\ on\b.* | cancel\ reply | reply\ to\ this\ post
    | (?:log|sign)\ in\ to\ (?:comment|reply|leave\ a\ comment)
    | deja\ (?:un\ comentario|una\ respuesta) | comentarios | deixe\ um\ comentário | lascia\ un\ commento
    | laisser\ un\ commentaire | commentaires
    | kommentare? | schreibe?\ einen\ kommentar | kommentar\ (?:hinterlassen|schreiben)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CLOSED = re.compile(r"comments?(?: are)? closed|leave a|post a|no (?:comments|replies) yet", re.IGNORECASE)
# These also stand between paragraphs, where only the line itself goes.
_FURNITURE = re.compile(
    r"""
    share(?:\ (?:this|on|via)(?:\ (?:article|post|story|page))?)? | like\ this
    | related(?:\ (?:articles?|coverage|content|news|posts?|stories|topics|links|reading))?
    | (?:you\ (?:may|might)|others?)\ also\ (?:like|be\ interested\ in)
    | more\ (?:from|in|on|like)\ .{1,40} | more\ (?:stories|news|headlines)
    | most\ (?:popular|read|viewed|shared) | recommended(?:\ (?:for\ you|stories|reading))?
    | read\ (?:next|also|more) | trending(?:\ now)? | see\ also
    | (?:next|previous|older|newer)\ (?:post|article|entry|story)s? | post\ navigation
    | sponsored(?:\ content)? | about\ the\ author
    | sign\ up\ for\ .{1,60} | subscribe(?:\ (?:now|to)\b.{0,40})? | follow\ us(?:\ on\ .{1,30})?
    | comparte(?:\ esto)? | compartir | artículos\ relacionados | partager | articles\ similaires
    | teilen | mehr\ zum\ thema
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BARE = re.compile(r"[\s:…\.\-–—»>*#|]+$")
_ENOUGH_WORDS = 25  # of article before a comment form; less is a page that opens with "Leave a comment"


def split(lines: list[str], *, furniture: bool) -> tuple[list[str], list[str]]:
    """The article's lines, and those after it that may still say something of it (categories, dates).

    Args:
        lines: paragraphs of one text.
        furniture: also end at share buttons and related links, where no more prose than half of the article follows.

    Returns:
        Lines of the article, without lone furniture lines; and the lines between it and the comments.
    """
    prose = [_prose_words(line) for line in lines]
    end = len(lines)
    for at, line in enumerate(lines):
        if _stands_alone(line, _COMMENTS) and sum(prose[:at]) >= _ENOUGH_WORDS:
            end = at
            break
    if not furniture:
        return lines[:end], []
    for at in range(end):
        before, after = sum(prose[:at]), sum(prose[at + 1 : end])
        if _stands_alone(lines[at], _FURNITURE) and before >= _ENOUGH_WORDS and after < before / 2:
            return _without_furniture(lines[:at]), lines[at + 1 : end]
    return _without_furniture(lines[:end]), []


def is_prose(line: str) -> bool:
    """Running text: at least six words that end like a sentence, or very many words."""
    n = _length(line)
    return n > 40 or (n >= 6 and ends_sentence(line))


@functools.lru_cache(maxsize=1024)  # every rule asks anew
def _length(line: str) -> int:
    spaced = line.count(" ") + 1
    # Scripts without spaces have few of them, however long the line.
    return spaced if spaced > len(line) / 12 else len(text.split_words(line))


def ends_sentence(line: str) -> bool:
    """Does it end with a full stop, question or exclamation mark, closing quotes and brackets aside?"""
    return bool(_SENTENCE_END.search(line))


_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")


def _prose_words(line: str) -> int:
    return _length(line) if is_prose(line) else 0


def _stands_alone(line: str, furniture: re.Pattern[str]) -> bool:
    if len(line) > 100 or not furniture.fullmatch(_BARE.sub("", line)):
        return False
    # "No comment on the deal came." and "More in sorrow than in anger." are sentences of an article.
    return not ends_sentence(line) or line.endswith(("...", "…")) or bool(_CLOSED.match(line))


def _without_furniture(lines: list[str]) -> list[str]:
    return [line for line in lines if not _stands_alone(line, _FURNITURE) and not _stands_alone(line, _COMMENTS)]
