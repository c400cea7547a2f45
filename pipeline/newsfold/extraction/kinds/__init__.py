"""Kinds of articles: news, opinion, live blogs, services and so on, told apart by a small model.

forms: words by which titles, addresses and texts name a form, by language (the YAML file).
title_form, text_form, features: what the model reads of an article.
habits: of what kinds the other articles of an outlet's section, label or series are.
model: the model, read from JSON; train: fits it to labelled articles.
classify: the steps of the stage.
"""

from newsfold.extraction.kinds.model import KindModel, load_kind_model
from newsfold.extraction.kinds.train import fit_kind_model

__all__ = ["KindModel", "fit_kind_model", "load_kind_model"]
