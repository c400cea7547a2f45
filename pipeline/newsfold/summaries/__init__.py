"""Descriptions of stories: headline, summary, keywords, counts, and why each article is in its story."""

from __future__ import annotations

from newsfold.summaries.salience import SalienceModel, load_salience_model
from newsfold.summaries.stage import DESCRIBE
from newsfold.summaries.summariser import Summariser
from newsfold.summaries.train import build_examples, fit_salience_model

__all__ = ["DESCRIBE", "SalienceModel", "Summariser", "build_examples", "fit_salience_model", "load_salience_model"]
