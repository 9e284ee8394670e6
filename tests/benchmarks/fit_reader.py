"""Train the reader: adapter and heads on the bundled encoder, from SQuAD-format files.

    python -m tests.benchmarks.fit_reader --out weights.safetensors SQUAD.json [SQUAD.json ...]
    python -m tests.benchmarks.fit_reader --hold-out 0 --out half.safetensors ...     leaves every second article out

A step reads a question with the passage that answers and with others that a search found. The answering sentence is to
score above all others and above 0 ("not here"), and without the answering passage 0 above all others. In a part of the
steps one of the others is the answering passage without its answering sentence: the nearest miss there is. The words of
the answer are learnt from the answering passage alone.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as functional
from safetensors.torch import save_file
from torch import nn
from transformers import AutoModel, AutoTokenizer

from assistant import Settings
from assistant.reader.encoder import UNREAD, Encoded, encode_pairs, pool_sentences
from tests.benchmarks.question_sets import RememberingEmbeddings, build_search, without_sentences
from vectorstore import Article, EmbeddingModel, Passage, Source, prepare_bundled_model, split_article

RANK = 32
"""Of the adapter: 2.7 million weights, 5.3 MB in half precision."""
TARGETS = ["query", "key", "value", "dense"]
EPOCHS = 2
GROUP = 4
"""Questions a step."""
RATES = {"adapter": 6e-4, "heads": 2e-3}
WARM_UP = 0.1
OTHERS = 4
"""Passages found from which a step draws the one that doesn't answer."""
CUT_SHARE = 0.3
"""Share of steps in which that passage is the answering one without its answering sentence."""
SPAN_SHARE = 0.5
SEED = 1


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the passage that answers with the place of the answer in it, and passages that don't."""

    question: str
    group: str
    passage: Passage
    sentence: int
    start: int
    end: int
    others: tuple[Passage, ...]


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path, nargs="+", help="SQuAD-format files")
    parser.add_argument("--out", type=Path, required=True, help="where the weights are written")
    parser.add_argument("--hold-out", type=int, choices=(0, 1), help="leave every second article out")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    given = parser.parse_args()
    settings = Settings()
    embeddings = RememberingEmbeddings(EmbeddingModel("bundled"), cache_dir=settings.cache_dir / "models")
    examples = [example for path in given.squad for example in make_examples(path, embeddings)]
    if given.hold_out is not None:
        examples = [example for example in examples if half_of(example.group) != given.hold_out]
    print(f"{len(examples)} questions", flush=True)
    folder = prepare_bundled_model(settings.cache_dir / "models", announce=print)
    train(examples, folder, given.out, epochs=given.epochs)


def half_of(group: str) -> int:
    """Return which half of its file an article belongs to."""
    return int(group.rpartition("/")[2]) % 2


def make_examples(path: Path, embeddings: RememberingEmbeddings) -> Iterator[Example]:
    """Yield the questions of a file whose answer stands in a sentence of a passage that can be quoted."""
    articles, asked = read_with_places(path)
    search = build_search(articles, embeddings)
    passages = {article.source.article_id: split_article(article) for article in articles}
    for question, article_id, group, text, start in asked:
        holding = [item for item in passages[article_id] if item.start <= start and start + len(text) <= item.end]
        if not holding:
            continue
        passage = holding[0]
        place = next((n for n, item in enumerate(passage.sentences) if item.start <= start < item.end), None)
        if place is None:
            continue
        hits = [hit.passage for hit in search.search(question, count=OTHERS + 3).hits]
        others = [hit for hit in hits if text.lower() not in hit.text.lower()]
        if others:
            yield Example(
                question, group, passage, place, start - passage.start, start + len(text) - passage.start,
                tuple(others[:OTHERS]),
            )  # fmt: skip


def read_with_places(path: Path) -> tuple[list[Article], list[tuple[str, str, str, str, int]]]:
    """Read paragraphs, and questions with article, group, first answer, and where it starts."""
    articles, asked = [], []
    numbers: dict[str, int] = {}
    for entry in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in entry["paragraphs"]:
            context = paragraph["context"]
            title = entry.get("title") or context.split("\n", 1)[0]
            group = f"{path.stem}/{numbers.setdefault(title, len(numbers))}"
            article_id = f"{len(articles):05d}"
            articles.append(Article(Source(article_id, article_id), context))
            for item in paragraph["qas"]:
                asked += [
                    (item["question"], article_id, group, answer["text"], answer["answer_start"])
                    for answer in item["answers"][:1]
                ]
    return articles, asked


