"""Words become integers once: ids, positions and a vocabulary for a part of the corpus, as arrays.

Conventions
    A word is a run of letters, digits and marks, joined by single inner hyphens and apostrophes, in lower case; in scripts
    written without blanks (Chinese, Japanese, Thai, Lao, Khmer, Burmese) every letter is a word, so a word there is a phrase.
    Offsets are code points into the text given. `words` of one text are `ids[bounds[n]:bounds[n + 1]]`.
    The vocabulary of a part is sorted, so it does not depend on the order of texts; `merge_vocabularies` maps parts onto one.
"""

from __future__ import annotations

from corpus_utils.tokens.byte_hash import AT_ONCE as AT_ONCE
from corpus_utils.tokens.byte_hash import hash_bytes as hash_bytes
from corpus_utils.tokens.concordance import concordance as concordance
from corpus_utils.tokens.concordance import find_phrase as find_phrase
from corpus_utils.tokens.first_uses import first_uses as first_uses
from corpus_utils.tokens.index import TokenIndex as TokenIndex
from corpus_utils.tokens.index import count_words as count_words
from corpus_utils.tokens.index import index_texts as index_texts
from corpus_utils.tokens.index import merge_vocabularies as merge_vocabularies
from corpus_utils.tokens.index import open_index as open_index
from corpus_utils.tokens.index import save_index as save_index
from corpus_utils.tokens.index import spell_words as spell_words
from corpus_utils.tokens.index import take_texts as take_texts
from corpus_utils.tokens.pieces import Pieces as Pieces
from corpus_utils.tokens.pieces import Spread as Spread
from corpus_utils.tokens.pieces import split_pieces as split_pieces
from corpus_utils.tokens.pieces import spread as spread
from corpus_utils.tokens.runs import count_runs as count_runs
from corpus_utils.tokens.runs import count_runs_between as count_runs_between
from corpus_utils.tokens.scan import batches as batches
from corpus_utils.tokens.scan import hash_words as hash_words
from corpus_utils.tokens.scan import scan_words as scan_words
from corpus_utils.tokens.scan import stands_alone as stands_alone
from corpus_utils.tokens.sentences import sentence_numbers as sentence_numbers
