"""Copies: articles that print one text become copy groups, each with one original.

The stage (`stage.COLLAPSE`):
    outlets: boilerplate and publisher families that the window's articles name.
    sketches: bodies become shingles (shingles), MinHash bands and anchors.
    texts: the distinct texts, by digest.
    candidates: pairs worth comparing; confirm: those that are copies (similarity).
    components: texts that are connected by copies; groups: copy groups, each around its original (originals).
    labels: a person's decisions.
    tables: the schemas of the tables between the steps.
"""

from newsfold.copies.stage import COLLAPSE

__all__ = ["COLLAPSE"]
