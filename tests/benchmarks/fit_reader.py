"""Train the reader: adapter and heads on the bundled encoder, from SQuAD-format files.

    python -m tests.benchmarks.fit_reader --out FOLDER --first SQUAD.json [SQUAD.json ...] --then SQUAD.json [...]

First on questions in other languages, once, then on the German ones: without the one half of their articles
(FOLDER/without-0.safetensors), without the other (without-1.safetensors), and on all of them (weights.safetensors). The
two halves are there to be measured: fit_quoting and held_out ask each question of the reader that has not seen its
article. What is there already is not trained again, so a run that was stopped goes on after the last file it wrote.

A step reads a question with the passage that answers, and a pair of question and passage that doesn't. The answering
sentence is to score above all others and above 0 ("not here"), and in the pair that doesn't answer 0 above all others.
The words of the answer are learnt from the answering passage alone.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.utils import parametrize
from transformers import AutoModel, AutoTokenizer

from assistant import Settings
from assistant.reader.encoder import LONGEST, PROMPT, UNREAD, number_tokens
from tests.benchmarks.question_sets import RememberingEmbeddings, half_of
from tests.benchmarks.reader_examples import Example, Pair, make_examples
from vectorstore import EmbeddingModel, Passage, prepare_bundled_model

RANK = 32
"""Of the adapter: 2.7 million weights, 5.3 MB in half precision."""
GROUP = 4
"""Questions a step."""
HEAD_RATE = 2e-3
WARM_UP = 0.1
SPAN_SHARE = 0.5
SEED = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """How many questions are read, and how fast is learnt.

    Of more examples than that as many are drawn; fewer are read several times, in epochs rounded to whole ones.
    """

    reads: int
    rate: float


FIRST = Stage(reads=5500, rate=6e-4)
"""20 minutes on two cores."""
THEN = Stage(reads=2621, rate=5e-4)
"""Two epochs for half of the articles, one for all: 10 minutes. More were not tried; the loss was still falling."""


def main() -> None:
    """Train, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=Path, nargs="+", required=True, help="files in other languages")
    parser.add_argument("--then", type=Path, nargs="+", required=True, help="German files")
    parser.add_argument("--out", type=Path, required=True, help="the folder that the weights are written into")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    first = given.out / "first.safetensors"
    train_once(first, None, FIRST, given.first)
    for half in (0, 1):
        train_once(given.out / f"without-{half}.safetensors", first, THEN, given.then, without=half)
    train_once(given.out / "weights.safetensors", first, THEN, given.then)


def train_once(
    out: Path, start: Path | None, stage: Stage, files: Sequence[Path], *, without: int | None = None
) -> None:
    """Train one set of weights, unless they are there already."""
    if out.exists():
        print(f"{out} is there", flush=True)
        return
    everything, state = collect_examples(tuple(files))
    chance = random.Random()
    chance.setstate(state)
    examples = [example for example in everything if without is None or half_of(example.group) != without]
    examples = chance.sample(examples, min(stage.reads, len(examples)))
    print(f"{out.name}: {len(examples)} questions", flush=True)
    torch.manual_seed(SEED)
    folder = prepare_bundled_model(Settings().cache_dir / "models", announce=print)
    reader = TrainedReader(folder)
    if start:
        reader.load(start)
    train(reader, examples, AutoTokenizer.from_pretrained(folder), stage, chance)
    reader.save(out)


@cache
def collect_examples(files: tuple[Path, ...]) -> tuple[tuple[Example, ...], object]:
    """Return the examples of some files, and the state of chance after making them, in which every training begins."""
    embeddings = RememberingEmbeddings(EmbeddingModel(), cache_dir=Settings().cache_dir / "models")
    chance = random.Random(SEED)
    examples = tuple(example for path in files for example in make_examples(path, embeddings, chance))
    return examples, chance.getstate()


