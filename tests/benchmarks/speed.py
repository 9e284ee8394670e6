"""How fast: a warm question, and indexing beside the plain LangChain stack in one run with the same weights.

    python -m tests.benchmarks.speed --squad SQUAD.json [SQUAD.json ...] [--rounds 3] [--passages 240 10000]

The stack beside ours is ``HuggingFaceEmbeddings`` (langchain-huggingface) with its default batch, and langchain-chroma.
The two index in turn, round by round, because a machine's speed drifts; the ratio is taken within each round. Questions
are asked of collections of as many passages as ``--passages`` says; where the files have fewer, the rest are mixed from
their sentences.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from rich.console import Console
from rich.table import Table

from assistant import Assistant, Settings
from assistant.reader import Reader
from tests.benchmarks.question_sets import Question, QuestionSet, RememberingEmbeddings, read_squad
from vectorstore import (
    EmbeddingModel,
    PassageIndex,
    SentenceTransformerEmbeddings,
    apply,
    find_articles,
    plan,
    split_article,
)
from vectorstore.bundled_model import prepare_bundled_model

LATENCY_QUESTIONS = 300
PASSAGES = 240
WARM_UP = 20
SENTENCES = 5
"""Of a mixed text; XQuAD-de's paragraphs have as many."""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--squad", type=Path, nargs="+", required=True, help="their paragraphs are the articles, 240 at most"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of indexing; 0 leaves that out")
    parser.add_argument("--passages", type=int, nargs="+", default=[PASSAGES], help="sizes of the collections asked")
    given = parser.parse_args()
    sets = [read_squad(path) for path in given.squad]
    texts, questions = gather(sets)
    table = Table("figure", "value")
    if given.rounds:
        report_indexing(table, texts, given.rounds)
    for size in given.passages:
        for name, value in measure_latency(mix(sets, size), questions).items():
            table.add_row(name, value)
    Console(width=120).print(table)


def report_indexing(table: Table, texts: dict[str, str], rounds: int) -> None:
    """Add the rows on indexing."""
    ours, plain = compare_indexing(texts, rounds)
    table.add_row("passages indexed", str(len(texts)))
    table.add_row("belegt, passages/s (median of rounds)", f"{statistics.median(ours):.1f}")
    table.add_row("LangChain + HuggingFaceEmbeddings + Chroma, passages/s", f"{statistics.median(plain):.1f}")
    ratios = [mine / theirs for mine, theirs in zip(ours, plain, strict=True)]
    table.add_row(
        "ratio within a round: lowest, median, highest",
        f"{min(ratios):.2f}, {statistics.median(ratios):.2f}, {max(ratios):.2f}",
    )


def gather(sets: Sequence[QuestionSet]) -> tuple[dict[str, str], list[Question]]:
    """Return at most 240 paragraphs as files by name, and the questions of all."""
    texts: dict[str, str] = {}
    for number, item in enumerate(sets):
        for article in item.articles:
            if len(texts) < PASSAGES:
                texts[f"{number}-{article.source.article_id}"] = article.text
    return texts, [question for item in sets for question in item.questions]


def mix(sets: Sequence[QuestionSet], count: int) -> dict[str, str]:
    """Return as many texts: the paragraphs, and if they are too few, others mixed from their sentences."""
    articles = [article for item in sets for article in item.articles]
    texts = {f"{number:05d}.txt": article.text for number, article in enumerate(articles[:count])}
    passages = [passage for article in articles for passage in split_article(article)]
    sentences = [passage.quote(sentence) for passage in passages for sentence in passage.sentences]
    chance = random.Random(1)
    for number in range(len(texts), count):
        texts[f"{number:05d}.txt"] = " ".join(chance.sample(sentences, SENTENCES))
    return texts


def write(texts: dict[str, str]) -> Path:
    """Write the texts as files into a new folder."""
    folder = Path(tempfile.mkdtemp(prefix="belegt-benchmark-")) / "articles"
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def compare_indexing(texts: dict[str, str], rounds: int) -> tuple[list[float], list[float]]:
    """Return passages a second of ours and of the plain stack, round by round, models loaded and warm."""
    model = prepare_bundled_model(user_cache_path("belegt") / "models")
    embeddings = SentenceTransformerEmbeddings(EmbeddingModel(), cache_dir=model.parent)
    embeddings.embed_documents(list(texts.values())[:8])
    plain = plain_embeddings(str(model))
    plain.embed_documents(list(texts.values())[:8])
    folder = write(texts)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(len(texts) / time_ours(folder, embeddings))
        theirs.append(len(texts) / time_plain(list(texts.values()), plain))
    return ours, theirs


