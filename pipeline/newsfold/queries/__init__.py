"""Queries on a store: why two articles are in one story, similar articles, syndication, and a story's history."""
