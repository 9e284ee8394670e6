"""What a question wants: one thing, all of several, a yes or no, two things side by side, or an article as a whole.

``question_type`` tells what kind of thing answers (a figure, a date); this tells how much of it. Rules for German and
English; whatever fits none of them wants one thing.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from vectorstore import guess_language


class Request(Enum):
    """What a question wants."""

    ONE = auto()
    """A single thing: a figure, a name, a reason."""
    ALL = auto()
    """All of several: "Welche Gründe ...?"."""
    YES_NO = auto()
    COMPARISON = auto()
    """Two things side by side."""
    SUMMARY = auto()
    """What an article, or the articles on a matter, are about."""
    METADATA = auto()
    """Who wrote an article, when and where it appeared."""
    CATALOGUE = auto()
    """Which articles there are."""


ARTICLE = (
    r"(?:(?:zeitungs)?artikels?|beitr[aä]gs?|beitrag|berichts?|meldung|texte?s|text|nachricht|story|article|"
    r"report|news item)"
)
ARTICLES = r"(?:artikeln?|beitr[äa]gen?|berichten?|meldungen|texten?|nachrichten|articles|reports|stories|texts)"
OUTLET = (
    r"(?:zeitung|medium|medien|blatt|verlag|redaktion|portal|quelle|outlet|newspaper|paper|magazin|magazine|publisher|"
    r"publication|source)"
)

SUMMARY = re.compile(
    r"^\W*(?:bitte )?(?:fass|fasse|fassen)\b.*\bzusammen\b|"
    r"^\W*(?:kannst|könn\w+|würde\w*) .*\bzusammenfassen\W*$|"
    r"\b(?:eine|die|kurze) zusammenfassung (?:von|des|der|zu)\b|"
    r"\bsummari[sz]e\b|\bsummary of\b|\bsum up\b|"
    r"\b(?:worum|um was|wovon|von was) (?:geht|ging|gehts|handelt|handeln|dreht|drehen)\b|"
    r"\bwhat(?:'s| is| are)\b.*\babout\W*$|\bwhat does\b.*\b(?:say|deal with)\W*$|"
    rf"\bwhat do (?:the|your|these) {ARTICLES} say\b|"
    rf"\bwas (?:steht|erfährt man)\b.*\b(?:de[mnr]|im|diese[mnr]) (?:{ARTICLE}|{ARTICLES})\b|"
    rf"\bwas (?:schreib\w+|sag\w+|bericht\w+) (?:de[rn]|die|das|diese[rs]?) (?:{ARTICLE}|{ARTICLES})\b|"
    r"\bwas ist (?:das thema|der inhalt)\b|^\W*(?:gib|give)\b.*\b(?:überblick|overview)\b",
    re.IGNORECASE,
)
CATALOGUE = re.compile(
    rf"\b(?:welche|was für|wie ?viele|which|what|how many|alle|all|list)\b (?:\w+ ){{0,2}}?{ARTICLES}\b"
    rf"(?=.*\b(?:gibt|hast|habt|haben|sind|liegen|stehen|handeln|behandeln|befassen|beschäftigen|existieren|enthält|"
    rf"kennst|drehen|schreiben|berichten|erwähnen|nennen|gehen|erschienen|vorhanden|da|zu|über|"
    rf"are|is|do|have|exist|deal|mention|cover|about|on)\b)|"
    r"\bgibt es (?:\w+ ){0,2}?(?:\w*artikel|beiträge)\b|\bare there (?:\w+ ){0,2}?articles\b|"
    rf"\b(?:zeig|nenn|list)\w*\b.*\b(?:alle )?{ARTICLES}\b|\b(?:show|list|give)\b.*\b{ARTICLES}\b|"
    r"\bwas (?:hast du|habt ihr|haben sie|gibt es)(?: alles| denn)? (?:zu[mr]?|über)\b|\bwhat do you have (?:on|"
    r"about)\b",
    re.IGNORECASE,
)
PAPER = r"(?:zeitung|blatt|portal|newspaper|paper|outlet|magazin|magazine)"
"""What an article appears in; a "Medium" or "Quelle" may as well be one that the article speaks of."""
ABOUT_ONE = rf"(?:\b{ARTICLE}\b|[„“\"»«][^„“\"»«]{{10,}}[“”\"«»])"
APPEARED = (
    r"\b(?:erschien(?:en)?|veröffentlicht\w*|publiziert|gedruckt|datier\w+|stammt|stand|published|appear(?:ed)?|"
    r"come out|"
    r"printed|dated|from)\b"
)
WROTE = r"\b(?:schrieb|geschrieben|verfass\w*|autor(?:in|en)?|wrote|written|author(?:ed)?|byline|titel|title)\b"
METADATA = re.compile(
    rf"\b(?:wer|wann|wo|woher|von wem|welche[rsmn]?|who|when|where|by whom|what|which|"
    rf"wie)\b(?=.*{ABOUT_ONE})(?=.*(?:{APPEARED}|{WROTE}))|"
    rf"\b(?:von wem|by whom)\b.*{ABOUT_ONE}|\bwho is\b.*{ABOUT_ONE} by\b|"
    rf"\b(?:von wann|how old|wie alt|wie aktuell|how recent)\b (?:ist|stammt|is|are|sind)\b.*{ABOUT_ONE}|"
    r"\b(?:erscheinungsdatum|veröffentlichungsdatum|publication date|date of publication)\b|"
    rf"\b(?:welche[rsmn]?|which|what)\s{PAPER}\b.*\b(?:berichte\w*|brachte|gebracht|reported|ran|covered|carried|"
    rf"{APPEARED[5:-4]})\b|"
    rf"\bwer hat (?:darüber|über .*) berichtet\b|\bwho reported (?:on|about)\b",
    re.IGNORECASE,
)
"""About an article, not about what it says: "Wer hat den Artikel über Konux geschrieben?"."""
RELATIVE_CLAUSE = re.compile(
    rf"\b{ARTICLE}\b[^?]*, (?:(?:auf|in|an|von|über) )?(?:dem|der|die|das|den|which|that|"
    rf"whose)\b",
    re.IGNORECASE,
)
COMPARATIVE = (
    r"(?:(?:mehr|weniger)|(?:größer|groesser|kleiner|höher|hoeher|niedriger|älter|aelter|jünger|juenger|länger|"
    r"laenger|kürzer|"
    r"schneller|langsamer|teurer|billiger|günstiger|früher|frueher|später|spaeter|eher|zuerst|schwerer|leichter|"
    r"stärker|"
    r"schwächer|tiefer|weiter|breiter|besser|schlechter|häufiger|öfter)(?:e[nrsm]?)?|"
    r"more|less|fewer|larger|bigger|smaller|higher|lower|older|younger|longer|shorter|faster|slower|earlier|later|"
    r"first|"
    r"cheaper|heavier|stronger|taller|deeper|wider|better|worse)"
)
COMPARISON = re.compile(
    rf"\b{COMPARATIVE}\b.*\b(?:oder|or|als|than)\b|\b(?:oder|or)\b.*\b{COMPARATIVE}\b|"
    r"\b(?:unterschied(?:e)?|difference)\b|\b(?:unterscheide[nt]|differ)\b|"
    r"\b(?:im vergleich (?:zu|mit)|verglichen mit|compared (?:to|with)|in comparison (?:to|with)|vergleiche?|"
    r"compare)\b",
    re.IGNORECASE,
)
"""What a comparison has; two names must be found in it as well (``comparing.find_pair``)."""
PLURAL_VERB = re.compile(r"(?:sind|waren|\w{2,}en)\b")
WHICH = re.compile(r"\b[Ww]elche ((?:[a-zäöüß-]+ )*)([A-ZÄÖÜ][\w-]*) (\w+)")
CLEARLY_PLURAL = re.compile(r".*(?:en|eln|ern|[^aiusß]s)$")
PERHAPS_PLURAL = re.compile(
    r"(?!(?:Rolle|Farbe|Größe|Höhe|Länge|Sprache|Strecke|Menge|Summe|Frage|Strafe|Fläche|Reihe|Marke|Klasse|Stelle|"
    r"Aufgabe|Chance|Adresse|Route|Note|Seite|Insel|Regel|Nummer|Mauer|Steuer|Feier|Oper)$).*(?:e|er|el)$"
)
PLURAL_IN_E = (
    r"(?:Gründe|Vorteile|Nachteile|Ziele|Probleme|Projekte|Schritte|Pläne|Produkte|Punkte|Beispiele|\w+nisse|Einwände|"
    r"Vorwürfe|Vorschläge|Unterschiede|Argumente|Angebote|Städte|Märkte|Orte|Länder|Berufe|Modelle|Tiere|Züge)"
)
"""Often asked for by "Welche Gründe nennt er?", where the verb doesn't tell."""
NO_NOUN = r"(?!(?:was|is|does|did|has|of|the|an?|this|types?|kinds?|sorts?|years?|percentage)\b)"
PLAIN_ADJECTIVE = (
    r"(?:two|three|four|five|main|other|large|big|small|new|old|different|important|major|famous|common|first|"
    r"last|possible|specific|particular|additional)"
)
VERB_IN_S = (
    r"(?:makes|causes|happens|costs|needs|comes|goes|takes|keeps|helps|drives|stops|means|remains|lies|lives|leads|"
    r"explains|gives|says|works|runs|begins|separates|connects|contains|holds|shows|follows|belongs|brings|builds|"
    r"sells|offers|owns|stands|sets|gets|supports|prevents|protects|produces|determines|limits|links|allows)"
)
"""Verbs that look like a plural: "What makes bread expensive?"."""
ALL = re.compile(
    rf"\b[Ww]elche (?:beiden|zwei|drei|vier|fünf|sechs|sind|waren|{PLURAL_IN_E}|\w*en) |"
    r"\b[Ww]elchen (?:\w+e?n ){0,2}?[A-ZÄÖÜ]\w+(?:n|s)\b|\balles\b|^\W*(?:[Nn]enn|[Zz]ähl|[Ll]iste|[Aa]ufzähl)\w*\b|"
    r"\b[Ww]er (?:sind|waren)\b|\b[Ww]as (?:sind|waren) die\b|\b[Ww]as für [A-ZÄÖÜ]\w+(?:en|s)\b|"
    r"\b[Ww]ie (?:heißen|hießen|lauten|lauteten)\b|"
    rf"\b(?:[Ww]hich|[Ww]hat) (?:{PLAIN_ADJECTIVE} ){{0,2}}?{NO_NOUN}(?!{VERB_IN_S} )[a-z-]+[^su\W]s |"
    rf"\b(?:[Ww]hich|[Ww]hat) (?:{NO_NOUN}[a-z-]+ ){{0,2}}?{NO_NOUN}[a-z-]+[^su\W]s "
    r"(?:are|were|do|did|does|have|has|had|can|could|will|would|should|must|may)\b|"
    r"\b[Ww]hat (?:are|were) (?:the|some)\b(?!.*\bcalled\b)|^\W*(?:[Nn]ame|[Ll]ist) |\b[Ww]ho (?:are|were) (?:the|"
    r"all)\b"
)
QUESTION_WORD = (
    r"(?:wer|wen|wem|wessen|was|wann|wo|woher|wohin|warum|wieso|weshalb|weswegen|wozu|wie|wieviele?|inwiefern|"
    r"inwieweit|"
    r"welche[rsmn]?|worum|wovon|womit|wofür|woran|worauf|worin|woraus|wodurch|wogegen|wonach|wobei|worüber)"
)
ENGLISH_QUESTION_WORD = r"(?:who|whom|whose|what|when|where|why|which|how)"
HAS_QUESTION_WORD = {
    "de": re.compile(rf"\b(?:{QUESTION_WORD}|{ENGLISH_QUESTION_WORD})\b", re.IGNORECASE),
    "en": re.compile(rf"\b{ENGLISH_QUESTION_WORD}\b", re.IGNORECASE),
}
VERB_FIRST = re.compile(
    r"^\W*(?:ist|sind|war|waren|hat|haben|hatte|hatten|wird|werden|wurde|wurden|kann|können|konnte|konnten|soll|sollen|"
    r"sollte|sollten|will|wollen|wollte|wollten|muss|müssen|musste|mussten|darf|dürfen|durfte|durften|gibt|gab|"
    r"gilt|galt|"
    r"stimmt|trifft|is|are|was|were|has|have|had|does|do|did|will|would|can|could|should|may|must)\b",
    re.IGNORECASE,
)
NOT_A_VERB = re.compile(
    r"^\W*(?:in|an|auf|aus|bei|mit|von|zu|für|über|um|durch|gegen|nach|seit|bis|unter|vor|ab|zwischen|laut|wegen|"
    r"im|am|zum|"
    r"zur|der|die|das|den|dem|ein|eine|und|oder|aber|nenn\w*|zähl\w*|liste|name|list|to|from|on|at|by|for|of|"
    r"since|until|"
    r"the|and|or|but|about|between)\b",
    re.IGNORECASE,
)
FEWEST_WORDS = 3
"""Words below which a question without a question word is a heap of keywords: "Konux?"."""