class LowRank(nn.Module):
    """A weight and what is learnt to be added to it: the product of two narrow matrices, at first 0.

    Adding it to the weight, as the product does when it loads, takes two thirds of the time of leading the activations
    past the weight (as peft does): .80 s a step instead of 1.20.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.empty(RANK, inputs))
        self.up = nn.Parameter(torch.zeros(outputs, RANK))
        nn.init.kaiming_uniform_(self.down, a=5**0.5)

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the changed weight, in the precision it came in."""
        return weight + (self.up @ self.down).to(weight.dtype)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Pairs of question and passage as tokens, shape (pairs, tokens).

    ``sentences`` holds for each token the number of its sentence, counted over all pairs, -1 outside; ``firsts`` the
    number of each pair's first sentence; ``offsets`` where a token starts and ends in its passage's text.
    """

    ids: torch.Tensor
    mask: torch.Tensor
    sentences: torch.Tensor
    offsets: NDArray[np.int64]
    firsts: tuple[int, ...]
    count: int


def encode_pairs(tokenizer: Any, questions: Sequence[str], passages: Sequence[Passage]) -> Encoded:
    """Return pairs of a question and a passage as tokens."""
    batch = tokenizer(
        [f"{PROMPT}{question}" for question in questions],
        [passage.text for passage in passages],
        truncation="only_second",
        max_length=LONGEST,
        padding=True,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = batch["offset_mapping"].numpy()
    numbers = np.full(offsets.shape[:2], -1)
    firsts, count = [], 0
    for row, passage in enumerate(passages):
        second = np.array([kind == 1 for kind in batch.sequence_ids(row)])
        numbers[row] = number_tokens(offsets[row], second, passage.spans, count)
        firsts.append(count)
        count += len(passage.spans)
    return Encoded(
        batch["input_ids"], batch["attention_mask"], torch.from_numpy(numbers), offsets, tuple(firsts), count
    )


def pool_sentences(states: torch.Tensor, numbers: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the mean state of each sentence's tokens, shape (sentences, d), and how many tokens each has."""
    flat, places = states.reshape(-1, states.shape[-1]), numbers.reshape(-1)
    inside = places >= 0
    sums = torch.zeros(count, flat.shape[-1]).index_add_(0, places[inside], flat[inside])
    sizes = torch.zeros(count).index_add_(0, places[inside], torch.ones(int(inside.sum())))
    return sums / sizes.clamp(min=1)[:, None], sizes


class TrainedReader(nn.Module):
    """The encoder with an adapter, and the two heads."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        # eager attention: its backward pass is faster on a processor than that of the fused one (.80 s a step for 1.04)
        self.encoder = AutoModel.from_pretrained(
            folder, add_pooling_layer=False, dtype=torch.bfloat16, attn_implementation="eager"
        ).requires_grad_(requires_grad=False)
        self.adapters = {}
        for name, module in list(self.encoder.named_modules()):
            if isinstance(module, nn.Linear):
                self.adapters[name] = LowRank(*module.weight.shape)
                parametrize.register_parametrization(module, "weight", self.adapters[name], unsafe=True)
        size = self.encoder.config.hidden_size
        self.heads = nn.ModuleDict({"sentence": nn.Linear(size, 1), "span": nn.Linear(size, 2)})
        for head in self.heads.values():
            nn.init.zeros_(head.weight)

    def forward(self, encoded: Encoded) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the score of each sentence, and the start and end scores of each token, those outside masked."""
        states = self.encoder(input_ids=encoded.ids, attention_mask=encoded.mask).last_hidden_state.float()
        pooled, sizes = pool_sentences(states, encoded.sentences, encoded.count)
        scores = self.heads["sentence"](pooled)[:, 0].masked_fill(sizes == 0, UNREAD)
        edges = self.heads["span"](states).masked_fill((encoded.sentences < 0)[..., None], -1e4)
        return scores, edges

    def learnt(self) -> dict[str, nn.Parameter]:
        """Return all that is learnt, under the names that it travels by."""
        adapters = {
            f"{name}.{side}": getattr(adapter, side)
            for name, adapter in self.adapters.items()
            for side in ("down", "up")
        }
        return {**adapters, **dict(self.heads.named_parameters())}

    def load(self, path: Path) -> None:
        """Go on from weights that were written before."""
        known = load_file(path)
        with torch.no_grad():
            for name, value in self.learnt().items():
                value.copy_(known[name].float())

    def save(self, path: Path) -> None:
        """Write what was learnt, in half precision."""
        save_file({name: value.detach().half().contiguous() for name, value in self.learnt().items()}, path)
        print(f"{path} written", flush=True)


