"""How outlets head what is about many matters: the words of live blogs, briefings and roundups, by language.

A *rubric* is a part of a title (between colons, dashes, bars and brackets, dates taken out) that names a form rather
than an event. The patterns are matched against a whole part in small letters, so that a report that merely mentions
a briefing or a quiz is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsfold import text

_DAYS = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day'?s?|morning|midday|lunchtime|afternoon|evening|nightly|"
    r"overnight|daily|weekly|weekend|today'?s|tonight'?s|this week'?s)"
)
_WHEN = r"(?:today|tonight|yesterday|this (?:morning|afternoon|evening|week|weekend)|before the opening bell)"
_PUZZLE = r"(?:super)?quiz|crosswords?|sudoku|horoscopes?"
_SPAN = r"(?:day|week|weekend|month|year)"


@dataclass(frozen=True)
class Rubrics:
    """What speaks for a roundup in one language."""

    rubrics: Sequence[str]
    """Regular expressions of whole title parts."""
    openings: Sequence[str] = ()
    """Regular expressions of what the text of a roundup says of itself where it begins."""
    live: frozenset[str] = frozenset()
    """Words that say live coverage."""
    updates: frozenset[str] = frozenset()
    """Words that say running coverage, and other things too."""
    themes: frozenset[str] = frozenset()
    """Words for themes so broad that running coverage of them is about many matters."""
    fillers: frozenset[str] = frozenset()
    """Words and places that may stand beside a theme without narrowing it to an event."""
    dated: Sequence[str] = ()
    """Regular expressions of title parts that are rubrics where a date and a broad theme stand beside them."""
    months: frozenset[str] = frozenset()


RUBRICS: Mapping[str, Rubrics] = {
    "en": Rubrics(
        rubrics=(
            rf"(?:the |your |our )?{_DAYS} (?:news )?(?:briefings?|briefs?|updates?|digest|headlines|round-?up|recap|"
            r"news wrap|bulletin|newsletter|rundown|mail|must[- ]reads|top stories)(?: (?:for|of|on|from))?",
            r"(?:morning|evening) update as .+",
            r"(?:[\w&'-]+ ){0,2}news (?:round-?up|digest|bulletin|in brief)",
            r"(?:news|world|business|sports?|national|local|metro) briefs",
            r"news (?:in brief|at a glance)|(?:the )?(?:day|week) at a glance",
            r"newsletter|(?:the )?[\w'-]+ newsletter",
            r"first thing|politico playbook|playbook (?:am|pm)|axios [ap]m|on politics",
            rf"(?:the )?{_SPAN} (?:in (?:review|news|politics|pictures|photos|images|cartoons|quotes)|that was)",
            r"the week ahead|as the (?:day|night|week) (?:unfolded|happened)",
            r"(?:the )?(?:news|(?:best of the )?world) in (?:pictures|photos)",
            rf"(?:best |top )?(?:photos?|pictures?|images|cartoons?|quotes|obituaries|podcasts) of the {_SPAN}",
            r"(?:the )?best (?:photos|pictures|images) from around the world|best of cartoons|today's cartoons",
            r"(?:the )?(?:latest|best) (?:illustrations|cartoons) (?:from|by) .+",
            r"the papers|what the papers say|(?:newspaper|paper|press) review|today's (?:papers|front pages)",
            rf"(?:transfer |football |{_DAYS} )?gossip",
            rf"(?:.+ )?(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve) (?:things|stories|must[- ]reads|"
            rf"headlines)\b.* {_WHEN}",
            r"top stories(?: (?:from|on|for|of)\b.*)?|today's (?:top |main )?(?:stories|headlines|news)(?: from .+)?",
            rf"what happened (?:{_WHEN}|overnight)",
            r"(?:all|everything|what) you need to know about today's (?:big |main )?(?:developments|news)",
            rf"what (?:you need|we need|we) (?:to )?know about (?:the )?(?:coronavirus|covid-19|pandemic) {_WHEN}",
            rf"(?:{_DAYS}|the day) as it happened",
            r"(?:this day|today) in history|on this day",
            rf"(?:what's|what to watch) on (?:tv|{_WHEN})|tv (?:guide|listings|tonight)|tonight's tv",
            r"today on [\w' ]{2,30}",
            r"(?:your |readers'? )?letters(?: to the editor)?|corrections(?: (?:and|&) clarifications)?",
            rf"(?:your |the )?(?:{_DAYS} )?(?:news )?(?:{_PUZZLE})(?: for)?",
            rf"(?:[\w&']+ ){{1,2}}(?:and |morning |news )(?:{_PUZZLE})(?: for)?",
        ),
        openings=(
            r"here'?s what you need to know\.?$",
            r"(?:five|ten|\d+) things (?:you need )?to know (?:about [\w' ]+ )?this (?:morning|evening)",
            r"(?:good morning|good evening)\b.{0,20}here (?:are|is) (?:our|the|your)\b",
            r"here are (?:our|the|your|today's) (?:top|main) (?:stories|headlines)",
            r".{0,120}this is your (?:morning|evening|daily) (?:tip sheet|briefing|newsletter)",
            r"(?:welcome to|this is) (?:our|the|your) (?:rolling|live) (?:coverage|blog)\b.{0,40}"
            r"\b(?:coronavirus|covid|politic|market|news|pandemic)",
            r"free daily horoscope",
        ),
        live=text.word_set("live liveblog livestream"),
        updates=text.word_set("updates tracker coverage"),
        themes=text.word_set(
            """coronavirus covid virus pandemic outbreak politics world global news market markets stock stocks
            business economy brexit war weather transfer sport sports football"""
        ),
        fillers=text.word_set(
            """the a in of on at for from and around blog today now day u s us usa uk nz eu america australia canada
            new zealand ireland britain england scotland wales india singapore europe asia africa international
            national local state breaking 19 update updates tracker latest coverage feed watch recent and
            developments"""
        ),
        dated=(r"what happened in .{2,30}", r"(?:[\w&'-]+ ){0,3}(?:round-?up|summary|wrap)"),
        months=text.word_set(
            """january february march april may june july august september
            october november december"""
        ),
    ),
    "de": Rubrics(
        rubrics=(
            r"(?:die )?(?:news|nachrichten) (?:des|vom) (?:tages|abends?|morgens?|wochenendes?)",
            r"(?:die )?lage am (?:morgen|abend|mittag|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)",
            r"(?:das )?wichtigste (?:am|vom) (?:morgen|abend|tage?|wochenende)",
            r"(?:morgen|abend|tages|wochen|nacht)(?:briefing|überblick|rückblick|newsletter|update)",
            r"was (?:heute|diese woche|am (?:morgen|abend|wochenende)) wichtig (?:ist|war|wird)",
            r"presseschau|pressestimmen|nachrichtenüberblick|kurz ?notiert|kurz ?gemeldet|leserbriefe|wochenquiz",
            r"(?:bilder|fotos) (?:des tages|der woche)|(?:tages|wochen)?horoskop|heute im (?:tv|fernsehen)",
        ),
        openings=(r"(?:das sind|hier sind) die wichtigsten (?:nachrichten|themen)",),
        live=text.word_set("liveblog liveticker newsblog newsticker ticker coronaticker"),
        updates=text.word_set("aktuell überblick"),
        themes=text.word_set("corona coronavirus pandemie welt nachrichten krieg ukrainekrieg politik börse wetter"),
        fillers=text.word_set("der die das zum zur im in aus am und aktuelle aktuellen lage deutschland krise"),
        months=text.word_set(
            """januar februar märz april mai juni juli august september
            oktober november dezember"""
        ),
    ),
    "fr": Rubrics(
        rubrics=(
            r"(?:l')?(?:essentiel|actu|actualité) (?:de la (?:semaine|journée|nuit)|du (?:jour|week-end|matin|soir))",
            r"ce qu'il (?:faut|ne faut pas) (?:savoir|retenir|manquer) (?:ce (?:matin|soir)|aujourd'hui|de la semaine)",
            r"(?:la |le )?(?:revue de presse|journal de [\w ]+|brief(?:ing)? du (?:jour|matin)|infolettre)",
            r"(?:les )?(?:titres|images?|photos?) (?:du jour|de la semaine)|(?:l')?horoscope(?: du jour)?|mots croisés",
            r"(?:la )?semaine en (?:images|photos)|courrier des lecteurs|programme tv|(?:en )?bref|quiz de la semaine",
        ),
        openings=(r"voici (?:l'essentiel|les principales (?:actualités|informations))",),
        live=text.word_set("direct live"),
        updates=text.word_set("point actualités"),
        themes=text.word_set("coronavirus covid pandémie monde politique guerre bourse marchés météo actualité"),
        fillers=text.word_set("en le la les du de des dans sur et au à 19 france suivez dernières infos"),
        months=text.word_set(
            """janvier février mars avril mai juin juillet août septembre
            octobre novembre décembre"""
        ),
    ),
    "es": Rubrics(
        rubrics=(
            r"(?:las |los )?(?:principales )?(?:noticias|titulares|claves) (?:del (?:día|fin de semana)|de la "
            r"(?:semana|mañana|noche|jornada)|de hoy)",
            r"(?:lo que (?:debes|hay que) saber|lo más importante) (?:hoy|de hoy|del día|de la semana|esta semana)",
            r"(?:las )?(?:portadas|imágenes|fotos) (?:de hoy|del día|de la semana|de los periódicos)",
            r"(?:revista|resumen) de (?:prensa|noticias)|resumen (?:del día|de la semana)|boletín(?: de noticias)?",
            r"horóscopo(?: de hoy| del día)?|crucigrama|cartas al director|programación (?:de )?tv|en breve",
            r"la semana en (?:imágenes|fotos)",
        ),
        openings=(r"(?:estas|estos) son (?:las|los) (?:principales )?(?:noticias|titulares)",),
        live=text.word_set("directo vivo minuto"),
        updates=text.word_set("última"),
        themes=text.word_set("coronavirus covid pandemia mundo política guerra bolsa mercados noticias actualidad"),
        fillers=text.word_set("en el la los las de del a y por 19 última hora últimas hoy españa méxico argentina"),
        months=text.word_set(
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
        ),
    ),
    "it": Rubrics(
        rubrics=(
            r"(?:le )?(?:principali )?(?:notizie|news) (?:del giorno|di oggi|della (?:settimana|sera|mattina))",
            r"(?:la )?(?:rassegna stampa|settimana in (?:immagini|foto))|(?:le )?lettere al direttore",
            r"(?:le )?(?:foto|immagini|prime pagine) (?:del giorno|della settimana|di oggi)",
            r"oroscopo(?: di oggi| del giorno)?|cruciverba|(?:stasera|cosa vedere stasera) in tv|in breve",
        ),
        openings=(r"ecco le (?:principali )?notizie",),
        live=text.word_set("diretta live"),
        updates=text.word_set("ultime aggiornamenti"),
        themes=text.word_set("coronavirus covid pandemia mondo politica guerra borsa mercati notizie meteo"),
        fillers=text.word_set("in la il le lo di del della dal e oggi 19 ultime ultim'ora italia"),
        months=text.word_set(
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
        ),
    ),
    "pt": Rubrics(
        rubrics=(
            r"(?:as )?(?:principais )?(?:notícias|manchetes) (?:do dia|de hoje|da (?:semana|manhã|noite))",
            r"(?:o )?(?:resumo|essencial) (?:do dia|da semana|das notícias)|o que (?:precisa|você precisa) saber hoje",
            r"(?:as )?(?:fotos|imagens|capas) (?:do dia|da semana|dos jornais)|revista de imprensa|cartas ao diretor",
            r"horóscopo(?: do dia| de hoje)?|palavras cruzadas|(?:a )?semana em (?:imagens|fotos)",
        ),
        openings=(r"(?:estas|veja|confira) (?:são )?as (?:principais )?notícias",),
        live=text.word_set("vivo directo minuto"),
        updates=text.word_set("últimas"),
        themes=text.word_set("coronavírus coronavirus covid pandemia mundo política guerra bolsa mercados notícias"),
        fillers=text.word_set("ao em a o as os de do da e por 19 últimas hoje brasil portugal acompanhe"),
        months=text.word_set(
            "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
        ),
    ),
    "nl": Rubrics(
        rubrics=(
            r"(?:het )?(?:belangrijkste )?nieuws (?:van (?:vandaag|de dag|de week|vanochtend|vanavond)|in het kort)",
            r"(?:dit is )?(?:het )?belangrijkste nieuws(?: van .{3,20})?|wat je (?:moet weten|gemist hebt) vandaag",
            r"(?:ochtend|avond|week|dag)(?:overzicht|briefing|update|nieuwsbrief)|kort nieuws|(?:week|nieuws)quiz",
            r"(?:foto's|beelden) van (?:de dag|de week)|de week in (?:beeld|foto's)|horoscoop|ingezonden brieven",
        ),
        openings=(r"dit is het belangrijkste nieuws",),
        live=text.word_set("liveblog live"),
        updates=text.word_set("laatste"),
        themes=text.word_set("corona coronavirus pandemie wereld politiek oorlog beurs nieuws weer"),
        fillers=text.word_set("de het in van over en laatste nieuws nederland vandaag"),
        months=text.word_set("januari februari maart april mei juni juli augustus september oktober november december"),
    ),
}

# Themes that are also the name of a section, and so part of many an address.
SECTIONS = text.word_set(
    """world news business sport sports politics welt nachrichten politik monde politique actualité mundo política
    noticias mondo politica notizie notícias wereld politiek nieuws"""
)

# Coverage of one of these is coverage of one event, however broad the theme beside it.
EVENTS = text.word_set(
    """briefing briefings conference presser speech address trial debate hearing vote bill inquiry match announcement
    statement interview verdict summit rally concert launch protest final cup game prozess spiel debatte debattle
    pressekonferenz rede procès match débat discours conférence juicio partido debate discurso partita processo
    dibattito conferenza jogo julgamento discurso wedstrijd proces debat with without show music audience"""
)

# Folders of a site, and beginnings of an article's own name there, that hold nothing but roundups.
FOLDERS = text.word_set(
    """newsletter newsletters briefing morning-briefing evening-briefing daily-briefing roundup roundups horoscope
    horoscopes horoskop horoscopo oroscopo crossword crosswords quiz quizzes cartoons tv-guide tv-listings programme-tv
    presseschau revue-de-presse rassegna-stampa corrections-and-clarifications"""
)
PAGE_NAMES = re.compile(
    r"(?:blogs-)?the-papers-\d|(?:your-)?daily-horoscope|best-of-cartoons|this-day-in-history|letters-to-the-editor|"
    r"(?:morning|evening|daily|weekly)-(?:news-)?(?:briefing|roundup|digest|newsletter)|pictures-of-the-(?:day|week)"
)
LIVE_FOLDERS = text.word_set("live live-news live-updates live-blog live-blogs liveblog liveblogs liveticker direct")

# Words by which the name of a programme or a column is known, where a date is all that follows it.
PROGRAMMES = text.word_set(
    """livestream express bulletin news headlines headline edition newscast tagesschau telediario telegiornale journal
    jornal cartoons photos pictures tv radio programme program replay"""
)
