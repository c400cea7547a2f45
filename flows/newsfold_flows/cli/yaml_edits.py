"""Adding keys to a section of a YAML file that a person wrote, whose comments and style stay."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.util import load_yaml_guess_indent

_WIDTH = 1_000_000  # no line is folded


def set_keys(text: str, section: str, values: Mapping[str, Any]) -> str:
    """Return a text of YAML with these keys in a section: new ones are added at its end, others get the new value.

    A list that has items is extended: its new value begins with them.

    Args:
        text: the file's text; may be empty.
        section: a key of the top level, which is added if it is missing.
        values: keys of the section, and their values.

    Raises:
        ruamel.yaml.error.YAMLError: the text is not YAML.
    """
    editor = YAML()
    editor.preserve_quotes, editor.width = True, _WIDTH
    document, indent, offset = load_yaml_guess_indent(text, yaml=editor)
    found = (document or {}).get(section)
    if found and not found.fa.flow_style():
        indent = found.lc.key(next(iter(found)))[1]
    editor.indent(mapping=indent or 2, sequence=(offset or 0) + 2, offset=offset or 0)
    comments = ""
    if document is None:  # nothing but comments, perhaps, which have no place in an empty document
        document, comments = CommentedMap(), text
    if not document.get(section):
        document[section] = CommentedMap()
    # PyYAML, which reads it, knows YAML 1.1, where the country NO is a text only in quotes.
    quoted = yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, width=_WIDTH)
    for key, value in editor.load(quoted).items():
        old = document[section].get(key)
        if isinstance(old, list) and old:
            old.extend(value[len(old) :])
        else:
            document[section][key] = value
    edited = io.StringIO()
    editor.dump(document, edited)
    return comments + edited.getvalue()
