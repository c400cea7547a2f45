"""Adding keys to a section of a YAML file that a person wrote: everything else, comments included, stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

_WIDTH = 1_000_000  # no line is folded


def set_keys(text: str, section: str, values: Mapping[str, Any]) -> str:
    """Return a text of YAML with these keys in a section: new ones are added at its end, others get the new value.

    A list that has items keeps them and is extended: its new value begins with them.

    Args:
        text: the file's text; may be empty.
        section: a key of the top level, which is added if it is missing.
        values: keys of the section, and their values.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    for key, value in values.items():
        text = _set_key(text, section, key, value)
    return text


def _set_key(text: str, section: str, key: str, value: Any) -> str:
    root = yaml.compose(text, yaml.SafeLoader)
    if root is not None and (not isinstance(root, yaml.MappingNode) or root.flow_style):
        raise yaml.YAMLError("keys and values are not on lines of their own")
    node = _find_value(root, section)
    if node is None:
        return f"{text.rstrip()}\n\n{section}:\n{_dump_block({key: value}, 2)}".lstrip()
    old = _find_value(node, key)
    if isinstance(old, yaml.SequenceNode) and old.value:
        return _append_items(text, old, value[len(old.value) :])
    if old is not None:
        start = old.start_mark.index
        space = " " if text[start - 1] == ":" else ""
        return text[:start] + space + _dump_flow(value) + text[old.end_mark.index :]
    if isinstance(node, yaml.MappingNode) and node.value and node.flow_style:
        last = _find_last_leaf(node).end_mark.index
        return f"{text[:last]}, {_dump_flow({key: value})[1:-1]}{text[last:]}"
    if isinstance(node, yaml.MappingNode) and node.value:
        end = _find_end_of_line(text, node)
        block = _dump_block({key: value}, node.value[0][0].start_mark.column)
        return f"{text[:end]}\n{block}{text[end:].removeprefix(chr(10))}"
    # Nothing, `{}` or `null`: what it holds follows on the next lines.
    rest = text[node.end_mark.index :]
    line, _, after = rest.partition("\n")
    before = text[: node.start_mark.index].rstrip(" ")
    return f"{before}{line.rstrip()}\n{_dump_block({key: value}, 2)}{after}"


def _append_items(text: str, node: yaml.SequenceNode, items: Sequence[Any]) -> str:
    """Return the text with items at the end of a list that has some already."""
    if node.flow_style:
        end = node.value[-1].end_mark.index
        return text[:end] + "".join(f", {_dump_flow(item)}" for item in items) + text[end:]
    end = _find_end_of_line(text, node)
    return text[:end] + "".join(f"\n{' ' * node.start_mark.column}- {_dump_flow(item)}" for item in items) + text[end:]


def _find_value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _find_last_leaf(node: yaml.Node) -> yaml.Node:
    """Return the last value of a mapping, or the last one in it; a block's own end is where the next key begins."""
    last = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    is_block = isinstance(last, yaml.CollectionNode) and not last.flow_style and last.value
    return _find_last_leaf(last) if is_block else last


def _find_end_of_line(text: str, node: yaml.Node) -> int:
    """Return where the last line of a block ends, with the comment behind it."""
    leaf = _find_last_leaf(node)
    end = leaf.start_mark.index + len(text[leaf.start_mark.index : leaf.end_mark.index].rstrip())
    newline = text.find("\n", end)
    return len(text) if newline < 0 else newline


def _dump_block(values: Mapping[str, Any], indent: int) -> str:
    dumped = yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, width=_WIDTH)
    return "".join(f"{' ' * indent}{line}\n" for line in dumped.splitlines())


def _dump_flow(value: Any) -> str:
    dumped = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=True)
    return dumped.strip().removesuffix("\n...")
