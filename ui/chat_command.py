"""``belegt chat`` serves the page, to people and programs; ``belegt password`` makes a line of its ``--auth`` file."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from ui import opening
from ui.allocation import share_arenas
from ui.indexing import tell_report
from ui.opening import articles_option, complain, data_option, one_line_errors


@click.command("chat")
@articles_option
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, metavar="H", help="The address to listen on.")
@click.option(
    "--port", metavar="P", type=click.IntRange(1, 65535), help="The port. Default: the first free one from 7860 on."
)
@click.option("--browser/--no-browser", default=True, help="Open the page in a browser.")
@click.option("--watch/--no-watch", default=True, help="Keep in step with the folders while the page is open.")
@click.option(
    "--auth",
    "accounts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Let nobody in but those named in FILE, a line name:password each; belegt password makes such lines.",
)
@click.option(
    "--without-sign-in", "insisted", is_flag=True, help="Let everybody in who reaches the address, also from elsewhere."
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="A name under which the page is reached, such as that of a proxy before it; may be given several times.",
)
@click.option("--mcp", is_flag=True, help="Offer the articles to language models as tools, too (MCP).")
def chat_command(
    articles: tuple[Path, ...],
    data_dir: Path | None,
    accounts: Path | None,
    host: str,
    port: int | None,
    names: tuple[str, ...],
    *,
    insisted: bool,
    browser: bool,
    watch: bool,
    mcp: bool,
) -> None:
    """Open the chat page."""
    share_arenas()
    from ui.account_file import read_accounts
    from ui.served_names import ServedNames, check_reach

    with one_line_errors():
        check_reach(host, auth=accounts, insisted=insisted)
        ServedNames.of(host, names)
        auth = read_accounts(accounts, complain=complain) if accounts else None
        desk = opening.open_desk(articles, data_dir)
        if report := opening.bring_in_step(desk):
            tell_report(report)
        from assistant.question_log import STDERR, open_question_log
        from ui.serving import launch

        with (
            open_question_log(desk.settings, default=STDERR) as tell,
            desk.watching(tell=tell_report, complain=complain) if watch else nullcontext(),
        ):
            launch(desk, host=host, port=port, open_browser=browser, auth=auth, mcp=mcp, names=names, tell=tell)


@click.command("password")
@click.argument("name", metavar="NAME")
def password_command(name: str) -> None:
    """Ask for a password, twice, and print a line for the --auth file that holds it hashed.

    For example: belegt password anna >> accounts.txt
    """
    from ui.account_file import write_account

    with one_line_errors():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        click.echo(write_account(name, password))
