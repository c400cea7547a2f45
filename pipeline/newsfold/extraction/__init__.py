"""Extraction: documents become articles, each with one clean text and its facts, or rejections with a reason.

The stage (`stage.EXTRACT`):
    parse: each document by itself becomes an article.
    identify: readings of one article are found (identity, text_comparison), also of one that earlier nights know.
    deduplicate: they are merged (merging), and what an outlet prints everywhere is removed (boilerplate, folding).
    kinds: what kind each article is, by itself and by its outlet's habits (a package of its own).
    revisions: tonight's articles are compared with those of earlier nights; source_report: table `sources`.
    recurring: articles that are not part of any one story.
    tables: the schemas of the tables between the steps.

Parsing a document:
    documents: the forms of documents: html (metadata, json_ld, page_times, maintext, paywalls), scrape, and
        fields (markup).
    lines: which lines of a text are its body, and which hold facts (parsed_text, page_furniture, captions,
        republished).
    bylines, names, publisher_names, datelines, languages: the facts in such lines.
    articles: the row that is built from all that (headlines, lead, addresses, roundups).

Word lists and phrases, by language, stand in the YAML file named like the module that uses them (word_lists).
"""

from newsfold.extraction.stage import EXTRACT

__all__ = ["EXTRACT"]
