"""Who gets the credit: news agencies with their spellings, and what a newspaper's name looks like."""

from __future__ import annotations

import re

from pipeline import text

# The name newsfold uses, then the other ways a credit or a dateline spells it.
_AGENCIES = (
    ("AP", "Associated Press", "The Associated Press", "A.P."),
    ("Reuters", "Thomson Reuters", "Reuters News Agency", "Reuters Health"),
    ("AFP", "Agence France-Presse", "Agence France Presse", "AFP-Relaxnews"),
    ("dpa", "Deutsche Presse-Agentur", "dpa-AFX", "dpa international"),
    ("PA", "Press Association", "PA Media", "PA News Agency", "The Press Association"),
    ("UPI", "United Press International", "UPI.com"),
    ("Bloomberg", "Bloomberg News"),
    ("Xinhua", "Xinhua News Agency", "Xinhuanet"),
    ("EFE", "Agencia EFE", "Efe News"),
    ("Europa Press",),
    ("ANSA", "Agenzia ANSA"),
    ("Adnkronos",),
    ("TASS", "ITAR-TASS", "Tass News Agency"),
    ("RIA Novosti", "RIA"),
    ("Interfax",),
    ("Kyodo", "Kyodo News"),
    ("Jiji", "Jiji Press"),
    ("PTI", "Press Trust of India"),
    ("ANI", "Asian News International"),
    ("IANS", "Indo-Asian News Service"),
    ("APP", "Associated Press of Pakistan"),
    ("AAP", "Australian Associated Press"),
    ("CP", "The Canadian Press", "Canadian Press"),
    ("APA", "Austria Presse Agentur"),
    ("SDA", "Keystone-SDA", "ATS", "Keystone-ATS"),
    ("ANP", "Algemeen Nederlands Persbureau"),
    ("Belga",),
    ("Ritzau",),
    ("NTB", "Norsk Telegrambyrå"),
    ("TT", "Tidningarnas Telegrambyrå"),
    ("STT", "Lehtikuva"),
    ("Lusa", "Agência Lusa"),
    ("Agência Brasil",),
    ("Notimex",),
    ("Télam", "Telam"),
    ("PAP", "Polska Agencja Prasowa"),
    ("CTK", "ČTK"),
    ("MTI",),
    ("Anadolu", "Anadolu Agency", "AA"),
    ("IRNA",),
    ("SANA", "Syrian Arab News Agency"),
    ("MENA", "Middle East News Agency"),
    ("WAM", "Emirates News Agency"),
    ("Yonhap", "Yonhap News Agency", "Yonhap News"),
    ("KCNA", "Korean Central News Agency"),
    ("CNA", "Central News Agency"),
    ("Antara", "Antara News"),
    ("Bernama",),
    ("PNA", "Philippine News Agency"),
    ("PR Newswire", "PRNewswire"),
    ("Business Wire", "BusinessWire"),
    ("GlobeNewswire",),
    ("McClatchy", "McClatchy Newspapers", "McClatchy-Tribune", "MCT"),
    ("Tribune News Service", "TNS"),
    ("Religion News Service", "RNS"),
    ("States News Service",),
    ("Inter Press Service", "IPS"),
)
_AGENCY = {spelling.casefold(): names[0] for names in _AGENCIES for spelling in names}
# Too short to be trusted outside brackets: AA, TT and CP are initials of many things.
_BRACKETS_ONLY = frozenset(name for name in _AGENCY if len(name) < 3 and name not in {"ap", "pa"})

