"""Times as printed: the one reader of them, for feeds, sitemaps, tables, pages and lines of text.

What is missing, ambiguous or unknown stays unknown: nothing comes from the clock, the zone or the language of the
machine that reads. Which file does what:

| file | does |
|---|---|
| `parsing` | parses a time of any form; the forms are `iso`, `stamps` (numbers), `rfc822`, `written` |
| `scanning`, `dates` | the items of a written time; the order of day and month, and the names of months |
| `names`, `words.yaml` | months, weekdays and halves of the day in many languages (CLDR); other words beside dates |
| `zones`, `zones.yaml` | zones by abbreviation and name |
| `folding` | text made comparable |
| `printed` | a parsed time: its parts, its precision, its zone if it names one |
| `choosing` | the most exact of several statements |
| `lines` | dates at the ends of lines, and lines that are dates |
"""

from newsfold.times.choosing import choose_time
from newsfold.times.lines import find_line_date, split_trailing_date
from newsfold.times.parsing import parse_time
from newsfold.times.printed import EARLIEST, LATEST

__all__ = ["EARLIEST", "LATEST", "choose_time", "find_line_date", "parse_time", "split_trailing_date"]
