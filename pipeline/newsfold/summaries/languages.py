"""Word lists by language: function words, and openings of sentences that cannot stand alone."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from newsfold import text

_FUNCTION_WORDS = {
    "en": """
said says say saying mr mrs ms dr ll ve re don didn doesn isn wasn aren won couldn wouldn t s
according new year years day days week time people just like told
""",
    "es": """
a al algo ante antes aunque cada como con contra cual cuando de del desde donde dos durante e el
ella ellas ellos en entre era es esa ese eso esta está están este esto estos fue fueron ha han
hasta hay hoy la las le les lo los luego más me mi mientras muy nada ni no nos o otra otro otros
para pero poco por porque que qué quien se según ser si sí sin sobre son su sus también tan
tanto tiene tienen tras tu un una uno unos y ya año años dijo
""",
    "tl": """
ako alin amin ang ano anuman at atin ating ay ayon ayos ba bagaman bago dahil dapat din dito
doon gayundin ginagawa habang hanggang hindi huwag iba ibaba ikaw ilan ilang isa isang ito itong
iyon ka kami kanila kanilang kaniya kaniyang kanya kanyang kapag kay kaya kayo ko kung lahat
lamang lang mag maging makita man marami may mayroon mga mo muli muna na naging nais namin naman
nang natin ng ngayon ngunit ni nila nilang nito niya niyang noon o pa paano pala para pero po
raw rin sa saan samantala si sila sina sino siya subalit tayo ukol ulit upang
""",
    "vi": """
ai anh ấy bà bằng bị bởi các cái cần càng chỉ chị cho chưa chứ có còn của cùng cũng cứ dù do đã
đang đây để đến đều đi đó đồng được gì hay hơn hoặc họ khi không là lại lên lúc mà mỗi một này
nên nếu ngay như nhưng những nó nơi nữa ở ông phải qua ra rằng rất rồi sau sẽ so sự tại theo thì
trên trong trước từ từng tuy và vẫn vào vậy về vì việc với vừa xuống ngày năm biết
""",
    "fr": """
a à ai au aussi aux avec ce ces cette comme dans de des du elle en est et été être eu fait il
ils je l la le les leur leurs lui mais ne nous on ont ou où par pas plus pour qu que qui s sa
sans se ses si son sont sur un une vous y d c n après entre depuis cet dont
""",
    "de": """
als am an auch auf aus bei bis da das dass dem den der des die dies diese dieser doch durch ein
eine einem einen einer er es für gegen hat haben habe hatte ich im in ist ihr ihre kann mehr mit
nach nicht noch nun nur ob oder sein seine sich sie sind so über um und uns unter vom von vor
war waren was wenn wer werden wie wir wird worden zu zum zur
""",
    "pt": """
a à ao aos as às até com como da das de dela dele do dos e é ela ele eles em entre era essa esse
esta este eu foi foram há isso já mais mas me mesmo muito na não nas nem no nos o os ou para
pela pelo por qual quando que se sem ser seu seus só sua suas também tem um uma você
""",
    "it": """
a ad ai al alla alle anche che chi ci come con da dal dalla dei del della delle di e è ed era
gli ha hanno i il in io la le lo loro ma mi nel nella non o per perché più quando questo se si
sono su sua sul sulla suo tra un una uno
""",
}

# A pronoun or connective that points to the sentence before; separated by commas.
_DANGLING = {
    "en": """
he, she, it, they, his, her, hers, its, their, theirs, him, them, this, that, these, those,
such, but, however, meanwhile, also, and, so, then, still, yet, or, nor, instead, moreover,
furthermore, nevertheless, nonetheless, therefore, thus, hence, otherwise, besides,
additionally, similarly, likewise, consequently, accordingly, afterwards, afterward, later,
earlier, both, neither, another, others, some of them, one of them, in addition, as a result,
for example, for instance, in fact, in this case, of course, on the other hand, at the same time, at the time,
after that, by then, in response, in turn, in contrast, by contrast, the move, the decision, the
announcement, the statement, the two, the pair, the latter, the former, the same, the incident,
the news, the comments, the remarks, the report comes, we, i, you, your, our, my, here, there,
mr, mrs, ms, the bill, the letter, the memo, the document, the bureau, the agency, the company, the
case, the suspect, the suspects, the victim, the victims, the ruling, the lawsuit, the complaint, the
order, the report, the video, the deal, the measure, the legislation, the proposal, the meeting, the
hearing, the speech, the tweet, the interview, the shooting, the attack, the investigation, the man,
the woman, the couple, the group, the study, the law, that s, it s, he s, she s, they re,
we re, i m, asked, when asked, because of this, despite this
""",
    "es": """
