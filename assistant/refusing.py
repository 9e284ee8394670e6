"""An answer that says that the articles don't: what they know of the matter, what was looked for, the nearest passages.

"In den Artikeln steht einiges zu „Konux“, aber nicht, wie viele Menschen dort arbeiten." The German question becomes a
clause by moving its verb to the end; a question of another shape is repeated as it was asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer
from assistant.citing import Quote, cite
from assistant.phrases import Language, enumerate_words, occasion, phrase
from assistant.request import is_yes_no
from assistant.sentence_ranking import Candidate
from vectorstore import Hit, Search, Term, gram_text, guess_language

NEAREST = 3
"""Passages offered where the articles don't answer."""
KNOWN_WORDS = 2
"""Words of the question named as known, at most."""
KNOWN_GRAMS = 0.8
"""A word is known if the passages found hold this share of its 4-grams."""
SHOWN_QUESTION = 150
"""Characters of a question that are repeated."""

PREPOSITION = r"(?:an|auf|aus|bei|bis|durch|für|gegen|in|mit|nach|seit|über|um|unter|von|vor|zu|ab|wegen|laut)"
ASKED = (
    r"(?i:wer|wen|wem|wessen|was|wann|wo|woher|wohin|warum|wieso|weshalb|weswegen|wozu|worum|wovon|womit|wofür|woran|worauf|"
    r"worin|woraus|wodurch|wogegen|wonach|wobei|worüber|wovor|inwiefern|inwieweit|"
    r"wie(?: (?:hoch|groß|lange?|weit|alt|oft|schnell|schwer|tief|breit|stark|teuer|spät|häufig|genau))?)"
)
COUNTED = r"(?i:welche[rsmn]?|wessen|wie ?viele?n?r?|was für(?: eine?[rnms]?)?)"
NO_VERB = (
    rf"(?!(?:{PREPOSITION}|de[rnms]|die|das|eine?[rnms]?|[msd]eine?[rnms]?|ihre?[rnms]?|unsere?[rnms]?|diese?[rnms]?|"
    r"am|im|beim|vom|zum|zur|und|oder|viele?n?|alle[nrms]?|nicht|auch|noch|mehr|weniger|denn|eigentlich)\b)"
)
VERB = (
    r"(?:ist|sind|war|waren|sei|wird|wurde|würde|hat|hatte|kann|konnte|soll|will|muss|darf|mag|gab|kam|ging|lag|"
    r"stand|nahm|"
    r"fand|hieß|schrieb|fiel|trug|trat|sang|gewann|verlor|begann|erhielt|wuchs|stieg|sank|zog|saß|[a-zäöüß]+(?:t|"
    r"te|ten|en|ln|rn))"
)
QUESTIONS = (
    re.compile(
        rf"^(?P<asked>(?:(?i:{PREPOSITION}) )?{COUNTED} (?:[\w%-]+ ){{0,6}}?[A-ZÄÖÜ\d][\w%-]*) "
        rf"{NO_VERB}(?P<verb>{VERB}) (?P<rest>.+)$"
    ),
    re.compile(
        rf"^(?P<asked>(?:(?i:{PREPOSITION}) )?(?i:wie ?viele?)) {NO_VERB}(?P<verb>{VERB}) "
        r"(?P<rest>(?:(?:de[rnms]|die|das|eine?[rnms]?|es|man|er|sie)\b|[A-ZÄÖÜ]).*)$"
    ),
    re.compile(rf"^(?P<asked>(?:(?i:{PREPOSITION}) )?{ASKED}) {NO_VERB}(?P<verb>[a-zäöüß]+) (?P<rest>.+)$"),
)
YES_NO = re.compile(r"^(?P<verb>[A-ZÄÖÜ]?[a-zäöüß]+) (?P<rest>.+)$")
PREFIXES = [
    "ab",
    "an",
    "auf",
    "aus",
    "bei",
    "bereit",
    "bevor",
    "dar",
    "durch",
    "ein",
    "entgegen",
    "fern",
    "fest",
    "fort",
    "frei",
    "her",
    "heran",
    "heraus",
    "herbei",
    "herum",
    "hervor",
    "hin",
    "hinaus",
    "hinein",
    "hinzu",
    "los",
    "mit",
    "nach",
    "nieder",
    "statt",
    "teil",
    "um",
    "unter",
    "vor",
    "voran",
    "voraus",
    "vorbei",
    "wahr",
    "weg",
    "weiter",
    "wieder",
    "zu",
    "zurück",
    "zusammen",
]
PREFIX_AT_END = re.compile(rf"^(?:(?P<rest>.*(?<!immer)) )?(?P<prefix>{'|'.join(PREFIXES)})$")
NEVER_JOINED = frozenset("ist sind war waren sei wäre wird werden wurde wurden".split())  # noqa: SIM905
"""Verbs before which "los" or "zu" stays a word of its own."""
SUBORDINATE = re.compile(
    rf", (?=(?:(?:{PREPOSITION}) )?(?:dass|ob|wenn|weil|da|als|obwohl|nachdem|bevor|während|damit|sobald|solange|"
    r"sodass|um|ohne|statt|de[rmns]|die|das|deren|dessen|denen|welche[rmns]?|wie|was|wer|wo|warum|wann)\b)"
)
SECOND_QUESTION = re.compile(rf"\b(?:und|oder) (?:(?:{PREPOSITION}) )?(?:{ASKED}|{COUNTED})\b")


