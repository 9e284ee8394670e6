"""Numbers alike however they are written: "5.000", "5000", "5 Tausend" and "fünftausend" become the same token.

Only where it is safe. "1,234" is left as it is, for it is a thousand in English and a fraction in German; so is
"Billion", which is a thousand times more in German than in English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

TOKEN = re.compile(r"\d+(?:[.,'’\u202f\u00a0]\d+)*|[^\W\d_]+(?:-[^\W\d_]+)*|[%€$£¥°]")
"""A number with its points and commas, a word with its hyphens, or a sign that carries meaning."""
DOT_GROUPS = re.compile(r"[1-9]\d{0,2}(?:[.'’\u202f\u00a0]\d{3})+(?:,\d+)?")
"""Thousands as German writes them, "1.234.567,8"; also with an apostrophe or a narrow space."""
COMMA_GROUPS = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d+)?|,\d{3}\.\d+|,\d00)")
"""Thousands as English writes them; one group alone only where it ends in "00", which a fraction hardly does."""
AMBIGUOUS = re.compile(r"[1-9]\d{0,2},\d{3}")
CLEAR_NUMBER = re.compile(r"\d{1,24}(?:\.\d{1,12})?")
"""What is calculated with; a longer run of digits is no quantity, and would be rounded."""
SCALES = {
    "hundert": 100,
    "hundred": 100,
    "tausend": 1000,
    "thousand": 1000,
    "mio": 10**6,
    "million": 10**6,
    "millionen": 10**6,
    "millions": 10**6,
    "mrd": 10**9,
    "milliarde": 10**9,
    "milliarden": 10**9,
}
LARGEST_ALONE = 1000
"""A scale up to here is a number of its own ("hundert Tage"); "Millionen von Menschen" are not a number."""
SIGNS = {"%": "prozent", "percent": "prozent", "€": "euro", "$": "dollar", "£": "pfund", "¥": "yen"}
"""Signs and words for the same unit, under one name."""
NOT_NUMBERS = re.compile(r"a|an|ein|o|oh|ones?|tens|\w*(?:b|tr)illi(?:on|ard)\w*")
"""Number words that are more often an article, a pronoun or an outcry, and those whose size depends on the language."""


def tokenize(text: str) -> tuple[str, ...]:
    """Return the words and numbers of a text in lower case, each number in one form, punctuation left out.

    Umlauts are kept (as single characters, Unicode NFC). Hyphenated words are split, number words become digits.
    """
    normal = unicodedata.normalize("NFC", text).casefold()
    return tuple(part for token in TOKEN.findall(normal) for part in normalise_token(token))


def normalise_token(token: str) -> tuple[str, ...]:
    """Return the forms of one token: a number's value, a word, or the words of a hyphenated one."""
    if token[0].isdigit():
        return (normalise_digits(token),)
    value = number_word(token)
    if value is not None:
        return (value,)
    parts = token.split("-")
    return tuple(SIGNS.get(part, number_word(part) or part) for part in parts)


def normalise_digits(token: str) -> str:
    """Return a number in digits with a point before the fraction; what could mean two things stays as written."""
    if DOT_GROUPS.fullmatch(token):
        plain = re.sub(r"[.'’\u202f\u00a0]", "", token).replace(",", ".")
    elif COMMA_GROUPS.fullmatch(token):
        plain = token.replace(",", "")
    elif re.fullmatch(r"\d+[.,]\d+", token) and not AMBIGUOUS.fullmatch(token):
        plain = token.replace(",", ".")
    else:
        return token
    return shorten(Decimal(plain))


@lru_cache(maxsize=20_000)
def number_word(word: str) -> str | None:
    """Return the digits of a cardinal number word in German or English ("fünftausend"), ``None`` for another word.

    Ordinals are other words, and so are those that scale a number before them ("Million").
    """
    from text_to_num import text2num

    if word in SCALES or NOT_NUMBERS.fullmatch(word):
        return None
    for language in ("de", "en"):
        try:
            return str(text2num(word, language))
        except ValueError:
            continue
    return None


def multiply_scales(tokens: Iterable[str]) -> tuple[str, ...]:
    """Return tokens with each number and the scale behind it as one: ("2.5", "millionen") becomes ("2500000",)."""
    return tuple(join_scales(tokens))


def join_scales(tokens: Iterable[str]) -> Iterator[str]:
    """Yield tokens, scales multiplied into the number before them; one without a number stands for itself."""
    number: Decimal | None = None
    for token in tokens:
        scale = SCALES.get(token)
        if scale and number is not None:
            number *= scale
            continue
        if number is not None:
            yield shorten(number)
        number = to_decimal(token)
        if number is None:
            yield str(scale) if scale and scale <= LARGEST_ALONE else token
    if number is not None:
        yield shorten(number)


def to_decimal(token: str) -> Decimal | None:
    """Return a token's value, ``None`` where it is no number in one clear form."""
    return Decimal(token) if CLEAR_NUMBER.fullmatch(token) else None


def shorten(value: Decimal) -> str:
    """Return a number without needless zeros and without an exponent."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def find_numbers(text: str) -> frozenset[str]:
    """Return the values of all numbers in a text, as digits, multiplied by the scale behind them."""
    return frozenset(token for token in multiply_scales(tokenize(text)) if token[0].isdigit())
