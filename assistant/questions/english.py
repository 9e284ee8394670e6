"""Questions made from English sentences by rule; what would need another form of the verb is left alone.

English moves its auxiliary before the subject, so that a question for a date or a place is made of sentences with one.
A question for the subject keeps the order of the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from assistant.question_type import MONTH, YEAR
from assistant.questions.draft import Draft

NAME = r"[A-Z][\w.-]*(?: (?:(?:of|the|de|van|von) )?[A-Z][\w.-]*)*"
SUBJECT = (
    rf"(?:{NAME}|(?:[Tt]he|[Aa]n?) (?:[a-z-]+ ){{0,3}}?(?:[A-Z][\w-]* )*[\w-]+(?: (?:of|in|for|between|at) (?:the )?"
    rf"(?:[a-z-]+ ){{0,2}}?{NAME})*)"
)
TIME = (
    rf"(?:(?:in|since|until|by) (?:(?:early|mid|late) )?(?:{MONTH} )?{YEAR}|on {MONTH} \d{{1,2}}, {YEAR}|"
    rf"on \d{{1,2}} {MONTH} {YEAR})"
)
OPEN_TIME = {"since": "Since when", "until": "Until when", "by": "By when"}
DONE = (
    r"(?:[a-z]+ed|built|held|made|born|won|sold|bought|found|founded|written|sung|chosen|given|taken|known|set|cut|sent|"
    r"lost|brought|begun|drawn|shown|split|put|led|paid|spent|taught|thrown|grown|laid|hit|shot|stolen|broken)"
)
PASSIVE = re.compile(
    rf"^(?P<subject>{SUBJECT}) (?P<be>was|were|has been|have been) (?P<done>(?:[a-z]+ly )?{DONE})(?P<rest>(?: .*?)??)"
    rf"(?: (?P<time>{TIME}))$"
)
PASSIVE_FRONTED = re.compile(
    rf"^(?P<time>{TIME}),? (?P<subject>{SUBJECT}) (?P<be>was|were) (?P<done>(?:[a-z]+ly )?{DONE})(?P<rest>(?: .*)?)$",
    re.IGNORECASE,
)
LOCATED = re.compile(
    rf"^(?P<subject>{SUBJECT}) (?P<be>is|are|was|were) (?P<done>located|situated|headquartered|based|buried|born|held) "
    r"(?P<place>(?:in|on|at|near) .+)$"
)
WHO_VERB = (
    r"(?:(?:co-?)?founded|invented|discovered|wrote|won|designed|built|directed|led|leads|composed|developed|created|"
    r"introduced|acquired|bought|published|painted|produced|became|proposed|launched|opened|established|signed|received|"
    r"defeated|succeeded|coined|formulated|commissioned|owns|plans|invested|announced)"
)
PERSON = (
    r"(?:president|chairman|chairwoman|chair|founder|director|minister|king|queen|author|inventor|mayor|leader|head|"
    r"chief|editor|winner|owner|captain|manager|governor|bishop|CEO)"
)
WHO = re.compile(rf"^(?P<subject>{NAME}) (?P<said>{WHO_VERB} .+|(?:is|was) (?:the )?(?:[a-z-]+ )?{PERSON}\b.+)$")
DEFINED = re.compile(rf"^(?P<subject>{NAME}) (?P<be>is|was) an? (?P<class>.+)$")
PERSON_CLASS = re.compile(
    rf"^(?:[\w-]+ ){{0,4}}?(?:{PERSON}|writer|poet|novelist|politician|actor|actress|singer|musician|composer|painter|"
    r"physicist|chemist|mathematician|historian|philosopher|economist|lawyer|engineer|architect|scientist|player|coach|"
    r"journalist|businessman|businesswoman|entrepreneur|physician|officer|artist|professor|footballer|explorer)\b"
)
THING_CLASS = re.compile(
    r"^(?:[\w-]+ ){0,4}?(?:city|town|village|river|lake|mountain|island|company|firm|organi[sz]ation|programme|program|"
    r"method|process|system|language|species|protein|disease|museum|university|newspaper|film|novel|region|province|state|"
    r"country|network|bank|agency|institute|software|device|compound|element|technique|party|team|club|church|ship)\b"
)
AMOUNT = (
    r"(?:(?:more than|less than|over|under|about|around|almost|nearly|at least|at most|up to|some|roughly) )?"
    r"(?:\d+(?:[.,]\d+)*(?: (?:thousand|million|billion))?|"
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty)"
)
COUNTED = re.compile(
    rf"^(?P<figure>{AMOUNT}) (?P<thing>(?:[a-z-]+ ){{0,2}}?"
    rf"(?!(?:years|months|days|percent|dollars|euros|pounds)\b)[a-z-]+s|people|children|men|women)"
    r"(?P<rest> (?!(?:and|or|to)\b).+)$",
    re.IGNORECASE,
)
THERE_ARE = re.compile(
    rf"^There (?P<be>are|were) (?P<figure>{AMOUNT}) (?P<thing>(?:[a-z-]+ ){{0,2}}?(?:[a-z-]+s|people|children)) "
    r"(?P<rest>in .+)$"
)
MEASURED = re.compile(
    rf"^(?P<subject>{SUBJECT}) (?P<be>is|was|are|were) "
    rf"(?P<figure>{AMOUNT} (?:kilomet(?:re|er)s|met(?:re|er)s|miles|feet|years)) "
    r"(?P<how>long|high|wide|deep|old|tall)$"
)


def make_english_questions(sentence: str) -> Iterator[Draft]:
    """Yield the questions that an English sentence answers.

    Args:
        sentence: without its full stop, with nothing in it that leans on other sentences.
    """
    if "," in re.sub(r"\d,(?=\d)|\d, (?=\d{4})|^[^,]*\d{4}, ", "", sentence):
        return
    for rule in RULES:
        yield from rule(sentence)


def ask_when(sentence: str) -> Iterator[Draft]:
    """Yield the question for when something was done."""
    found = PASSIVE.match(sentence) or PASSIVE_FRONTED.match(sentence)
    if not found or len(re.findall(YEAR, sentence)) > 1:
        return
    first, _, others = found["be"].partition(" ")
    word = OPEN_TIME.get(found["time"].split()[0].lower(), "When")
    said = " ".join(part for part in (others, found["done"]) if part)
    yield Draft(f"{word} {first} {lower_article(found['subject'])} {said}{found['rest']}", found["time"], "when")


def ask_where(sentence: str) -> Iterator[Draft]:
    """Yield the question for where something is."""
    found = LOCATED.match(sentence)
    if found:
        asked = f"Where {found['be']} {lower_article(found['subject'])} {found['done']}"
        yield Draft(asked, found["place"], "where")


def ask_who(sentence: str) -> Iterator[Draft]:
    """Yield the question for the person or company that did something."""
    found = WHO.match(sentence)
    if found and not found["subject"].lower().startswith(("the ", "a ", "in ", "after ", "since ", "during ")):
        yield Draft(f"Who {found['said']}", found["subject"], "who")


def ask_what_it_is(sentence: str) -> Iterator[Draft]:
    """Yield the question for a definition: "X is a river"."""
    found = DEFINED.match(sentence)
    if not found:
        return
    word = "Who" if PERSON_CLASS.match(found["class"]) else "What" if THING_CLASS.match(found["class"]) else None
    if word:
        yield Draft(f"{word} {found['be']} {lower_article(found['subject'])}", found["class"], "what")


def ask_how_many(sentence: str) -> Iterator[Draft]:
    """Yield the question for how many there are, and how long, high or old something is."""
    counted, there, measured = COUNTED.match(sentence), THERE_ARE.match(sentence), MEASURED.match(sentence)
    if counted:
        yield Draft(f"How many {counted['thing']}{counted['rest']}", counted["figure"], "how many")
    if there:
        asked = f"How many {there['thing']} {there['be']} there {there['rest']}"
        yield Draft(asked, there["figure"], "how many")
    if measured:
        asked = f"How {measured['how']} {measured['be']} {lower_article(measured['subject'])}"
        yield Draft(asked, measured["figure"], "how much")


def lower_article(subject: str) -> str:
    """Return a subject as it is written within a sentence."""
    return re.sub(r"^(?:The|An?) ", lambda match: match[0].lower(), subject)


RULES: tuple[Callable[[str], Iterator[Draft]], ...] = (ask_when, ask_where, ask_who, ask_what_it_is, ask_how_many)
