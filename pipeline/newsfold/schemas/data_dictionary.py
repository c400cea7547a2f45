"""The data dictionary: what the README and `newsfold schema` say of the published tables."""

from __future__ import annotations

import pyarrow as pa

from newsfold import schemas


def data_dictionary() -> str:
    """The published tables as Markdown: one section each, a row per column."""
    lines = []
    for name, schema in schemas.PUBLISHED.items():
        lines += [f"### {name}", "", "| column | type | meaning |", "| --- | --- | --- |"]
        for field in schema:
            mark = "?" if field.nullable else ""
            lines.append(
                f"| `{field.name}`{mark} | {_type_name(field.type)} | {field.metadata[b'description'].decode()} |"
            )
        lines.append("")
    return "\n".join(lines)


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_fixed_size_list(kind):
        return "fixed list<float>"
    if pa.types.is_list(kind):
        return f"list<{_type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return "struct<" + ", ".join(kind.field(i).name for i in range(kind.num_fields)) + ">"
    return "time (UTC)" if pa.types.is_timestamp(kind) else str(kind)
