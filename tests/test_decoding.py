"""Decoding: a mark decides, then what the file declares, then UTF-8, then what reads like text; no text is None."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.formats.decoding import decode

TEXT = "Größere Bäder für die Stadt: „Es öffnet im Mai“, hieß es – für 5 €."
WITHOUT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff\ufffe"), max_size=200)


@given(WITHOUT)
def test_utf8_is_read_as_it_was_written(text):
    assert decode(text.encode()) == text


@given(WITHOUT, st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]))
def test_a_mark_decides(text, encoding):
    assert decode(text.encode(encoding), declared="ascii") == text


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_none(content):
    assert decode(content) is None or isinstance(decode(content), str)


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "utf-16-le"])
def test_older_encodings(encoding):
    text = TEXT.replace("€", "Euro") if encoding == "mac_roman" else TEXT
    mark = codecs.BOM_UTF16_LE if encoding == "utf-16-le" else b""
    assert decode(mark + text.encode(encoding)) == text


def test_what_the_file_declares_counts_where_it_fits():
    assert decode("Über Öl".encode("iso-8859-1"), declared="iso-8859-1") == "Über Öl"
    assert decode(TEXT.encode(), declared="cp1252") == TEXT, "UTF-8 read as Windows-1252 is garbled"
    assert decode(TEXT.encode(), declared="no such encoding") == TEXT


@pytest.mark.parametrize(
    "content",
    [b"Ein Satz.\x00", bytes(range(1, 256)), "Über Öl.".encode() + b"\xff", TEXT.encode("utf-16")[2:], b"\xff\xfe\x00"],
    ids=["NUL", "binary", "broken UTF-8", "UTF-16 without a mark", "broken UTF-16"],
)
def test_what_is_no_text(content):
    assert decode(content) is None
