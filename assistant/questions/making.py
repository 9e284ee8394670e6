"""Questions made from sentences without a model, by rules so strict that most sentences give none.

Better no question than a crooked one: a sentence that leans on others, quotes someone or has several clauses is left
out, and so is a question that would not be understood without its article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.leaning import leans
from assistant.phrases import Language
from assistant.questions.draft import Draft
from assistant.questions.english import make_english_questions
from assistant.questions.german import make_german_questions
from assistant.questions.standing import stands_alone
from vectorstore import guess_language

SENTENCE_WORDS = range(5, 31)
LONGEST_WORD = 60
"""Letters of a word, beyond the longest compound; a pattern takes the cube of them, seconds for a thousand."""
SHORT_TITLE = re.compile(r"„[A-ZÄÖÜ0-9][\w-]*(?: [\w-]+){0,5}“")
ASIDE = re.compile(r" \([^()]*\)")
CUT_SHORT = re.compile(r"(?<!\d)\d{1,2}\.$|\b[IVX]+\.$")
"""An ordinal at the end: "als 16." goes on in what was taken for the next sentence."""
INNER_STOP = re.compile(r"(?<!Mio)(?<!Mrd)(?<!St)(?<!Dr)(?<!Prof)(?<!ca)(?<!\d)\. ")
"""A full stop in the middle: two sentences that were not told apart."""
TITLE_WORDS = range(2, 16)
LONGEST_TITLE = 90
UNFIT_TITLE = re.compile(r"[„“”\"»«?_/\\|\[\]{}<>]|\.\w{2,4}$|^[^A-ZÄÖÜ0-9]|\.\.\.|…")
ODD = re.compile(
    r"[()\[\]{}„“”‚‘\"'’»«:;–—…*/|?!§=<>•_→#@]|\s-|-\s|\.\.|\d\. \d|\b[IVX]+\. [A-ZÄÖÜ]|\b[a-zA-Z]\.[a-zA-Z]\."
)
CONNECTIVE = re.compile(
    r" (?:zudem|außerdem|nämlich|jedoch|allerdings|dagegen|hingegen|ferner|daher|somit|folglich|trotzdem|dennoch|"
    r"zugleich|wiederum|schließlich|auch|selbst|ebenfalls|indes|also|aber|letztlich|letztendlich|unter anderem|"
    r"beispielsweise|however|also|therefore)(?= )"
)


def make_questions(sentence: str) -> Iterator[Draft]:
    """Yield the questions that a sentence answers, each understandable by itself, in the sentence's language.

    Args:
        sentence: as it stands in its article.
    """
    text = ASIDE.sub("", " ".join(sentence.split()))
    if not text.endswith(".") or CUT_SHORT.search(text) or INNER_STOP.search(text) or not is_plain(text):
        return
    language = guess_language(text)
    text = CONNECTIVE.sub("", text[:-1])
    drafts = make_german_questions(text) if language == "de" else make_english_questions(text)
    yield from (draft for draft in drafts if stands_alone(draft, language))


def ask_about_title(title: str, language: Language) -> Draft | None:
    """Return the question for what an article is about; ``None`` where its title is not fit to be quoted.

    Args:
        title: of the article.
        language: of the article; a name as a title is of none.
    """
    if len(title.split()) not in TITLE_WORDS or len(title) > LONGEST_TITLE or UNFIT_TITLE.search(title):
        return None
    asked = f"Worum geht es in „{title}“" if language == "de" else f"What is “{title}” about"
    return Draft(asked, title, "title")


def is_plain(text: str) -> bool:
    """Tell whether a sentence can be made into a question at all: of fair length, without quotes or references."""
    words = text.split()
    if len(words) not in SENTENCE_WORDS or max(map(len, words)) > LONGEST_WORD:
        return False
    return not ODD.search(SHORT_TITLE.sub("T", text)) and not leans(text)