def recognise(question: str) -> Request:
    """Return what a question wants."""
    if SUMMARY.search(question):
        return Request.SUMMARY
    if CATALOGUE.search(question):
        return Request.CATALOGUE
    if METADATA.search(question) and not RELATIVE_CLAUSE.search(question):
        return Request.METADATA
    return Request.COMPARISON if COMPARISON.search(question) else recognise_plain(question)


def recognise_plain(question: str) -> Request:
    """Return what a question wants that is about no article as a whole and compares nothing."""
    if is_yes_no(question):
        return Request.YES_NO
    return Request.ALL if wants_all(question) else Request.ONE


def is_yes_no(question: str) -> bool:
    """Tell whether a question begins with its verb: it has no question word, and no preposition first."""
    if HAS_QUESTION_WORD[guess_language(question)].match(question.lstrip(" \"'„“»«(")) or NOT_A_VERB.match(question):
        return False
    if VERB_FIRST.match(question):
        return True
    asks = question.rstrip().endswith("?") and len(question.split()) >= FEWEST_WORDS
    return asks and HAS_QUESTION_WORD[guess_language(question)].search(question) is None


def wants_all(question: str) -> bool:
    """Tell whether a question asks for several things: by a plural behind "welche", or words that say so."""
    which = WHICH.search(question)
    if ALL.search(question) or not which:
        return ALL.search(question) is not None
    noun, verb = which[2], which[3]
    return bool(CLEARLY_PLURAL.match(noun) or (PERHAPS_PLURAL.match(noun) and PLURAL_VERB.match(verb)))


def names_an_article(question: str) -> bool:
    """Tell whether a question speaks of an article or an outlet, not only of something in quotation marks."""
    return re.search(rf"\b(?:{ARTICLE}|{OUTLET}|\w+datum)\b", question, re.IGNORECASE) is not None