# Outlets whose names hold no newspaper word, or begin with a word that could be a surname.
_OUTLETS = frozenset(
    """
    al jazeera|al jazeera english|axios|bbc|bbc news|bbc sport|bbc world service|breitbart|buzzfeed|buzzfeed news
    abc|abc news|cbs|cbs news|cnbc|cnn|cnn.com|nbc|nbc news|pbs|npr|msnbc|fox news|sky news|itv|itv news|channel 4 news
    corriere della sera|la repubblica|la stampa|der spiegel|spiegel online|die zeit|die welt|bild|stern
    el mundo|el país|el pais|el universal|la nación|la nacion|clarín|clarin|folha de s.paulo|o globo|la vanguardia
    le figaro|le monde|libération|liberation|mediapart|dawn|haaretz|the hindu|hindustan times|the times of india
    los angeles times|the new york times|new york times|the wall street journal|wall street journal|the washington post
    washington post|san francisco chronicle|chicago tribune|the boston globe|boston globe|the miami herald|miami herald
    the christian science monitor|christian science monitor|financial times|the daily beast|daily beast|the atlantic
    foreign policy|huffpost|huffington post|newsday|newsweek|politico|propublica|quartz|slate|vox|the verge|wired|time
    the economist|the new yorker|the hill|the intercept|usa today|us news|the daily telegraph|the telegraph
    the independent|the guardian|guardian|the observer|the sun|daily mail|mailonline|the star|toronto star|the age
    the globe and mail|globe and mail|the sydney morning herald|sydney morning herald|the straits times|straits times
    south china morning post|the japan times|the daily star|the national|arab news|rt|sputnik|deutsche welle|dw
    france 24|euronews|rfi|voice of america|voa|radio free europe|philstar.com|inquirer.net|rappler|stuff|rnz|nz herald
    """.replace("\n", "|")
    .replace("    ", "")
    .strip("|")
    .split("|")
)
_PAPER_WORDS = text.vocabulary(
    """
    advertiser agency agence agencia agenzia argus beacon blade bulletin bugle chronicle citizen commercial courier
    daily democrat diario digest dispatch echo enquirer examiner express gazeta gazette gazzetta giornale globe
    guardian herald heraldo independent inquirer journal jornal ledger magazine mail mercury messenger mirror
    monitor news newspaper newspapers newswire observer planet post press presse prensa record register reporter
    republic review sentinel service standard star sun telegraph telegram times today tribune tribuna union voice
    wire world zeitung kurier anzeiger rundschau tageblatt nachrichten
    """
)
_AGENCY_WORDS = re.compile(
    r"\b(?:wire|newswire|(?:news|press) (?:agency|service)|agence|agenzia|agencia|agentur)\b", re.I
)
_ARTICLES = frozenset({"the", "le", "la", "el", "los", "les", "il", "der", "die", "das", "de"})
_OPENERS = text.vocabulary("agence agencia agenzia diario jornal gazeta corriere")
# World News or Breaking News head a page; they publish nothing.
_HEADINGS = text.vocabulary("breaking latest local more other related sports the today top trending world your")
_BEFORE_PLACE = text.vocabulary(
    "new los las san santa st st. saint fort el la le the north south east west des palm salt"
)
_LOWER = text.vocabulary("and of for de del della la le du di da des y e und et & the sur auf am")


def agency(name: str, *, bracketed: bool = False) -> str | None:
    """The agency that a credit names, by newsfold's name for it, or None.

    Args:
        name: a credit, such as `The Associated Press`.
        bracketed: it stood in a dateline's brackets, where two letters are enough.
    """
    key = name.strip(" .,;:()[]/").casefold()
    if key in _BRACKETS_ONLY and not bracketed:
        return None
    known = _AGENCY.get(key)
    if known is None and key.startswith("the "):
        known = _AGENCY.get(key[4:])
    return known or (name.strip() if is_outlet(name) and _AGENCY_WORDS.search(name) else None)


def is_outlet(name: str) -> bool:
    """Is this an outlet's or agency's name: a known one, or capitalised words with a newspaper's among them?"""
    if is_known(name):
        return True
    words = name.strip(" .,;:()[]").split()
    if not 2 <= len(words) <= 6 or not all(_capitalised(word) for word in words):
        return False
    first, last = words[0].casefold(), words[-1].casefold()
    if first in _HEADINGS and last == "news":
        return False
    # A newspaper word elsewhere than at the end may be a surname or a place: Star Jones, Daily City.
    return last in _PAPER_WORDS or (first in _ARTICLES | _OPENERS and any(_paper(word) for word in words))


def is_known(name: str) -> bool:
    """Is this exactly the name of an agency or outlet in newsfold's lists?"""
    key = name.strip(" .,;:()[]").casefold()
    return key in _OUTLETS or (key in _AGENCY and key not in _BRACKETS_ONLY)


def split_credit(credit: str) -> tuple[str, str | None]:
    """The name and the outlet in `NAME OUTLET`, written without anything between them.

    A known outlet divides them; else a change from capitals to mixed case; else `The`; else the shortest ending
    that looks like a newspaper's name. The outlet is None where there is none.
    """
    words = credit.split()
    endings = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    shouted = [_shouts(word) for word in words]
    for name, outlet in endings:
        if is_known(outlet) or (outlet.casefold().startswith("the ") and is_outlet(outlet)):
            return name, outlet
    if len(words) > 2 and all(shouted[:2]) and not all(shouted):
        at = shouted.index(False)
        if not any(shouted[at:]) and len(words) - at <= 6 and all(_capitalised(word) for word in words[at:]):
            return endings[at - 1]
    for at in range(len(words) - 2, 1, -1):
        if is_outlet(endings[at - 1][1]):
            while at > 2 and words[at - 1].casefold() in _BEFORE_PLACE:
                at -= 1
            return endings[at - 1]
    return credit, None


def resembles(one: str, other: str) -> bool:
    """Do two names mean one outlet: equal words, or the shorter's words all in the longer's, `The` and `.com` aside?"""
    left, right = ([word for word in text.words(name) if word not in _NAME_FILLERS] for name in (one, other))
    if not left or not right:
        return False
    return "".join(left) == "".join(right) or set(left) <= set(right) or set(right) <= set(left)


_NAME_FILLERS = _ARTICLES | {"com", "org", "net", "co", "uk", "www", "online"}


def _capitalised(word: str) -> bool:
    return (word[:1].isupper() or word[:1].isdigit() or word.casefold() in _LOWER) and not word.endswith(":")


def _paper(word: str) -> bool:
    return word.casefold() in _PAPER_WORDS


def _shouts(word: str) -> bool:
    letters = [character for character in word if character.isalpha()]
    return bool(letters) and all(character.isupper() for character in letters)
