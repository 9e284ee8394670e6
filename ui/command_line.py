"""The command line: ``belegt chat``, ``ask``, ``index``, ``articles``, ``doctor``, ``evaluate`` and ``password``.

A user's mistake is one line on stderr, never a traceback.

Exit status: 0 done, 1 a mistake that the user can mend or a figure that passes no gate (``evaluate``), 2 wrong usage, 3
the articles don't answer (``ask``).
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui import opening
from ui.answer_text import WIDTH, show, show_suggestions
from ui.articles_command import articles_group
from ui.chat_command import chat_command, password_command
from ui.doctor_command import doctor_command
from ui.indexing import tell_report
from ui.opening import articles_option, data_option, one_line_errors

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.answer import Mode
    from ui.evaluation import Gate

ABSTAINED = 3
DAY = click.DateTime(["%Y-%m-%d"])
QUIET = {
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Settings of the libraries that keep them silent and keep them from the network, and numpy from waiting for a second
core by turning idly, which on a busy machine takes thrice the time; what the user has set stays."""


def check_articles(chosen: tuple[str, ...], desk: Assistant) -> None:
    """Make sure that there are articles of these ids; a misspelt one would look like an article that doesn't answer.

    Raises:
        ArticleError: there is none of an id.
    """
    from assistant import ArticleError

    known = {source.article_id for source in desk.articles()} if chosen else set()
    for article_id in chosen:
        if article_id not in known:
            raise ArticleError(f"there is no article {article_id!r}; belegt articles lists those that are there")


def parse_gates(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[Gate, ...]:
    """Return the gates named as METRIC=X, or say what would be right."""
    if not given:
        return ()
    from assistant.evaluation.metrics import BY_NAME
    from ui.evaluation import Gate

    gates = []
    for text in given:
        name, _, limit = text.partition("=")
        if name not in BY_NAME:
            raise click.BadParameter(f"there is no metric {name!r}; there are {', '.join(BY_NAME)}", context, parameter)
        try:
            gates.append(Gate(name, float(limit)))
        except ValueError as error:
            hint = f"{limit!r} is no number; write for example {name}=0.9"
            raise click.BadParameter(hint, context, parameter) from error
    return tuple(gates)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDTH})
