"""Small documents of every kind that is read, made by chance from words and marks that mean something to some rule."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from functools import cache

from tests.benchmarks.fuzzing.patterns import attack, find_patterns

SENTENCES = (
    "Die Stadt baut am Fluss ein neues Bad.",
    "Es kostet 1,2 Mrd. Euro, z. B. für die Technik.",
    "Am 3. Oktober 2023 wurde die 84 km lange Strecke eröffnet.",
    "„Ich komme gern“, sagte Clara Schumann am Montag.",
    "Der Umsatz stieg um 8 Prozent auf 4.100,50 Euro [1].",
    "Laut Prof. Dr. h. c. Planck liegt das an der Nr. 5.",
    "The line, opened in May 2024, is 41 miles long.",
    'He said: "It is not so bad." Then he left.',
    "Dieser Schritt war nötig, weil der Preis sank!",
    "Wer leitet das Amt?",
    "Ihr Bau dauerte bis zum 24.02.2025 um 14:30 Uhr…",
    "Die AG & Co. KG (Sitz: St. Gallen) zahlt 3,5 % mehr.",
)
LINES = (
    "# Neues Bad am Fluss",
    "## Fahrzeit",
    "Von Clara Schumann",
    "Berlin, 3. März 2024 – Die Stadt baut.",
    "Stand: 24.02.2025",
    "- Ein Punkt der Liste steht hier drin.",
    "1. Erster Punkt",
    "> Zitat ohne Ende",
    "| Jahr | Umsatz |",
    "|------|--------|",
    "| 2023 | 5 Mio. |",
    "Jahr\tUmsatz",
    "2023\t5 Millionen",
    "Anzeige",
    "Lesen Sie auch: Das alte Bad",
    "Teilen",
    "Kommentare (2)",
    "Newsletter",
    "Mehr zum Thema",
    "Quellen",
    "https://example.org/a?b=c&d=<e>",
    "© 2024 Bote",
    "Foto: dpa",
    "Frage: Wie lange noch?",
    "***",
    "```",
    "---",
    "[^1]: Fußnote",
)
SCRAPS = (
    "[1]",
    " [2, 3]",
    "[a](http://example.org)",
    "![x](javascript:alert(1))",
    "<b>fett</b>",
    "<script>alert(1)</script>",
    "<!--",
    "]]>",
    "&amp;#60;",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u00ad",
    "\ufeff",
    "\u0308",
    "\u0301" * 40,
    "\u2028",
    "\x85",
    "\x0b",
    "\x0c",
    "\r",
    "\r\n",
    "\x1c",
    "\x00",
    "\x1b[31m",
    "\x7f",
    "\ud800",
    "\udfff",
    "\U0001f600",
    "\u00a0" * 9,
    "\t\t\t",
    " " * 300,
    "\n" * 40,
    "שלום.",
    "。",
    "！",
    "٣٤",
    "½",
    "Ⅳ",
    "²",
    "ſ",
    "İ",
    "ﬁ",
    "ß",
    "„",
    "“",
    "»",
    "(" * 30,
    "a" * 400,
    "A" * 400,
    "1" * 400,
    "." * 99,
    "-" * 99,
    "{{x}}",
    "${y}",
    "%s",
    "\\",
)
TAGS = tuple(
    re.findall(
        r"\w+",
        "article p div span h1 h2 ul li table tr td blockquote section nav aside b a time figure pre br main",
    )
)


def make_text(rng: random.Random) -> str:
    """Return a text of lines, sentences and scraps."""
    pieces: list[str] = []
    for _ in range(rng.randint(0, 14)):
        kind = rng.random()
        if kind < 0.5:
            pieces.append(" ".join(rng.choices(SENTENCES, k=rng.randint(1, 5))))
        elif kind < 0.8:
            pieces.append(rng.choice(LINES))
        elif kind < 0.82:
            pieces.append(make_attack(rng, rng.choice((200, 1_500, 1_500, 20_000))))
        elif kind < 0.95:
            pieces.append(rng.choice(SCRAPS) * rng.choice((1, 1, 1, 3)))
        else:
            pieces.append("".join(chr(rng.randrange(0x20, 0x3000)) for _ in range(rng.randint(1, 40))))
        pieces.append(rng.choice(("\n\n", "\n\n", "\n", " ", "")))
    text = "".join(pieces)
    return text * rng.choice((20, 200)) if rng.random() < 0.01 else text


def make_attack(rng: random.Random, length: int) -> str:
    """Return a text that nearly fits one of the product's own patterns, a repeat in it drawn out to a length."""
    attacks = list(attack(rng.choice(list(all_patterns())), length, seed=rng.randrange(99)))
    return rng.choice(attacks) if attacks else ""


