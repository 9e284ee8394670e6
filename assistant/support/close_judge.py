"""A judge for a small model's sentences: each may leave out of one sentence of its evidence, and add next to nothing.

A model of some billion parameters puts the words of two sentences together as it likes, and no judge as small as ours
tells reliably. What only leaves out, it can hardly get wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.support.alignment import SURE_MATCH, best_of, match_letters
from assistant.support.dates import missing_dates
from assistant.support.findings import weigh_figure
from assistant.support.judge import Judgement, SupportJudge
from assistant.support.marks import NEGATOR
from assistant.support.reading import ReadSentence, read_evidence, read_sentence
from vectorstore import guess_language

JOINING = re.compile(
    r"beträgt|betrug|betragen|heißt|hieß|heißen|liegt|lag|befindet|befand|gibt|gab|statt|fand|bezeichnet|genannt|nennt|"
    r"called|named"
)
"""Words that a sentence may have besides: they join what asks to what answers."""
POINTING = re.compile(r"^\W*(?:er|sie|dies\w*|he|she|they|it|this|these)\b", re.IGNORECASE)
VERB = re.compile(
    r"(?<![\w-])(?!(?:d(?:er|ie|as|en|em|es)|ein(?:e[nmrs]?)?|und|oder|vo[nm]|zu[mr]?|i[nm]|a[nm]|auf|aus|bei|mit|für|nach|vor|"
    r"über|unter|durch|um|als|wie|sowie|seit|bis|gegen|ohne|je|pro|auch|nur)(?![\w-]))[a-zäöüß]+(?![\w-])"
)
"""A word in small letters that isn't an article or a preposition: "Die Große Pest von Wien" has none, and no verb."""
MODAL = re.compile(
    r"\b(?:kann|können|konnten?|könnten?|muss|müssen|mussten?|müssten?|darf|dürfen|durften?|dürften?|soll|sollen|sollten?|"
    r"will|wollen|wollten?|mag|mögen|möchten?|würden?|can|could|may|might|must|shall|should|would)\b",
    re.IGNORECASE,
)
"""Says that something may, must or is meant to be; "will" also that it is to come, in both languages."""
FAR = Judgement("unsupported", 0.0, ("words of its own",))


class CloseJudge:
    """Judges as another judge does what one sentence of the evidence says in more words; the rest is unsupported.

    Args:
        judge: has the last word on what is left.
    """

    def __init__(self, judge: SupportJudge) -> None:
        self._judge = judge

    def judge(self, statement: str, evidence: Sequence[str]) -> Judgement:
        """Return how far a statement stands on its evidence."""
        if not any(shortens(statement, sentence) for text in evidence for sentence in read_evidence(text)):
            return FAR
        said = self._judge.judge(statement, evidence)
        return Judgement(said.support, said.score, ())

    def find_support(self, statement: str, passages: Sequence[str]) -> int | None:
        """Return which passage supports a statement best, ``None`` where none does."""
        places = [
            place
            for place, passage in enumerate(passages)
            if any(shortens(statement, sentence) for sentence in read_evidence(passage))
        ]
        found = self._judge.find_support(statement, [passages[place] for place in places])
        return None if found is None else places[found]


def shortens(statement: str, sentence: ReadSentence) -> bool:
    """Tell whether a statement says a part of a sentence, in its words, and is a sentence itself."""
    read = read_sentence(statement, guess_language(statement))
    words = [word for word in read.words if not JOINING.fullmatch(word.form)]
    said = bool((best_of(match_letters(words, sentence.words)) >= SURE_MATCH).all()) if words else bool(read.figures)
    return (
        said
        and all(weigh_figure(figure, sentence.figures) is None for figure in read.figures)
        and not list(missing_dates(read.dates, sentence.dates))
        and bool(NEGATOR.search(read.text)) == bool(NEGATOR.search(sentence.text))
        and modals_of(read.text) <= modals_of(sentence.text)
        and points_alike(read, sentence)
        and (read.language != "de" or VERB.search(read.text) is not None)
    )


def modals_of(text: str) -> frozenset[str]:
    """Return the modal verbs of a text, by their first two letters, which no two of them share in one language."""
    return frozenset(match[0].casefold()[:2] for match in MODAL.finditer(text))


def points_alike(read: ReadSentence, sentence: ReadSentence) -> bool:
    """Tell whether a statement that begins with a pronoun took it from the sentence."""
    found = POINTING.search(read.text)
    return not found or found[0].strip().casefold() in sentence.text.casefold().split()
