"""A tiny embedding model, for tests to which it does not matter what the vectors mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfold.embedding.packaged_model import E5_PROMPT
from newsfold.embedding.quantised_weights import parse_quantised_model, save_as_sentence_transformer
from tests.quantised_models import pack_model


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny model with random weights, named as the packaged one is on hubs."""
    folder = tmp_path_factory.mktemp("models") / "multilingual-e5-small"
    folder.mkdir()
    save_as_sentence_transformer(parse_quantised_model(pack_model()[0]), folder, E5_PROMPT)
    return folder