def refuse(
    question: str,
    standalone_question: str,
    search: Search,
    candidates: Sequence[Candidate],
    *,
    confidence: float,
) -> Answer:
    """Return an answer that says that the articles don't, with the best sentence of each of the nearest passages.

    Args:
        question: as asked; its language is spoken.
        standalone_question: as searched.
        search: what was found.
        candidates: ranked; may be empty.
        confidence: the probability that the articles really don't say, 0 to 1.
    """
    language = guess_language(question)
    nearest: dict[Hit, Candidate] = {}
    for candidate in candidates:
        nearest.setdefault(candidate.hit, candidate)
    offered = sorted(nearest.values(), key=lambda candidate: -candidate.hit.score)[:NEAREST]
    quotes = [Quote(item.hit.passage, item.sentence.start, item.sentence.end) for item in offered]
    citations = tuple(cite(number, quote) for number, quote in enumerate(quotes, start=1))
    lead = explain(standalone_question, search, language)
    markers = " ".join(f"[{citation.number}]" for citation in citations)
    text = f"{lead} {phrase('nearest', language)} {markers}" if citations else lead
    return Answer(
        question=question,
        standalone_question=standalone_question,
        text=text,
        statements=(),
        citations=citations,
        highlight=None,
        abstained=True,
        confidence=confidence,
        lead=lead,
    )


def explain(question: str, search: Search, language: Language) -> str:
    """Return in a sentence what the articles asked know of the matter, and what was looked for and not found."""
    chosen = search.restricted
    if chosen and not search.hits:
        return phrase("none chosen", language)
    known, unknown = sort_words(question, search)
    missing = [word for word in unknown if is_named(word)][:KNOWN_WORDS]
    if not known:
        key = "nothing known" if missing else "nothing"
        return phrase(occasion(key, chosen=chosen), language, missing=enumerate_quoted(missing, language))
    words = enumerate_quoted(known[:KNOWN_WORDS], language)
    clause = make_clause(question) if language == "de" else None
    if clause:
        return phrase(occasion("no answer", chosen=chosen), language, known=words, sought=clause)
    return phrase(occasion("no answer to", chosen=chosen), language, known=words, sought=shorten(question))


def enumerate_quoted(words: Sequence[str], language: Language) -> str:
    """Return words as a list that stands in quotation marks: A“ und „B."""
    return enumerate_words(words, language).replace(" und ", "“ und „").replace(" and ", "” and “")


def sort_words(question: str, search: Search) -> tuple[list[str], list[str]]:
    """Return the question's words that the passages found hold, and those that they lack; names and nouns first."""
    held = set(gram_text("\n".join(f"{hit.passage.source.title}\n{hit.passage.text}" for hit in search.hits)))
    spoken = {word.lower(): word for word in re.findall(r"\w[\w-]*", question)}
    spoken |= {part.lower(): part for word in spoken.values() for part in word.split("-")}
    terms = sorted(search.terms, key=lambda term: (not is_named(spoken.get(term.word, "")), -term.weight))
    known = [spoken.get(term.word, term.word) for term in terms if is_held(term, held)]
    unknown = [spoken.get(term.word, term.word) for term in terms if not is_held(term, held)]
    named = [word for word in known if is_named(word)]
    return named, unknown


def is_named(word: str) -> bool:
    """Tell whether a word is written with a capital or holds a digit, as names and German nouns are."""
    return word[:1].isupper() or any(letter.isdigit() for letter in word)


def is_held(term: Term, grams: set[str]) -> bool:
    """Tell whether a word stands in a text with these 4-grams, in some form."""
    own = [gram for gram, _ in term.grams]
    return bool(own) and sum(gram in grams for gram in own) >= KNOWN_GRAMS * len(own)


def make_clause(question: str) -> str | None:
    """Return a German question as a clause, its verb at the end; ``None`` for a question of another shape.

    "Wie viele Menschen arbeiten bei Konux?" becomes "wie viele Menschen bei Konux arbeiten".
    """
    bare = " ".join(question.split()).rstrip("?!. ")
    if len(bare) > SHOWN_QUESTION or "?" in bare or "(" in bare or SECOND_QUESTION.search(bare):
        return None
    if "," in SUBORDINATE.sub(" ", bare, count=1) and SUBORDINATE.search(bare):
        return None
    for pattern in QUESTIONS:
        parts = pattern.match(bare)
        if parts:
            return f"{lower_first(parts['asked'])} {to_the_end(parts['verb'], parts['rest'])}"
    parts = YES_NO.match(bare) if is_yes_no(bare) else None
    return f"ob {to_the_end(lower_first(parts['verb']), parts['rest'])}" if parts else None


def to_the_end(verb: str, rest: str) -> str:
    """Return the rest of a question with its verb behind it, before a subordinate clause, joined to its prefix."""
    subordinate = SUBORDINATE.search(rest)
    main, clause = (rest[: subordinate.start()], rest[subordinate.start() :]) if subordinate else (rest, "")
    prefix = PREFIX_AT_END.match(main) if verb not in NEVER_JOINED else None
    joined = f"{prefix['rest'] or ''} {prefix['prefix']}{verb}".lstrip() if prefix else f"{main} {verb}"
    return f"{joined}{clause}"


def lower_first(text: str) -> str:
    """Return a text with its first letter small."""
    return text[:1].lower() + text[1:]


def shorten(question: str) -> str:
    """Return a question short enough to be repeated."""
    bare = " ".join(question.split())
    return bare if len(bare) <= SHOWN_QUESTION else f"{bare[:SHOWN_QUESTION].rstrip()} …"