def train(
    reader: TrainedReader, examples: Sequence[Example], tokenizer: object, stage: Stage, chance: random.Random
) -> None:
    """Train a reader; its rate rises, and then falls to 0."""
    learnt = reader.learnt()
    heads = list(reader.heads.parameters())
    adapters = [value for name, value in learnt.items() if name.endswith((".down", ".up"))]
    optimiser = torch.optim.AdamW(
        [{"params": adapters, "lr": stage.rate}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01
    )
    epochs = round(stage.reads / len(examples))
    steps = epochs * -(-len(examples) // GROUP)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (WARM_UP * steps), (steps - step) / (steps * (1 - WARM_UP)), 1.0)
    )
    started, recent = time.time(), []
    batches = (batch for _ in range(epochs) for batch in make_batches(examples, chance))
    for done, batch in enumerate(batches, start=1):
        loss = loss_of(batch, reader, tokenizer, chance)
        loss.backward()
        nn.utils.clip_grad_norm_([*adapters, *heads], 1.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        recent = [*recent[-99:], float(loss.detach())]
        if done % 25 == 0:
            print(f"{done}/{steps} loss {sum(recent) / len(recent):.3f}, {time.time() - started:.0f} s", flush=True)


def make_batches(examples: Sequence[Example], chance: random.Random) -> Iterator[list[Example]]:
    """Yield the examples in random order, a few at a time."""
    order = list(examples)
    chance.shuffle(order)
    for place in range(0, len(order), GROUP):
        yield order[place : place + GROUP]


def loss_of(batch: Sequence[Example], reader: TrainedReader, tokenizer: object, chance: random.Random) -> torch.Tensor:
    """Return the mean loss of some questions, each with the answering passage and a pair that doesn't answer."""
    pairs = [pair for item in batch for pair in (Pair(item.question, item.passage), item.draw_pair(chance))]
    encoded = encode_pairs(tokenizer, [pair.question for pair in pairs], [pair.passage for pair in pairs])
    scores, edges = reader(encoded)
    bounds = [*encoded.firsts, encoded.count]
    losses = []
    for place, example in enumerate(batch):
        first, second, after = bounds[2 * place : 2 * place + 3]
        answering, other = scores[first:second], scores[second:after]
        rivals = other if pairs[2 * place + 1].question == example.question else other[:0]
        losses.append(choose_loss(torch.cat([answering, rivals]), 1 + example.sentence))
        losses.append(choose_loss(other, 0))
        losses.append(SPAN_SHARE * span_loss(example, encoded, edges[2 * place], 2 * place))
    return torch.stack(losses).sum() / len(batch)


def choose_loss(scores: torch.Tensor, right: int) -> torch.Tensor:
    """Return the loss of choosing the right one of "not here" (0) and the sentences."""
    return functional.cross_entropy(torch.cat([torch.zeros(1), scores])[None], torch.tensor([right]))


def span_loss(example: Example, encoded: Encoded, edges: torch.Tensor, row: int) -> torch.Tensor:
    """Return the loss of the answer's first and last token; none where the answer was cut off."""
    ends = encoded.offsets[row]
    inside = encoded.sentences[row].numpy() >= 0
    begin = next((n for n in range(len(ends)) if inside[n] and ends[n][1] > example.start), None)
    end = next((n for n in reversed(range(len(ends))) if inside[n] and ends[n][0] < example.end), None)
    if begin is None or end is None or end < begin:
        return torch.zeros(())
    return functional.cross_entropy(edges.T, torch.tensor([begin, end]))


if __name__ == "__main__":
    main()