@cache
def all_patterns() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of the product, looked for once."""
    return tuple(find_patterns().values())


def make_markdown(rng: random.Random) -> str:
    """Return Markdown, often with front matter, sometimes broken."""
    keys = ("title", "published", "author", "publisher", "url", "language", "datum", "tags")
    values = ("2024-03-05", "Neues Bad", "[a, b]", "{x: y}", "'", "&a", "http://[", "javascript:x", "  ", "de-DE", "\t")
    lines = [f"{rng.choice(keys)}: {rng.choice(values)}" for _ in range(rng.randint(0, 5))]
    header = "---\n" + "\n".join(lines) + rng.choice(("\n---\n", "\n---", "\n", "\n...\n"))
    marks = ("> " * rng.randint(1, 60), "- " * rng.randint(1, 60), "[" * 50, "*" * 60, "  " * 30, "`" * 20)
    nested = rng.choice(marks) if rng.random() < 0.2 else ""
    return (header if rng.random() < 0.6 else "") + nested + make_text(rng)


def make_page(rng: random.Random) -> str:
    """Return a web page, its elements nested, crossed and unclosed by chance."""
    parts = [f"<title>{rng.choice(SENTENCES)}</title><meta name='author' content='{rng.choice(SCRAPS)}'>"]
    if rng.random() < 0.3:
        data = ('{"@type": "NewsArticle", "headline": ["x"], "datePublished": 5}', '[[[[{"@graph": null', "{}", '"x"')
        parts.append(f'<script type="application/ld+json">{rng.choice(data)}</script>')
    if rng.random() < 0.7:
        parts.append("<article><p>" + "</p><p>".join(rng.choices(SENTENCES, k=rng.randint(1, 9))) + "</p></article>")
    for _ in range(rng.randint(0, 25)):
        tag = rng.choice(TAGS)
        parts.append(rng.choice((f"<{tag}>", f"</{tag}>", f"<{tag} class='teaser' href='x:y'>", f"<{tag}")))
        parts.append(rng.choice((*SENTENCES, *SCRAPS, *LINES, "")))
    if rng.random() < 0.02:
        parts.append(f"<{rng.choice(TAGS)}>" * rng.choice((300, 3000)))
    return rng.choice(("<!doctype html><html><body>", "<html>", "")) + "".join(parts)


@cache
def make_pdfs() -> tuple[bytes, ...]:
    """Return PDF files: a page of lines, several pages with a table, none with text."""
    from reportlab.pdfgen.canvas import Canvas

    files = []
    for pages, compressed in ((1, 0), (3, 0), (2, 1)):
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pageCompression=compressed)
        canvas.setTitle("Neues Bad")
        for page in range(pages):
            canvas.drawString(60, 820, "Bote")
            for line, sentence in enumerate(SENTENCES * 2):
                canvas.drawString(60, 780 - 14 * line, f"{sentence} {page}")
            canvas.grid([60, 160, 260], [100, 120, 140])
            canvas.showPage()
        canvas.save()
        files.append(buffer.getvalue())
    return tuple(files)


@cache
def make_words() -> tuple[bytes, ...]:
    """Return Word files: headings, a list and a table; deflated as Word does, and stored, so that bytes mean XML."""
    import docx

    document = docx.Document()
    document.core_properties.title = "Neues Bad"
    document.add_heading("Neues Bad am Fluss", 1)
    for sentence in SENTENCES:
        document.add_paragraph(sentence)
    document.add_paragraph("Punkt eins der Liste", style="List Bullet")
    table = document.add_table(2, 2)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = ("Jahr", "Umsatz", "2023", "5 Mio.")[number]
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue(), store(buffer.getvalue())


def store(package: bytes, change: Callable[[str, bytes], bytes] = lambda name, part: part) -> bytes:
    """Return a package with its parts stored as they are, each changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return buffer.getvalue()


def make_seed(rng: random.Random, suffix: str) -> bytes:
    """Return a document of a kind, before it is mutated."""
    if suffix == ".pdf":
        return rng.choice(make_pdfs())
    if suffix == ".docx":
        return rng.choice(make_words())
    text = {".txt": make_text, ".md": make_markdown}.get(suffix, make_page)(rng)
    encoding = rng.choice(("utf-8",) * 8 + ("cp1252", "utf-16", "utf-8-sig", "utf-32", "mac_roman", "utf-7"))
    if encoding == "utf-8":
        return text.encode("utf-8", "surrogatepass" if rng.random() < 0.1 else "replace")
    return text.encode(encoding, "replace")