@click.version_option(package_name="belegt", prog_name="belegt")
def main() -> None:
    """Ask a collection of articles; every sentence of the answer carries a citation.

    Settings may also come from the environment: BELEGT_ARTICLES, BELEGT_DATA_DIR, BELEGT_CACHE_DIR,
    BELEGT_EMBEDDING_MODEL, BELEGT_QUERY_PROMPT, BELEGT_PASSAGE_PROMPT, BELEGT_READER,
    BELEGT_MOST_STATEMENTS, BELEGT_REFUSE_BELOW, BELEGT_CHROMA_URL, BELEGT_CHROMA_COLLECTION,
    BELEGT_CHROMA_TOKEN, BELEGT_LLM, BELEGT_LLM_FILE, BELEGT_LLM_SHA256, BELEGT_LLM_URL,
    BELEGT_LLM_MODEL, BELEGT_LLM_KEY, BELEGT_LLM_SECONDS, BELEGT_UNSUPPORTED, BELEGT_LOG,
    BELEGT_LOG_TEXT.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


mode_option = click.option(
    "--quoted/--written",
    "mode",
    default=None,
    callback=lambda context, option, quoted: {None: None, True: "quoted", False: "written"}[quoted],
    help="Answer in the articles' own sentences, or in a language model's. Default: written where one is set.",
)


@main.command()
@click.argument("question", metavar="Q")
@articles_option
@data_option
@click.option(
    "--article",
    "chosen",
    multiple=True,
    metavar="ID",
    help="Ask this article alone; may be given several times. belegt articles lists the ids.",
)
@click.option(
    "--since",
    type=DAY,
    metavar="DATE",
    help="Ask articles of this day and later, such as 2025-02-24; those without a date are left out.",
)
@click.option("--until", type=DAY, metavar="DATE", help="Ask articles of this day and earlier; likewise.")
@mode_option
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object and nothing else.")
def ask(
    question: str,
    articles: tuple[Path, ...],
    data_dir: Path | None,
    chosen: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    *,
    mode: Mode | None,
    as_json: bool,
) -> None:
    """Answer one question, with the passages it stands on."""
    with one_line_errors():
        from assistant import Scope
        from assistant.chain import check_question
        from assistant.observing import observe
        from assistant.question_log import open_question_log

        check_question(question)
        scope = Scope(chosen, since.date() if since else None, until.date() if until else None)
        desk = opening.open_filled_desk(articles, data_dir)
        check_articles(chosen, desk)
        with open_question_log(desk.settings) as tell, observe(question, tell) as observed:
            answer = observed.see(desk.answer(question, scope=scope, mode=mode))
    click.echo(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2) if as_json else show(answer))
    if answer.abstained and not as_json:
        click.echo(show_suggestions(desk.suggest(answer)), nl=False)
    if answer.abstained:
        sys.exit(ABSTAINED)


@main.command()
@articles_option
@data_option
@click.option("--rebuild", is_flag=True, help="Index everything anew.")
def index(articles: tuple[Path, ...], data_dir: Path | None, *, rebuild: bool) -> None:
    """Bring the index in step with the folders: new, edited, renamed and deleted files."""
    with one_line_errors():
        tell_report(opening.open_shelves(articles, data_dir).mirror(rebuild=rebuild))


@main.command()
@click.argument("testset", type=click.Path(path_type=Path), metavar="TESTSET")
@articles_option
@data_option
@click.option(
    "--format",
    "testset_format",
    type=click.Choice(["jsonl", "squad"]),
    help="One JSON object a line, or SQuAD's JSON, whose paragraphs become the articles. Default: told from the file.",
)
@click.option(
    "--unanswerable-from",
    "foreign",
    type=click.Path(path_type=Path),
    metavar="OTHER",
    help="Another test set, whose questions these articles can't answer, is asked too.",
)
@click.option(
    "--compare",
    "before",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="A run that --json wrote: shows both side by side, and the questions that changed.",
)
@click.option(
    "--report", "page", type=click.Path(path_type=Path), metavar="FILE.html", help="Write a page with plots and cases."
)
@click.option(
    "--json",
    "run_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the run for --compare and for programs; speed and memory go beside it, into FILE.speed.json.",
)
@click.option("--list-wrong", is_flag=True, help="Print every wrong answer.")
@click.option(
    "--fail-under",
    "least",
    multiple=True,
    callback=parse_gates,
    metavar="METRIC=X",
    help="Exit with 1 if a figure is lower.",
)
@click.option(
    "--fail-over", "most", multiple=True, callback=parse_gates, metavar="METRIC=X", help="Exit with 1 if it is higher."
)
@mode_option
@click.option("--at-once", type=click.IntRange(1, 64), default=1, show_default=True, help="Questions asked at once.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the resampling behind intervals and tests.")
@click.option("--fresh", is_flag=True, help="Begin anew where a run was stopped.")
def evaluate(articles: tuple[Path, ...], data_dir: Path | None, **options: Any) -> None:
    """Ask a test set and tell how good the answers are, where they fail, and whether a change helped.

    A run that was stopped with Ctrl-C goes on when the same command is given again.
    """
    with one_line_errors("Stopped; give the same command again to go on where it stopped."):
        from ui.evaluation import Job, run

        failures = run(Job(**options), opening.open_desk(articles, data_dir))
    for line in failures:
        click.echo(line, err=True)
    if failures:
        sys.exit(1)


main.add_command(articles_group)
main.add_command(chat_command)
main.add_command(doctor_command)
main.add_command(password_command)


if __name__ == "__main__":
    main()
