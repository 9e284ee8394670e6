"""Questions with known answers for the benchmarks: SQuAD-format JSON, and collections built from its paragraphs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.reader import Reader, Reading
from vectorstore import (
    Article,
    Passage,
    PassageIndex,
    PassageSearch,
    Sentence,
    SentenceTransformerEmbeddings,
    Source,
    split_article,
)
from vectorstore.embedding import FloatMatrix
from vectorstore.index import make_entries


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the answers that are right, the article (a paragraph) that holds them, and that article's group.

    ``start`` is where the first of the answers begins in the article.
    """

    text: str
    answers: tuple[str, ...]
    article_id: str
    group: str
    start: int = 0


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The paragraphs of a SQuAD-format file as articles, in groups (the file's articles), and their questions."""

    articles: tuple[Article, ...]
    questions: tuple[Question, ...]
    unanswerable: tuple[Question, ...]


def read_squad(path: Path) -> QuestionSet:
    """Read a SQuAD-format file; each paragraph becomes an article named by its place.

    Paragraphs of one title (or, without titles, of one first line) are a group.
    """
    articles, questions = [], []
    numbers: dict[str, int] = {}
    for entry in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in entry["paragraphs"]:
            title = entry.get("title") or paragraph["context"].split("\n", 1)[0]
            group = numbers.setdefault(title, len(numbers))
            article_id = f"{len(articles):04d}.txt"
            articles.append(Article(Source(article_id, Path(article_id).stem), paragraph["context"]))
            for item in paragraph["qas"]:
                answers = tuple(dict.fromkeys(answer["text"] for answer in item["answers"]))
                start = item["answers"][0]["answer_start"] if answers else 0
                questions.append(Question(item["question"], answers, article_id, f"{path.stem}/{group}", start))
    answerable = tuple(question for question in questions if question.answers)
    return QuestionSet(tuple(articles), answerable, tuple(item for item in questions if not item.answers))


def half_of(group: str) -> int:
    """Return which half of its file an article belongs to."""
    return int(group.rpartition("/")[2]) % 2


def without_sentences(passage: Passage, gone: Collection[Sentence]) -> Passage:
    """Return a passage without some of its sentences: blanked out, so that no reader sees them, and offsets hold."""
    text = passage.text
    for sentence in gone:
        start, end = sentence.start - passage.start, sentence.end - passage.start
        text = text[:start] + " " * (end - start) + text[end:]
    return replace(passage, text=text, sentences=tuple(item for item in passage.sentences if item not in gone))


class RememberingEmbeddings(SentenceTransformerEmbeddings):
    """Embeddings that compute each sentence once, so that many collections of the same sentences cost little."""

    def _encode(self, texts: list[str], kind: str, chosen_prompt: str | None) -> FloatMatrix:
        known = self.__dict__.setdefault("_known", {})
        missing = [text for text in dict.fromkeys(texts) if (kind, text) not in known]
        vectors = super()._encode(missing, kind, chosen_prompt)
        known.update({(kind, text): vector for text, vector in zip(missing, vectors, strict=True)})
        return np.stack([known[kind, text] for text in texts]) if texts else vectors


class RememberingReader(Reader):
    """A reader that reads each pair of question and text once."""

    def read(self, question: str, passages: Sequence[Passage]) -> tuple[Reading, ...]:
        known = self.__dict__.setdefault("_read", {})
        keys = [(question, passage.text, passage.sentences) for passage in passages]
        missing = [place for place, key in enumerate(keys) if key not in known]
        for place, reading in zip(missing, super().read(question, [passages[place] for place in missing]), strict=True):
            known[keys[place]] = reading
        return tuple(known[key] for key in keys)


def build_search(articles: Sequence[Article], embeddings: SentenceTransformerEmbeddings) -> PassageSearch:
    """Index articles in a temporary Chroma collection and return the search over it."""
    folder = Path(tempfile.mkdtemp(prefix="belegt-benchmark-"))
    index = PassageIndex(folder, identity="benchmark")
    for article in articles:
        passages = split_article(article)
        vectors = embeddings.embed_passages([item.text for item in passages], [item.spans for item in passages])
        index.add(make_entries(replace(article, digest="0" * 64), passages, vectors))
    return PassageSearch(index, embeddings)