él, ella, ellos, ellas, esto, eso, aquello, su, sus, pero, sin embargo, mientras tanto, además,
también, entonces, así, y, o, por ello, por eso, por otra parte, por otro lado, por su parte, no
obstante, en cambio, asimismo, de hecho, por ejemplo, dicha, dicho, le, les, lo, ahí, allí
""",
    "tl": """
siya, sila, ito, iyon, niya, nila, kanya, kaniya, kanila, pero, ngunit, subalit, samantala,
kaya, dito, doon, gayunman, gayunpaman, dahil dito, bukod dito, aniya, anya, at, ako, kami, kayo
""",
    "vi": """
ông ấy, bà ấy, anh ấy, chị ấy, cô ấy, anh này, cô này, ông này, bà này, nó, họ, tuy nhiên,
nhưng, trong khi đó, ngoài ra, đồng thời, vì vậy, vì thế, do đó, điều này, việc này, điều đó,
bên cạnh đó, đây là, đó là, và, còn, sau đó, trước đó, theo đó, ngược lại, mặt khác, tôi, chúng
tôi
""",
    "fr": """
il, elle, ils, elles, cela, ceci, ce dernier, cette dernière, mais, cependant, toutefois,
pourtant, néanmoins, par ailleurs, en outre, de plus, ainsi, alors, et, or, donc, son, sa, ses,
leur, leurs, en revanche, de son côté, c est, ces
""",
    "de": """
er, sie, es, dieser, diese, dieses, das, dies, aber, doch, jedoch, allerdings, zudem, außerdem,
dennoch, trotzdem, deshalb, daher, und, oder, sein, seine, ihr, ihre, dabei, damit, dazu, dort,
unterdessen, inzwischen, hingegen, dagegen, auch
""",
    "pt": """
ele, ela, eles, elas, isso, isto, mas, porém, contudo, no entanto, entretanto, além disso,
também, então, assim, e, ou, seu, sua, seus, suas, por isso, por outro lado
""",
    "it": """
lui, lei, loro, questo, ciò, ma, tuttavia, però, inoltre, anche, intanto, quindi, così, e, o,
suo, sua, suoi, sue, infatti, per questo, nel frattempo
""",
}

# "This week" points to the calendar, not to the sentence before.
_CALENDAR = (
    "this week, this month, this year, this morning, this afternoon, this evening, this weekend, "
    "this summer, this winter, this spring, this autumn, this fall, this season, these days"
)


@functools.cache
def function_words(language: str) -> frozenset[str]:
    """The function words of a language; of all known ones where it is undetermined, none if unknown."""
    if language == text.UNKNOWN_LANGUAGE:
        return frozenset().union(*(function_words(code) for code in sorted(_FUNCTION_WORDS)))
    listed = frozenset(_FUNCTION_WORDS.get(language, "").split())
    if language == "en":
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        listed |= frozenset(ENGLISH_STOP_WORDS)
    return listed


def dangles(words: Sequence[str], language: str) -> bool:
    """Whether a sentence (as words) opens with what only the sentence before explains."""
    opening = " ".join(words[:4]) + " "
    return opening.startswith(_openings(language)) and not opening.startswith(_split(_CALENDAR))


@functools.cache
def _openings(language: str) -> tuple[str, ...]:
    return _split(_DANGLING.get(language, _DANGLING["en"]))


@functools.cache
def _split(listed: str) -> tuple[str, ...]:
    return tuple(f"{' '.join(opening.split())} " for opening in listed.split(","))