class TrainedReader(nn.Module):
    """The encoder with an adapter, and the two heads."""

    def __init__(self, folder: Path) -> None:
        from peft import LoraConfig, get_peft_model

        super().__init__()
        # eager attention: its backward pass is faster on a processor than that of the fused one (7.2 pairs/s for 5.0)
        encoder = AutoModel.from_pretrained(
            folder, add_pooling_layer=False, dtype=torch.bfloat16, attn_implementation="eager"
        )
        config = LoraConfig(r=RANK, lora_alpha=RANK, target_modules=TARGETS)
        self.encoder = get_peft_model(encoder, config, autocast_adapter_dtype=False)
        size = encoder.config.hidden_size
        self.sentence, self.span = nn.Linear(size, 1), nn.Linear(size, 2)
        nn.init.zeros_(self.sentence.weight)
        nn.init.zeros_(self.span.weight)

    def forward(self, encoded: Encoded) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the score of each sentence, and the start and end scores of each token, those outside masked."""
        states = self.encoder(input_ids=encoded.ids, attention_mask=encoded.mask).last_hidden_state.float()
        pooled, sizes = pool_sentences(states, encoded.sentences, encoded.count)
        scores = self.sentence(pooled)[:, 0].masked_fill(sizes == 0, UNREAD)
        edges = self.span(states).masked_fill((encoded.sentences < 0)[..., None], -1e4)
        return scores, edges


def train(examples: Sequence[Example], folder: Path, out: Path, *, epochs: int) -> None:
    """Train and write the weights after every epoch."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    reader = TrainedReader(folder)
    adapter = [value for name, value in reader.named_parameters() if "lora_" in name]
    masters = [value.detach().float().clone().requires_grad_() for value in adapter]
    heads = [*reader.sentence.parameters(), *reader.span.parameters()]
    optimiser = torch.optim.AdamW(
        [{"params": masters, "lr": RATES["adapter"]}, {"params": heads, "lr": RATES["heads"]}], weight_decay=0.01
    )
    steps = epochs * -(-len(examples) // GROUP)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (WARM_UP * steps), (steps - step) / (steps * (1 - WARM_UP)), 1.0)
    )
    done, started, recent = 0, time.time(), []
    for epoch in range(epochs):
        for batch in make_batches(examples, chance):
            loss = loss_of(batch, reader, tokenizer, chance)
            loss.backward()
            step_masters(adapter, masters)
            nn.utils.clip_grad_norm_([*masters, *heads], 1.0)
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
            copy_masters(adapter, masters)
            done, recent = done + 1, [*recent[-49:], float(loss.detach())]
            if done % 25 == 0:
                mean = sum(recent) / len(recent)
                print(f"{done}/{steps} loss {mean:.3f}, {time.time() - started:.0f} s", flush=True)
        save(reader, out)
        print(f"epoch {epoch + 1} written to {out}", flush=True)


def step_masters(adapter: Sequence[nn.Parameter], masters: Sequence[torch.Tensor]) -> None:
    """Hand the gradients of the half-precision adapter to its copy in full precision."""
    for low, full in zip(adapter, masters, strict=True):
        full.grad = None if low.grad is None else low.grad.float()
        low.grad = None


def copy_masters(adapter: Sequence[nn.Parameter], masters: Sequence[torch.Tensor]) -> None:
    """Hand the full-precision copy back to the adapter."""
    with torch.no_grad():
        for low, full in zip(adapter, masters, strict=True):
            low.copy_(full)


def make_batches(examples: Sequence[Example], chance: random.Random) -> Iterator[list[Example]]:
    """Yield the examples in random order, a few at a time."""
    order = list(examples)
    chance.shuffle(order)
    for place in range(0, len(order), GROUP):
        yield order[place : place + GROUP]


def loss_of(batch: Sequence[Example], reader: TrainedReader, tokenizer: object, chance: random.Random) -> torch.Tensor:
    """Return the mean loss of some questions, each with the answering passage and one other."""
    passages = [passage for example in batch for passage in (example.passage, choose_other(example, chance))]
    encoded = encode_pairs(tokenizer, [example.question for example in batch for _ in range(2)], passages)
    scores, edges = reader(encoded)
    bounds = [*encoded.firsts, encoded.count]
    losses = []
    for place, example in enumerate(batch):
        first, second, after = bounds[2 * place : 2 * place + 3]
        losses.append(sentence_loss(scores[first:after], second - first, example.sentence))
        losses.append(SPAN_SHARE * span_loss(example, encoded, edges[2 * place], 2 * place))
    return torch.stack(losses).sum() / len(batch)


def choose_other(example: Example, chance: random.Random) -> Passage:
    """Return a passage that doesn't answer: found with it, or the answering one without its answering sentence."""
    cut = cut_answer(example) if chance.random() < CUT_SHARE else None
    return cut or chance.choice(example.others)


def sentence_loss(scores: torch.Tensor, size: int, sentence: int) -> torch.Tensor:
    """Return the loss of choosing the sentence among both passages, and none in the second alone."""
    none = torch.zeros(1)
    with_answer, without = torch.cat([none, scores]), torch.cat([none, scores[size:]])
    chosen = functional.cross_entropy(with_answer[None], torch.tensor([1 + sentence]))
    return chosen + functional.cross_entropy(without[None], torch.tensor([0]))


def span_loss(example: Example, encoded: Encoded, edges: torch.Tensor, row: int) -> torch.Tensor:
    """Return the loss of the answer's first and last token; none where the answer was cut off."""
    ends = encoded.offsets[row]
    inside = encoded.sentences[row].numpy() >= 0
    begin = next((n for n in range(len(ends)) if inside[n] and ends[n][1] > example.start), None)
    end = next((n for n in reversed(range(len(ends))) if inside[n] and ends[n][0] < example.end), None)
    if begin is None or end is None or end < begin:
        return torch.zeros(())
    return functional.cross_entropy(edges.T, torch.tensor([begin, end]))


def cut_answer(example: Example) -> Passage | None:
    """Return the answering passage without its answering sentence, ``None`` where nothing else is in it."""
    sentences = example.passage.sentences
    if len(sentences) == 1:
        return None
    return without_sentences(example.passage, [sentences[example.sentence]])


def save(reader: TrainedReader, out: Path) -> None:
    """Write adapter and heads in half precision."""
    tensors = {}
    for name, value in reader.named_parameters():
        if "lora_" in name:
            path = name.split("base_model.model.")[1]
            module = path.split(".lora_")[0]
            side = "down" if "lora_A" in path else "up"
            tensors[f"{module}.{side}"] = value.detach().half().contiguous()
    for head in ("sentence", "span"):
        for kind, value in getattr(reader, head).named_parameters():
            tensors[f"{head}.{kind}"] = value.detach().half().contiguous()
    save_file(tensors, out)


if __name__ == "__main__":
    main()
