"""Questions as people type them: the same questions misspelt, without capitals or umlauts, as keywords, in English.

    python -m tests.benchmarks.noisy_questions --readers FOLDER [--parallel ENGLISH.json] [--most N] SQUAD.json

FOLDER is what fit_reader wrote: each question is read with the reader that was trained without its half. ENGLISH.json
holds the same questions by id in the other language; its questions are asked of these articles, and the questions of
these articles of its paragraphs. Printed is for every kind of noise the score and its share of the clean questions'
score, over the questions that the noise changes at all.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant.evaluation import evaluate, read_testset
from assistant.evaluation.report import Record
from assistant.evaluation.testset import Case, TestSet
from tests.benchmarks.held_out import open_desk
from tests.benchmarks.question_sets import half_of, read_squad
from vectorstore import content_words

METRICS = ("mrr@10", "best_quote", "answer_in_first", "answer_in_any", "false_refusals")
SHORTEST_MISSPELT = 5
"""Characters; a typing error in a shorter word leaves little to recognise."""
SHORTEST_PART = 4
"""Characters of a compound's part."""
LINKS = ("", "s", "n", "en", "es", "er", "-")
"""What may stand between the parts of a compound."""
KEYS = ("qwertzuiopü", "asdfghjklöä", "yxcvbnm")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
TYPED = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}

Noise = Callable[[str, random.Random, Counter[str]], str]


def misspell(question: str, chance: random.Random, known: Counter[str]) -> str:
    """Put a typing error into the rarest word of the question, which is most often a name, and into another one."""
    words = [match for match in WORD.finditer(question) if len(match[0]) >= SHORTEST_MISSPELT]
    words.sort(key=lambda match: (known[match[0].lower()], -len(match[0])))
    chosen = words[:1] + (chance.sample(words[1:], 1) if len(words) > 1 else [])
    for match in sorted(chosen, key=lambda match: -match.start()):
        question = question[: match.start()] + mistype(match[0], chance) + question[match.end() :]
    return question


def mistype(word: str, chance: random.Random) -> str:
    """Return a word with two letters swapped, one missing, doubled, or beside the right key; the first is right."""
    place = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("swapped", "missing", "doubled", "beside"))
    letter = word[place]
    if kind == "swapped" and word[place + 1] != letter:
        return word[:place] + word[place + 1] + letter + word[place + 2 :]
    if kind == "doubled":
        return word[:place] + letter + word[place:]
    row = next((row for row in KEYS if letter in row), None)
    if kind == "beside" and row:
        beside = row[max(row.index(letter) - 1, 0)] if row.index(letter) else row[1]
        return word[:place] + beside + word[place + 1 :]
    return word[:place] + word[place + 1 :]


def split_compounds(question: str, chance: random.Random, known: Counter[str]) -> str:
    """Split every compound whose parts are words of the articles: "Bevölkerungszahl" becomes "Bevölkerungs Zahl"."""
    return WORD.sub(lambda match: split_compound(match[0], known), question)


def split_compound(word: str, known: Counter[str]) -> str:
    """Return a compound in two, at the place where the shorter part is longest; other words as they are."""
    cuts = [
        (min(start, len(word) - start), start)
        for start in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
        if word[0].isupper() and known[word[start:].lower()] and is_first_part(word[:start].lower(), known)
    ]
    if not cuts:
        return word
    _, start = max(cuts)
    return f"{word[:start].rstrip('-')} {word[start:].capitalize()}"


def is_first_part(part: str, known: Counter[str]) -> bool:
    """Tell whether a part of a compound is a word of the articles, but for what links it to the next."""
    return any(part.endswith(link) and known[part[: len(part) - len(link)]] for link in LINKS)


def join_words(question: str, chance: random.Random, known: Counter[str]) -> str:
    """Join capitalised words side by side, and what a hyphen joins: "Super Bowl" becomes "Superbowl"."""
    joined = re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])(.)", lambda match: match[1].lower(), question)
    pair = re.compile(r"(?<!^)\b([A-ZÄÖÜ][^\W\d_]+) ([A-ZÄÖÜ][^\W\d_]+)")
    return pair.sub(lambda match: match[1] + match[2].lower(), joined)


def type_umlauts(question: str, chance: random.Random, known: Counter[str]) -> str:
    """Write ae, oe, ue and ss."""
    return "".join(TYPED.get(letter, letter) for letter in question)


