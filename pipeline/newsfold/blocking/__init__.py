"""Blocking: which pairs of articles are worth scoring."""
