"""The one language detector of the package, and one spelling of language codes. What probability to believe is each caller's own rule.

Conventions: codes are ISO 639-1, lower case, without region ("en", never "en-US"). The model is loaded on first use.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

READ = 2000  # characters read for detection: more changes nothing but the time
TOGETHER = 8  # texts from which reading them in step is quicker than one after the other
_CODES = {
    "english": "en", "eng": "en", "spanish": "es", "spa": "es", "español": "es", "espanol": "es", "castellano": "es",
    "portuguese": "pt", "por": "pt", "português": "pt", "portugues": "pt", "french": "fr", "fra": "fr", "fre": "fr",
    "français": "fr", "francais": "fr", "german": "de", "deu": "de", "ger": "de", "deutsch": "de", "russian": "ru", "rus": "ru",
    "русский": "ru", "italian": "it", "ita": "it", "italiano": "it", "dutch": "nl", "nld": "nl", "dut": "nl", "polish": "pl", "pol": "pl",
    "ukrainian": "uk", "ukr": "uk", "arabic": "ar", "ara": "ar", "chinese": "zh", "zho": "zh", "chi": "zh", "japanese": "ja", "jpn": "ja",
    "turkish": "tr", "tur": "tr",
}  # fmt: skip


def normal_code(language: str) -> str:
    """ISO 639-1 code of a code or name as people write them: "EN-us", "eng" and "English" are "en"; "" stays ""."""
    key = language.strip().lower()
    if key in _CODES:
        return _CODES[key]
    base = key.replace("_", "-").split("-")[0]
    return _CODES.get(base, base)


def identify(text: str) -> tuple[str, float]:
    """Most likely language of the text's first characters and its probability among all the model knows."""
    language, probability = _identifier().classify(text[:READ])
    return str(language), float(probability)


def identify_all(texts: Sequence[str]) -> list[tuple[str, float]]:
    """`identify` for many texts, several times faster: the detector's automaton reads a byte of each text at a time."""
    encoded = [_identifier()._encode(text[:READ]) for text in texts]
    read = _read_together if len(texts) >= TOGETHER else _read_alone
    features, counts, bounds = _counted(read(encoded))
    weights, place = _weights_of(features)
    sizes = map(len, encoded)
    return [_answer(weights[place[a:b]], counts[a:b], size) for a, b, size in zip(bounds, bounds[1:], sizes, strict=False)]


def _read_alone(encoded: Sequence[bytes]) -> list[np.ndarray]:
    """Features the automaton finds in each text."""
    import numpy as np

    model, found = _identifier(), []
    following, base, output = model.tk_nextmove, model._rowbase, model.tk_output
    for data in encoded:
        state, features = 0, []
        for byte in data:
            state = following[base[state] + byte]
            features.append(output[state])
        found.append(np.array(features, dtype=np.int32))
    return found


def _read_together(encoded: Sequence[bytes]) -> list[np.ndarray]:
    """`_read_alone`, all texts in step."""
    import numpy as np

    following, base, output = _automaton()
    order = sorted(range(len(encoded)), key=lambda i: (-len(encoded[i]), i))
    sizes = np.array([len(encoded[i]) for i in order])
    letters = np.zeros((sizes[0], len(order)), dtype=np.intp)
    for column, i in enumerate(order):
        letters[: sizes[column], column] = np.frombuffer(encoded[i], dtype=np.uint8)
    states = np.zeros((len(letters) + 1, len(order)), dtype=np.intp)
    still = np.searchsorted(-sizes, -np.arange(len(letters)))  # how many of the texts are longer than so many bytes
    for at, number in enumerate(still.tolist()):
        states[at + 1, :number] = following[base[states[at, :number]] + letters[at, :number]]
    found = output[states[1:]]
    features = [np.empty(0, dtype=np.int32)] * len(order)
    for column, i in enumerate(order):
        features[i] = found[: sizes[column], column]
    return features


def _counted(found: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """The different features found in each text (-1: none), text by text, how often each, and where those of each text begin and end."""
    import numpy as np

    flat = np.concatenate([np.zeros(0, dtype=np.int64), *found])
    text = np.repeat(np.arange(len(found)), [len(features) for features in found])
    keys = np.sort((text[flat >= 0] << 32) | flat[flat >= 0])  # sorted once for all texts
    heads = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
    counts = np.diff(np.append(heads, len(keys))).astype(np.float32)
    bounds = np.searchsorted(keys[heads] >> 32, np.arange(len(found) + 1))
    return keys[heads] & 0xFFFFFFFF, counts, bounds.tolist()


def _answer(weights: np.ndarray, counts: np.ndarray, size: int) -> tuple[str, float]:
    """Most likely language of a text of `size` bytes from the weights of its features, as the detector itself decides."""
    import numpy as np

    model = _identifier()
    scores = np.zeros(len(model.nb_pc), dtype=np.float32)
    if len(weights):
        scores = np.log1p(counts) @ weights + model.nb_pc
    scores = np.exp((scores - scores.max()) / max(1, size) ** 0.5)
    scores /= scores.sum()
    for first, again in model._alias_pairs:
        scores[first] += scores[again]
        scores[again] = 0.0
    best = int(scores.argmax())
    return str(model.nb_classes[best]), float(scores[best])


def _weights_of(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The detector's weights of the different ones among some features, and the row of each. The detector keeps them as halves, whose sums
    are seven times slower: each is converted once. Rows of few features lie close together, which is quicker to read."""
    import numpy as np

    weights, known = _weights()
    row = np.zeros(len(known), dtype=np.intp)
    row[features] = 1
    different = np.flatnonzero(row)
    row[different] = np.arange(len(different))
    new = different[~known[different]]
    weights[new] = _identifier().nb_ptc[new]
    known[new] = True
    return weights[different], row[features]


@lru_cache(maxsize=1)
def _weights() -> tuple[np.ndarray, np.ndarray]:
    """Room for the weights of every feature, of which only what was used takes memory, and which of them were used."""
    import numpy as np

    shape = _identifier().nb_ptc.shape
    return np.empty(shape, dtype=np.float32), np.zeros(shape[0], dtype=bool)


@lru_cache(maxsize=1)
def _automaton() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The detector's automaton as arrays: next state by row and byte, where each state's row begins, the feature each state gives."""
    import numpy as np

    model = _identifier()
    rows = np.frombuffer(model.tk_row, dtype=f"u{model.tk_row.itemsize}").astype(np.intp) << 8
    return np.frombuffer(model.tk_nextmove, dtype=f"u{model.tk_nextmove.itemsize}"), rows, np.array(model.tk_output, dtype=np.int32)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads numpy and a model: only where detection is needed

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
