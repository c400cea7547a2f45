"""Answers for readers of a store: why a pair is together, what is similar, who copies whom, how a story developed."""
