"""Dates: as articles write them, German and English; a sentence that names a day is no date line."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.formats.dates import read_date, read_date_line, read_dateline

GERMAN = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
days = st.dates(min_value=date(1700, 1, 1), max_value=date(2200, 1, 1))


@given(days)
def test_every_way_to_write_a_day_is_read(day):
    written = [
        day.isoformat(),
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.day}. {GERMAN[day.month - 1]} {day.year}",
        f"{ENGLISH[day.month - 1]} {day.day}, {day.year}",
        f"{day.day} {ENGLISH[day.month - 1]} {day.year}",
        f"{day.day} {ENGLISH[day.month - 1][:3]}. {day.year}",
    ]
    assert [read_date(line) for line in written] == [day] * len(written)
    assert [read_date_line(line) for line in written] == [(day, False)] * len(written)


@given(st.text(max_size=200))
def test_any_line_is_a_date_or_none(line):
    assert read_date(line) is None or isinstance(read_date(line), date)
    told = read_date_line(line)
    assert told is None or isinstance(told[0], date)
    read_dateline(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2025-02-24T10:30:00+01:00", date(2025, 2, 24)),
        ("2025-02-24 10:30", date(2025, 2, 24)),
        ("24.02.25", date(2025, 2, 24)),
        ("3. Jänner 2025", date(2025, 1, 3)),
        ("February 24th, 2025", date(2025, 2, 24)),
        ("31.02.2025", None),
        ("24.02.1025", None),
        ("18/09/2025", None),
        ("24. Brumaire 2025", None),
        ("1.2.3.4", None),
        ("am 24.02.2025", None),
    ],
)
def test_whole_dates(line, expected):
    assert read_date(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Berlin, 3. März 2024", (date(2024, 3, 3), False)),
        ("Montag, 24.02.2025, 12:30 Uhr", (date(2025, 2, 24), False)),
        ("Stand: 24.02.2025, 12:30 Uhr", (date(2025, 2, 24), False)),
        ("Stand: 16.09.2024, 9 Uhr – Bürgertelefon am Tag: 09999 115", (date(2024, 9, 16), False)),
        ("Von Jane Austen | 21. August 2023", (date(2023, 8, 21), False)),
        ("October 17, 2021 by The Allotment Desk", (date(2021, 10, 17), False)),
        ("Montag, 04.11.2024 10:58 von Redaktion | Aufrufe: 3.118", (date(2024, 11, 4), False)),
        ("Interview: Redaktion · 10. Februar 2024 · Lesezeit 5 Minuten", (date(2024, 2, 10), False)),
        ("29. Januar 2025 - 09:14 UhrLesedauer: ca. 2 Min.", (date(2025, 1, 29), False)),
        ("Valley Gazette, Wednesday 30 April 2025. Updated 19:46", (date(2025, 4, 30), False)),
        ("Aktualisiert am 24.02.2025", (date(2025, 2, 24), True)),
        ("03.07.2025, 13:40 Uhr, aktualisiert am 04.07.2025", (date(2025, 7, 3), False)),
        ("Am 24.02.2025 öffnet das Bad.", None),
        ("Das Bad öffnet am 24.02.2025", None),
        ("Was geschah am 24.02.2025?", None),
        ("24.02.2025: Erster Spatenstich am neuen Bad der Stadt", None),
        ("Ein Bad am Fluss", None),
    ],
)
def test_lines_that_tell_a_date(line, expected):
    assert read_date_line(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Berlin, 3. März 2024 – Die Stadt baut ein Bad.", date(2024, 3, 3)),
        ("Sandstedt, 9. Juli 2024. Die Genossenschaft hat einen Speicher gebaut.", date(2024, 7, 9)),
        ("Frankfurt am Main, den 9. Juli 2024: Die Genossenschaft baut.", date(2024, 7, 9)),
        ("LONDON, July 9, 2024 - The council backs the wall.", date(2024, 7, 9)),
        ("Das Bad wurde am 3. März 2024 – einem Sonntag – geöffnet.", None),
        ("Seit dem Unglück, am 3. März 2024, ist das Bad zu.", None),
    ],
)
def test_datelines_of_dispatches(line, expected):
    told = read_dateline(line)
    assert (told[0] if told else None) == expected
