"""What must hold of every document and every question, whatever was done to them. A law that is broken asserts."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from assistant import Answer, Assistant
from assistant.answer import Citation, Statement
from assistant.followup import Turn
from assistant.questions.making import make_questions
from assistant.support.judge import SupportJudge, embed_with
from assistant.timeframe import find_timeframe, settle_time
from assistant.writing.citing_keys import LONGEST_SENTENCE, read_sentences
from assistant.writing.defusing import defuse
from assistant.writing.failures import LanguageModelError
from assistant.writing.plain_text import make_plain
from tests.conftest import WordEmbedder
from tests.markup import Markup, assert_only_ours
from ui.answer_text import show
from ui.article_rendering import render_article
from ui.escaping import render_text, visible
from ui.evidence_rendering import render_evidence
from ui.rendering import render_answer, render_footer, render_question
from vectorstore import Article, BelegtError, Passage
from vectorstore.chunking import split_article
from vectorstore.cleaning import clean, normalise
from vectorstore.cleaning.rules import BLOCKS
from vectorstore.formats.document import Document, UnreadableError
from vectorstore.formats.parsing_frames import Kind
from vectorstore.reading import read_article
from vectorstore.sentences import split_sentences

SUFFIXES = (".txt", ".md", ".html", ".pdf", ".docx")
RENDERED = 100_000
"""Characters of an article up to which its page is read again; the parser of the standard library is slow."""


class InProcess:
    """Parses as the parsing process does, but here, where a hang can be told and a traceback seen."""

    def parse(self, content: bytes, kind: Kind) -> Document:
        """Parse a file's bytes; whatever its parser raises is the reason, as in the parsing process."""
        from vectorstore.formats.pdf import read_pdf
        from vectorstore.formats.web_page import read_web_page
        from vectorstore.formats.word import read_word

        try:
            return {"pdf": read_pdf, "docx": read_word, "html": read_web_page}[kind](content)
        except UnreadableError:
            raise
        except RecursionError as error:  # the parsing process tells of it in the same way
            raise UnreadableError("its parts are nested too deeply") from error


def check_document(content: bytes, suffix: str, folder: Path, *, parser: Any, rng: random.Random) -> str:
    """Read a document and check all that is made of it; return what became of it: read, or refused."""
    path = folder / f"article{suffix}"
    path.write_bytes(content)
    try:
        article = read_article(path, path.name, parser=parser)
    except BelegtError as error:
        check_line(str(error))
        return "refused"
    check_article(article)
    passages = split_article(article)
    check_passages(article, passages)
    if len(article.text) <= RENDERED:
        check_rendering(article, passages, rng)
    return "read"


def check_line(told: str) -> None:
    """Check that an error is one line that somebody reads."""
    assert len(told.splitlines()) == 1, "one line"
    assert len(told) < 1_000, "a line that nobody reads"


def check_article(article: Article) -> None:
    """Check the text and what is known of it."""
    text, source = article.text, article.source
    assert normalise(text) == text, "normalised"
    if text.count("\n") < BLOCKS:
        assert clean(text) == (text, ()), "cleaned twice"
    assert source.title.strip(), "titled"
    for value in (source.title, source.author, source.publisher, source.url, source.language):
        assert value is None or (value == value.strip() and len(value.splitlines()) == 1), "one line"
    assert source.published is None or 1 <= source.published.year <= 9999
    starts = article.page_starts
    assert not starts or starts[0] == 0
    assert all(0 <= one <= other <= len(text) for one, other in pairwise((*starts, len(text)))), "pages in order"
    text.encode()


def check_passages(article: Article, passages: Sequence[Passage]) -> None:
    """Check that passages rejoin to the article and sentences cover it in order."""
    assert "".join(passage.text for passage in passages) == article.text, "rejoined"
    reached = 0
    for passage in passages:
        assert article.text[passage.start : passage.end] == passage.text, "in its place"
        for sentence in passage.sentences:
            assert not article.text[reached : sentence.start].strip(), "nothing between sentences"
            quote = article.text[sentence.start : sentence.end]
            assert passage.quote(sentence) == quote
            assert quote == quote.strip()
            assert quote
            assert passage.start <= sentence.start < sentence.end <= passage.end
            reached = sentence.end
    assert not article.text[reached:].strip(), "nothing after the last sentence"


