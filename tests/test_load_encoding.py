"""Decoding: the order of trials, and that every text can be written again."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.load import encoding
from corpus_utils.load.encoding import decode, decode_lines, looks_binary, writable

GERMAN = "Die Wähler müssen über Straßen „größer“ denken – sagt Jürgen Öztürk. Schöne Grüße aus Köln, für alle Bürger."
FRENCH = "L’été à la fenêtre où l’élève reçoit son œuvre : « déjà vu », coûte 5 €."
RUSSIAN = (
    "Президент России заявил в среду, что переговоры о сотрудничестве в области безопасности продолжатся. Ещё одна встреча пройдёт в июне."
)
UKRAINIAN = "Президент України заявив у середу, що переговори про співпрацю продовжаться. Їхня зустріч відбудеться в Києві."
ENGLISH = "The president said on Wednesday that the talks would go on. "


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (ENGLISH.encode(), ENGLISH, "utf-8"),
        (RUSSIAN.encode(), RUSSIAN, "utf-8"),
        (codecs.BOM_UTF8 + FRENCH.encode(), FRENCH, "utf-8-sig"),
        (FRENCH.encode("utf-16"), FRENCH, "utf-16"),
        (codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"), FRENCH, "utf-16"),
        (FRENCH.encode("utf-32"), FRENCH, "utf-32"),
        (ENGLISH.encode("utf-16-le"), ENGLISH, "utf-16-le"),
        (ENGLISH.encode("utf-16-be"), ENGLISH, "utf-16-be"),
        (GERMAN.encode("cp1252"), GERMAN, "cp1252"),
        (FRENCH.encode("cp1252"), FRENCH, "cp1252"),
        (RUSSIAN.encode("cp1251"), RUSSIAN, "cp1251"),
        (RUSSIAN.encode("koi8-r"), RUSSIAN, "koi8-r"),
        (RUSSIAN.encode("cp866"), RUSSIAN, "cp866"),
        (RUSSIAN.encode("iso8859-5"), RUSSIAN, "iso8859-5"),
        (RUSSIAN.upper().encode("cp1251"), RUSSIAN.upper(), "cp1251"),
        (UKRAINIAN.encode("cp1251"), UKRAINIAN, "cp1251"),
        ((ENGLISH * 20 + "Москва сегодня").encode("cp1251"), ENGLISH * 20 + "Москва сегодня", "cp1251"),
        (b"soft \x81\x8d end", "soft \x81\x8d end", "cp1252"),
        ((RUSSIAN * 5).encode() + b"\xd0", RUSSIAN * 5 + "\ufffd", "utf-8 (1 bytes replaced)"),
    ],
)
def test_the_order_of_trials(data: bytes, text: str, encoding: str) -> None:
    """Mark, UTF-8, UTF-8 with a little damage, Cyrillic by its letters, Windows-1252."""
    found = decode(data)
    assert (found.text, found.encoding, found.problem) == (text, encoding, "")


def test_a_declared_charset_is_believed_after_utf8() -> None:
    """The charset of an HTML page or HTTP header decides what UTF-8 leaves open, and nothing before."""
    page = '<html><head><meta charset="shift_jis"></head><body>日本語のニュース</body></html>'
    assert decode(page.encode("shift_jis")).text == page
    assert decode(page.encode()).text == page
    assert decode("Žluťoučký kůň".encode("cp1250"), "windows-1250").text == "Žluťoučký kůň"
    assert decode("é".encode("cp1252"), "no-such-charset").text == "é"
    assert decode("é".encode("cp1252"), "rot13").text == "é"


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 40, "ελληνικά νέα από την Αθήνα σήμερα το πρωί".encode("cp1253"), b"abc\x01\x02\x03\x04def\x05\x06"]
)
def test_what_no_reading_explains_is_a_problem(data: bytes) -> None:
    """Binary data and code pages that are not covered are told, not turned into wrong letters."""
    assert decode(data).problem


def test_looks_binary_tells_pictures_from_text() -> None:
    """NULs and control bytes are no text, UTF-16 is."""
    assert looks_binary(b"\x89PNG\r\n\x1a\n" + bytes(40))
    assert not looks_binary(FRENCH.encode("utf-16")) and not looks_binary(ENGLISH.encode())


@given(st.binary(max_size=300))
def test_every_bytes_decode_to_text_that_can_be_written(data: bytes) -> None:
    """No input raises, and no output holds what UTF-8 cannot: lone surrogates; NULs are gone as well."""
    text = decode(data).text
    assert "\x00" not in text
    text.encode("utf-8")


@given(st.text(alphabet=st.characters(), max_size=100))
def test_utf8_text_survives_unchanged(text: str) -> None:
    """What is valid UTF-8 comes back as it is (but for NUL), whatever its letters."""
    data = text.encode("utf-8", "surrogatepass") if any("\ud800" <= c <= "\udfff" for c in text) else text.encode()
    if not data.startswith((b"\xff\xfe", b"\xfe\xff", codecs.BOM_UTF8)) and b"\x00" not in data:
        assert decode(data).text == writable(text) or any("\ud800" <= c <= "\udfff" for c in text)


def test_writable_joins_pairs_and_replaces_the_lone() -> None:
    """A surrogate pair is one character; a lone half and a NUL become U+FFFD; the length of other text is kept."""
    assert writable("a\ud83d\ude00b\ud800c\x00d") == "a😀b\ufffdc\ufffdd"


@pytest.mark.parametrize(
    "data",
    [
        *(text.encode() for text in (FRENCH + "\n" + RUSSIAN + "\n" + ENGLISH, ENGLISH, "\n", "", "a\n\nb\r\nc\rd\n")),
        codecs.BOM_UTF8 + f"{FRENCH}\n{RUSSIAN}\n{ENGLISH}\n".encode(),
        f"{ENGLISH}\n{FRENCH}\n{ENGLISH}".encode("cp1252"),  # Windows only behind the first piece
        (f"{ENGLISH}\n" * 3 + RUSSIAN).encode("koi8-r"),
        FRENCH.encode("utf-16") + "\n".encode("utf-16-le"),
        f"{ENGLISH}\na\x00b\n{RUSSIAN}".encode(),
        bytes(range(32)) * 9,
    ],
)
@pytest.mark.parametrize("size", [1, 20, 1 << 24])
def test_pieces_of_lines_are_the_whole_text(data: bytes, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file is decoded piece by piece as it would be at once, whatever of it is not UTF-8, and is cut only behind lines."""
    monkeypatch.setattr(encoding, "PIECE", size)
    whole, (told, pieces) = decode(data), decode_lines(data)
    made = list(pieces)
    assert "".join(made) == whole.text and (told.encoding, told.problem) == (whole.encoding, whole.problem)
    assert all(piece.endswith("\n") for piece in made[:-1]) and told.text == made[0]