def drop_umlauts(question: str, chance: random.Random, known: Counter[str]) -> str:
    """Leave out the dots of umlauts."""
    decomposed = unicodedata.normalize("NFD", question.replace("ß", "ss"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def lower(question: str, chance: random.Random, known: Counter[str]) -> str:
    """Write no capitals, and no question mark."""
    return question.lower().rstrip("? ")


def keep_keywords(question: str, chance: random.Random, known: Counter[str]) -> str:
    """Keep the words that carry content, as people type them into a search box."""
    return " ".join(content_words(question))


NOISES: Mapping[str, Noise] = {
    "misspelt": misspell,
    "no capitals": lower,
    "ae, oe, ue, ss": type_umlauts,
    "no umlauts": drop_umlauts,
    "compounds split": split_compounds,
    "words joined": join_words,
    "keywords": keep_keywords,
}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--readers", type=Path, required=True, help="the folder that fit_reader wrote")
    parser.add_argument("--parallel", type=Path, help="the same questions in the other language, by id")
    parser.add_argument("--most", type=int, help="questions asked at most, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="*", help="kinds of noise; by default all")
    given = parser.parse_args()
    whole = read_testset(given.squad)
    groups = {item.text.strip(): item.group for item in read_squad(given.squad).questions}
    cases = [case for case in whole.cases if case.answerable]
    if given.most:
        cases = random.Random(given.seed).sample(cases, given.most)
    known = Counter(word for text in (whole.paragraphs or {}).values() for word in WORD.findall(text.lower()))
    sets = {"clean": replace(whole, cases=tuple(cases))}
    for name, noise in NOISES.items():
        sets[name] = ask_otherwise(sets["clean"], lambda text, at=noise: at(text, random.Random(text), known))
    if given.parallel:
        sets |= cross_languages(sets["clean"], read_testset(given.parallel), given)
    wanted = [name for name in sets if not given.kinds or name in (*given.kinds, "clean")]
    halves = {case.key: half_of(groups[case.question]) for case in cases}
    with tempfile.TemporaryDirectory(prefix="belegt-benchmark-") as folder:
        desks = [open_desk(Path(folder), given.readers / f"without-{half}.safetensors") for half in (0, 1)]
        records = {name: ask(desks, sets[name], halves) for name in wanted}
    Console(width=160).print(make_table(records, {case.key: case.question for case in cases}))


def ask_otherwise(testset: TestSet, noise: Callable[[str], str]) -> TestSet:
    """Return the same questions in other words; one of which nothing is left stays as it is."""
    return replace(
        testset, cases=tuple(replace(case, question=noise(case.question) or case.question) for case in testset.cases)
    )


def cross_languages(testset: TestSet, other: TestSet, given: argparse.Namespace) -> dict[str, TestSet]:
    """Return the other language's questions over these articles, and these questions over the other's articles."""
    theirs = {case.key: case for case in other.cases}
    shared = [case for case in testset.cases if case.key in theirs]
    return {
        "questions in the other language": replace(
            testset, cases=tuple(replace(case, question=theirs[case.key].question) for case in shared)
        ),
        "articles in the other language": replace(
            other, cases=tuple(replace(theirs[case.key], question=case.question) for case in shared)
        ),
        "both in the other language": replace(other, cases=tuple(theirs[case.key] for case in shared)),
    }


def ask(desks: Sequence[object], testset: TestSet, halves: Mapping[str, int]) -> list[Record]:
    """Return what came of the questions, each asked where its half was not trained on."""
    records: list[Record] = []
    for half, desk in enumerate(desks):
        kept = tuple(case for case in testset.cases if halves[case.key] == half)
        digest = f"{testset.digest}-{half}-{hash_questions(kept)}"
        records += evaluate(desk, replace(testset, cases=kept, digest=digest)).records  # type: ignore[arg-type]
    return records


def hash_questions(cases: Sequence[Case]) -> str:
    """Return a short name for the questions asked."""
    return f"{random.Random(json.dumps([case.question for case in cases])).getrandbits(64):016x}"


def make_table(records: Mapping[str, Sequence[Record]], clean: Mapping[str, str]) -> Table:
    """Return the figures of every kind, beside those of the same questions as they are."""
    first = {record.key: record for record in records["clean"]}
    table = Table("kind", "questions", *(f"{name}{way}" for name in METRICS for way in ("", " / clean")))
    for kind, members in records.items():
        changed = [item for item in members if kind not in NOISES or item.question != clean[item.key]]
        cells = []
        for name in METRICS:
            ours = float(np.mean([item.scores.get(name, 0.0) for item in changed]))
            theirs = float(np.mean([first[item.key].scores.get(name, 0.0) for item in changed]))
            cells += [f"{ours:.3f}", f"{ours / theirs:.3f}" if theirs else "-"]
        table.add_row(kind, str(len(changed)), *cells)
    return table


if __name__ == "__main__":
    main()
