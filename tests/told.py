"""A desk that tells hand-made answers, for tests of the page in a browser."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from assistant import Article, ArticleError, BelegtError, Holding, Scope, Source
from assistant.answer import Answer, Citation, Statement

PAUSE = 0.05  # seconds between two growing answers, so that the growth is real
SLOW = 1.0  # seconds of a slow answer: long enough to stop it

QUESTION = "Wie viel will Alibaba in KI-Infrastruktur investieren?"
HOSTILE = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>${window.ran = 1}{{ran}}[x](javascript:1)"
LONG = "Donaudampfschifffahrt" * 500

FILLER = "Der Konzern baut damit sein Geschäft mit Rechenzentren weiter aus. "
SUGGESTED = ("Wer leitet den Konzern?", "Seit wann gibt es den Konzern?", "Wo sitzt der Konzern?")


def source(number: int, **changes: Any) -> Source:
    plain = Source(
        f"alibaba-{number}.md",
        f"Alibaba steckt Milliarden in Künstliche Intelligenz, Teil {number}",
        date(2025, number, 24),
        "Redaktion",
        "Wirtschaftsblatt" if number < 3 else "Tagblatt",
        f"https://example.org/alibaba-{number}",
        "de",
    )
    return replace(plain, **changes)


def citation(number: int, quote: str, **changes: Any) -> Citation:
    told = source(number)
    passage = f"## Ein Abschnitt\n\n{FILLER * 6}{quote} {FILLER * 6}"
    plain = Citation(
        number, told.article_id, told.title, told.published, told.author, told.publisher, told.url, passage, quote, 0, 0
    )
    changed = replace(plain, **changes)
    start = article_text(changed).index(quote)
    return replace(changed, start=start, end=start + len(quote))


def article_text(cited: Citation) -> str:
    return f"{FILLER * 40}\n\n{cited.passage}\n\n{FILLER * 40}"


def answer(question: str, *statements: Statement, citations: Sequence[Citation], **changes: Any) -> Answer:
    text = " ".join(f"{said.text} {''.join(f'[{number}]' for number in said.citations)}" for said in statements)
    plain = Answer(question, question, text, statements, tuple(citations), None, abstained=False, confidence=0.9)
    return replace(plain, **changes)


def alibaba(question: str) -> Answer:
    first = "Alibaba will in den nächsten drei Jahren 380 Milliarden Yuan in KI-Infrastruktur investieren."
    second = "Das ist mehr als in den zehn Jahren davor zusammen."
    said = Statement(first, (1,)), Statement(second, (2, 3))
    paged = citation(2, second, page=4, also_in=("Tagblatt", "Abendpost"))
    citations = [citation(1, first), paged, citation(3, second, published=None, url=None)]
    notes = ("Ein neuerer Artikel vom 3. März 2025 nennt eine andere Zahl.",)
    return answer(question, *said, citations=citations, highlight="380 Milliarden Yuan", notes=notes)


def doubtful(question: str) -> Answer:
    said = Statement("Das steht so da.", (1,), "partly"), Statement("Das steht nirgends.", (1,), "unsupported")
    return answer(question, *said, citations=[citation(1, "Das steht so da.")])


def silent(question: str) -> Answer:
    text = "Dazu steht in den Artikeln nichts. Am nächsten kommt diese Stelle: [1]"
    return answer(question, citations=[citation(1, "Nah daran.")], text=text, abstained=True, confidence=0.8)


def hostile(question: str) -> Answer:
    evil = citation(1, HOSTILE, title=HOSTILE + LONG, publisher=HOSTILE, url="javascript:window.ran=1")
    said = Statement(HOSTILE + LONG, (1,))
    return answer(question, said, citations=[evil], highlight=HOSTILE, notes=(HOSTILE,), standalone_question=HOSTILE)


class ToldDesk:
    """Answers from hand-made answers, and remembers what it was asked and what was said of its answers."""

    upload_limits: Mapping[str, int] = MappingProxyType({})
    writes = False

    def __init__(self) -> None:
        self.histories: list[tuple[tuple[str, str], ...]] = []
        self.scopes: list[Scope | None] = []
        self.judgements: dict[str, Any] = {}

    def stream(
        self, question: str, *, history: Sequence[tuple[str, str]] = (), scope: Scope | None = None, mode: Any = None
    ) -> Iterator[Answer]:
        self.histories.append(tuple(history))
        self.scopes.append(scope)
        if "zu lang" in question:
            raise BelegtError("Die Frage ist zu lang.")
        whole = self.answer(question)
        if history:
            whole = replace(whole, standalone_question=f"{question} (Alibaba)")
        yield replace(whole, statements=(), text="", abstained=False, notes=())
        for count in range(1, len(whole.statements)):
            time.sleep(PAUSE)
            yield replace(whole, statements=whole.statements[:count], notes=())
        if "langsam" in question:
            time.sleep(SLOW)
        yield whole

    def answer(self, question: str, **_: Any) -> Answer:
        words = {"böse": hostile, "<": hostile, "Wetter": silent, "Zweifel": doubtful}
        make = next((make for word, make in words.items() if word in question), alibaba)
        return make(question)

    def search(self, question: str, **_: Any) -> Any:
        raise BelegtError("Hier wird nicht gesucht.")

    def suggest(self, answer: Answer | None = None, *, count: int | None = None) -> Sequence[str]:
        return SUGGESTED[: count or 3]

    def articles(self) -> Sequence[Source]:
        return (*(source(number) for number in range(1, 4)), source(4, title=HOSTILE + LONG, publisher=HOSTILE))

    def holdings(self) -> Sequence[Holding]:
        return tuple(Holding(told, 7) for told in self.articles())

    def article(self, article_id: str) -> Article:
        for number, told in enumerate(self.articles(), start=1):
            if told.article_id == article_id:
                cited = next((one for one in alibaba("?").citations if one.number == number), citation(4, HOSTILE))
                return Article(told, article_text(cited), (HOSTILE,))
        raise ArticleError(f"there is no article {article_id!r}")

    def is_upload(self, article_id: str) -> bool:
        return False

    def upload(self, files: Any, **_: Any) -> Any:
        raise ArticleError("no uploads here")

    def remove_upload(self, article_id: str) -> Any:
        raise ArticleError("no uploads here")

    def keep_judgement(self, judgement: Any) -> None:
        self.judgements[judgement.id] = judgement

    def forget_judgement(self, judgement_id: str) -> None:
        self.judgements.pop(judgement_id, None)