def check_rendering(article: Article, passages: Sequence[Passage], rng: random.Random) -> None:
    """Check the article's page, and that of an answer that quotes it."""
    assert_only_ours(render_article(article, None, removable=True))
    assert letters(Markup(render_text(article.text)).text) == letters(article.text), "all words are shown"
    passage = rng.choice(passages)
    sentence = rng.choice(passage.sentences)
    source = article.source
    known = (source.article_id, source.title, source.published, source.author, source.publisher, source.url)
    cited = Citation(1, *known, passage.text, passage.quote(sentence), sentence.start, sentence.end, sentence.page)
    page = render_article(article, None, citation=cited, language=rng.choice(("de", "en")))
    assert_only_ours(page)
    assert Markup(page).marked == [visible(cited.quote)], "the quote is marked"
    said = (f"{cited.quote} [1]", (Statement(cited.quote, (1,)),), (cited,))
    check_answer_page(Answer("Was?", "Was?", *said, None, abstained=False, confidence=0.9))


def check_answer_page(answer: Answer) -> None:
    """Check that an answer's place in the page holds nothing but our elements, and says what it is to say."""
    rendered = render_answer(answer)
    for part in (rendered, render_evidence(answer), render_question(answer.question), render_footer(answer)):
        assert_only_ours(part)
    shown = letters(Markup(rendered).text)
    assert all(letters(item.text) in shown for item in answer.statements), "what is said is shown"
    assert isinstance(show(answer), str)


def letters(text: str) -> str:
    """Return what is seen of a text, without white space and the marks of headings."""
    return re.sub(r"[#\s]", "", visible(text))


@dataclass(frozen=True, slots=True)
class Asking:
    """A collection that is asked, its articles by their ids, and a judge with an exact embedder."""

    desk: Assistant
    texts: dict[str, str]


@cache
def make_judge() -> SupportJudge:
    """Return a judge with the exact embedder of the tests."""
    return SupportJudge(embed_with(WordEmbedder()))


def check_question(question: str, history: Sequence[Turn], asking: Asking) -> str:
    """Ask a question; return whether it was answered, abstained, or refused as a question."""
    settle_time(question, date(2024, 2, 29))
    find_timeframe(question)
    try:
        answer = asking.desk.answer(question, history=history)
    except BelegtError as error:
        check_line(str(error))
        return "refused"
    check_answer(answer, asking)
    return "abstained" if answer.abstained else "answered"


def check_answer(answer: Answer, asking: Asking) -> None:
    """Check that every quote stands where its citation says, and that the page shows it."""
    numbers = {item.number for item in answer.citations}
    for item in answer.citations:
        assert asking.texts[item.article_id][item.start : item.end] == item.quote, "quoted exactly"
    assert all(set(item.citations) <= numbers for item in answer.statements)
    check_answer_page(answer)


def check_written(text: str, rng: random.Random) -> None:
    """Check how a model's output is read, judged and made harmless, however it comes in pieces."""
    cuts = sorted(rng.randrange(len(text) + 1) for _ in range(rng.randint(0, 12)))
    pieces = [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]
    assert read(pieces) == read([text]), "however it is cut"
    plain = make_plain(text).text
    assert not any(mark in plain for mark in ("<", ">", "[", "]", "`", "://", "javascript:", "\n")), "plain"
    harmless = defuse(text, fence="fence01")
    assert "fence01" not in harmless.lower()
    assert not any(mark in harmless for mark in ("<", ">", "[", "]", "`", "|", "\n", "##")), "defused"
    harmless.encode()


def read(pieces: Sequence[str]) -> list[Any]:
    """Return the sentences of a model's output, and how it failed if it did."""
    sentences: list[Any] = []
    try:
        for sentence in read_sentences(pieces, valid=(1, 2)):
            assert len(sentence.text) <= LONGEST_SENTENCE + 100
            sentences.append(sentence)
    except LanguageModelError as error:
        sentences.append(error.kind)
    return sentences


def check_statement(statement: str, evidence: str) -> None:
    """Check that a statement is judged, and that evidence carries itself; that its questions are one line."""
    judged = make_judge().judge(statement, [evidence])
    assert judged.support in ("supported", "partly", "unsupported")
    assert 0 <= judged.score <= 1
    for sentence in split_sentences(evidence):
        said = evidence[sentence.start : sentence.end]
        if sentence.quotable and len(said) < LONGEST_SENTENCE:
            assert all(draft.question.strip() for draft in make_questions(said))
