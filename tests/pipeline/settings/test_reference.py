from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from newsfold import settings
from newsfold.settings import CLUSTERING_KINDS, FilesSource, Outlet, Section, Settings, WebSource, load_settings
from newsfold.settings.reference import settings_reference

README = Path(__file__).parents[3] / "config" / "README.md"
REFERENCE = settings_reference()


def sections() -> dict[str, type[Section]]:
    forms: list[type[Section]] = [FilesSource, WebSource, Outlet, *CLUSTERING_KINDS.values()]
    nested = [type(value) for value in vars(Settings()).values() if isinstance(value, Section)]
    return {section.__name__: section for section in [*forms, *nested]}


def test_the_readme_of_the_configuration_is_up_to_date() -> None:
    assert README.read_text(encoding="utf-8") == REFERENCE, (
        "run `python -m newsfold.settings.reference > config/README.md`"
    )


@pytest.mark.parametrize("section", sections().values(), ids=sections())
def test_every_key_is_described_in_the_reference(section: type[Section]) -> None:
    assert section.__doc__
    for name, field in section.model_fields.items():
        assert field.description and field.description.endswith("."), f"{section.__name__}.{name}"
        assert f"| {field.description} |" in REFERENCE
        assert yaml.safe_load(name) == name, "YAML does not read this key as text"


def test_the_example_of_the_reference_is_a_valid_configuration(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(REFERENCE.split("```yaml\n")[1].split("```")[0])
    assert [source.name for source in load_settings(file).sources] == ["courier courier.example/rss"]


def test_every_exported_name_of_the_settings_exists() -> None:
    assert all(hasattr(settings, name) for name in settings.__all__)