def plain_embeddings(model: str) -> Any:
    """Return the plain stack's embeddings, with the prompts that the model wants."""
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(
        model_name=model,
        model_kwargs={"device": "cpu", "model_kwargs": {"dtype": "float32"}},
        encode_kwargs={"prompt_name": "document"},
        query_encode_kwargs={"prompt_name": "query"},
    )


def time_ours(folder: Path, embeddings: SentenceTransformerEmbeddings) -> float:
    """Return the seconds to mirror a folder into a new index: reading, cleaning, sentences, vectors, Chroma."""
    index = PassageIndex(Path(tempfile.mkdtemp(prefix="belegt-benchmark-")), identity="benchmark")
    started = time.perf_counter()
    apply(plan(index, find_articles([folder])), index, embeddings)
    return time.perf_counter() - started


def time_plain(texts: list[str], embeddings: Any) -> float:
    """Return the seconds to add the texts to a new LangChain Chroma store."""
    from langchain_chroma import Chroma

    store = Chroma(
        "plain", embedding_function=embeddings, persist_directory=tempfile.mkdtemp(prefix="belegt-benchmark-")
    )
    started = time.perf_counter()
    store.add_texts(texts)
    return time.perf_counter() - started


def measure_latency(texts: dict[str, str], questions: Sequence[Question]) -> dict[str, str]:
    """Return the time from a question to its complete quoted answer, and the memory of the process."""
    folder = write(texts)
    settings = Settings(articles=(folder,), data_dir=folder.parent / "data")
    embeddings = RememberingEmbeddings(EmbeddingModel(), cache_dir=settings.cache_dir / "models")
    reader = Reader(cache_dir=settings.cache_dir / "models", network=embeddings.bundled)
    desk = Assistant(settings, embeddings=embeddings, reader=reader)
    report = desk.refresh()
    memory = peak_memory()
    passages = report.passages
    steps = measure_steps(desk, folder)
    step = max(1, len(questions) // LATENCY_QUESTIONS)
    chosen = questions[::step][:LATENCY_QUESTIONS]
    for question in chosen[:WARM_UP]:
        desk.answer(question.text)
    seconds, parts = [], []
    for question in chosen[WARM_UP:]:  # the others' vectors are remembered
        started = time.perf_counter()
        answer = desk.answer(question.text)
        seconds.append(time.perf_counter() - started)
        parts.append(answer.timings)
    cuts = statistics.quantiles(seconds, n=20)
    medians = {name: statistics.median(part[name] for part in parts) * 1000 for name in parts[0]}
    return {
        f"indexing {passages} passages in one go": f"{report.seconds:.0f} s, {passages / report.seconds:.1f} a second",
        "peak memory of this process after it": memory,
        **steps,
        f"warm question to answer, {passages} passages, median": f"{statistics.median(seconds) * 1000:.1f} ms",
        "the same, 95th percentile": f"{cuts[-1] * 1000:.1f} ms",
        "medians of its steps": ", ".join(f"{name} {value:.1f} ms" for name, value in medians.items()),
        "peak memory of this process so far": peak_memory(),
    }


def measure_steps(desk: Assistant, folder: Path) -> dict[str, str]:
    """Return the time of a refresh with nothing to do, as a call and as a command, and of one with a changed file."""
    called = time_refresh(desk)
    command = [sys.executable, "-m", "ui.command_line", "index", "--articles", str(folder)]
    started = time.perf_counter()
    subprocess.run([*command, "--data-dir", str(desk.settings.data_dir)], check=True, capture_output=True)
    commanded = time.perf_counter() - started
    changed = min(folder.iterdir())
    changed.write_text(changed.read_text(encoding="utf-8") + " Ein Satz kam am Ende noch dazu.", encoding="utf-8")
    return {
        "the same again, nothing to do": f"{called:.2f} s; as a command {commanded:.2f} s",
        "one file changed, searched again after": f"{time_refresh(desk):.2f} s",
    }


def time_refresh(desk: Assistant) -> float:
    """Return the seconds that a refresh takes."""
    started = time.perf_counter()
    desk.refresh()
    return time.perf_counter() - started


def peak_memory() -> str:
    """Return the most memory that this process has had so far."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"


if __name__ == "__main__":
    main()
