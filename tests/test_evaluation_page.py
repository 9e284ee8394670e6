"""The report as a page: whole, escaped, self-contained, and read in a real browser."""

import json
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.evaluation import METRICS, Report, RunError, compare, evaluate, read_testset, render_page, write_page

HOSTILE = "<script>document.title='ran'</script>\"><img src=x onerror=document.title='ran'>"
LINES = (
    {"question": "Was kostet ein Kilogramm Roggenbrot?", "answers": ["4,10 Euro"], "article_id": "brot.md"},
    {"question": f"Wie lang ist der Buckelwal etwa? {HOSTILE}", "answers": [HOSTILE], "kind": HOSTILE},
    {"question": "Welche Farbe trug Napoleons Zebra in Quito?", "answers": []},
)


@pytest.fixture
def report(desk: Assistant, tmp_path: Path) -> Report:
    path = tmp_path / "fragen.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    return evaluate(desk, read_testset(path))


class Tags(HTMLParser):
    """Collects the elements of a page and the addresses that they would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.addresses: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.addresses += [value for name, value in attributes if name in {"src", "href", "xlink:href", "srcset"}]


def test_nothing_is_fetched_and_nothing_runs(report: Report) -> None:
    tags = Tags(render_page(report, compare(report, report)))
    assert tags.names.isdisjoint({"script", "img", "link", "iframe", "object"})
    assert all(address and address.startswith("#") for address in tags.addresses)
    assert "url(http" not in render_page(report)


def test_texts_of_the_test_set_are_escaped(report: Report) -> None:
    page = render_page(report, compare(report, report))
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_every_figure_is_there_with_its_rule(report: Report) -> None:
    page = render_page(report)
    shown = {figure.name for figure in report.figures}
    assert len(shown) > 15
    for metric in METRICS:
        assert (f'<span class="soft">{metric.name}</span>' in page) == (metric.name in shown)


def test_every_wrong_answer_can_be_read(report: Report) -> None:
    page = render_page(report)
    assert report.wrong()
    for record in report.wrong():
        assert record.reason in page
        assert all(quote.text in page for quote in record.quotes)


def test_the_same_report_is_the_same_page(report: Report) -> None:
    assert render_page(report) == render_page(report)


def test_a_report_without_speed_says_nothing_of_it(report: Report) -> None:
    assert "Peak memory" in render_page(report)
    assert "<h2>Speed</h2>" not in render_page(replace(report, speed=None))


def test_a_page_that_cannot_be_written_is_one_line(report: Report, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"^[^\n]*can't be written[^\n]*$"):
        write_page(tmp_path / "nowhere" / "page.html", report)


@pytest.mark.real
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium on this machine")
def test_a_browser_shows_plots_and_cases_and_asks_for_nothing(report: Report, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    path = tmp_path / "page.html"
    write_page(path, report, compare(report, report))
    asked, complaints = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path.as_uri())
        assert page.title() == "belegt: fragen.jsonl"
        plots = page.get_by_role("img").all()
        assert len(plots) == 5
        assert all(plot.bounding_box()["height"] > 50 for plot in plots)
        page.locator("body > details > summary").last.click()
        page.locator("body > details").last.locator("details > summary").first.click()
        assert page.locator("dl").last.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        browser.close()
    assert asked == [path.as_uri()]
    assert not complaints
