"""German main clauses taken apart: what stands before the finite verb, the verb, and the rest.

The verb of a German main clause is its second part, so the first phrase is read by the forms of its words, and what
comes behind it must be the verb. No model: where the forms don't tell, there is no clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.leaning import FIRST_WORDS
from assistant.refusing import PREPOSITION, VERB

PREPOSITIONS = re.compile(
    rf"(?:{PREPOSITION}|aufgrund|infolge|dank|trotz|statt|anstatt|anstelle|angesichts|mithilfe|gemäß|entlang|jenseits|"
    r"gegenüber|entgegen|hinsichtlich|bezüglich|per|seitens|zugunsten|mittels|anhand|binnen|unweit|unterhalb|oberhalb|"
    r"während|ohne|zwischen|neben|hinter|außerhalb|innerhalb|ins|im|am|"
    r"zum|zur|beim|vom)$"
)
DETERMINERS = re.compile(r"(?:d(?:er|ie|as|en|em|es)|k?ein(?:e[rmns]?)?|sein(?:e[rmns]?)?|ihr(?:e[rmns]?)?)$")
GENITIVE = re.compile(r"(?:de[rs]|eine[rs]|sein(?:er|es)|ihr(?:er|es))$")
ADJECTIVE = re.compile(r"[a-zäöüß-]{3,}(?:e[rmns]?|er)$")
GENITIVE_ADJECTIVE = re.compile(r"[a-zäöüß]{2,}er$")
CAPITAL = re.compile(r"[A-ZÄÖÜ0-9]")
NAME_PARTICLE = re.compile(r"(?:van|de|del|di|da|la|le|of|the|zu|v\.)$")
NUMBER = (
    r"(?:\d+(?:\.\d{3})*(?:,\d+)?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|vierzig|"
    r"fünfzig|hundert|tausend)"
)
ADVERB_FIRST = re.compile(
    r"(?:Mein|Dein|Unser)\w*$|\w*(?:weit|hin|isch|lich|weise|ders|mals|maßen|wärts|falls|seits|lings|ends|(?:mend|send|dend|bend|gend|ßend)|iert|"
    r"kannt|dessen)$|(?:Häufig|Ständig|Gegenwärtig|Gleichzeitig|Hinzu|Mitunter|Früh|Oft|Meist|Selten|Weiter|Typisch|"
    r"Besonders|Kurz|Bereits|Manche\w*|Einer|Eines|Keiner|Niemand|Jeder|Man|Wer|Andere\w*|Jede\w*|Zwar|Sowohl|Weder|Es|Er|Sie|Wir|Ich|Bisher|"
    r"Bislang|Derzeit|Aktuell|Digital|Heute|Gestern|Kürzlich|Nun|Jetzt|Dann|So|Hier|Dort|Dabei|Mitten|Etwa|Allein|Mehr|"
    r"Weniger|Viel|Wenig|Genau|Gerade|Spätestens|Frühestens|Immer|Nie|Fast|Ausgerechnet|Zuletzt|Zuerst|Ebenso|Genauso)$"
)
"""First words that are no nouns though they have a capital."""
OBLIQUE = re.compile(
    r"(?:De[nms]|Eine[nmrs]|Ihre[nmrs]|Seine[nmrs]) |Der (?:[a-zäöüß]+ )*[\w-]+(?:ung|heit|keit|schaft|ion|tät|"
    r"enden|erin|orin|istin)\b"
)
"""What no subject begins with."""
TIME_FIRST = re.compile(r"(?:[12]\d{3}$|\d{1,2}\.|Anfang |Mitte |Ende |Jahre? )")
ADDED = re.compile(
    r"(?:was|wobei|wodurch|womit|wozu|wofür|worauf|weshalb|weswegen|sodass|so dass|während|obwohl|nachdem|bevor|um|"
    r"davon|darunter|wenn|sobald|damit|indem|ohne|statt|wo|als|aber|doch|sondern|weil|da|denn|also|"
    r"ein Plus|ein Minus)\b"
)
RELATIVE = re.compile(
    r"(?:(?:an|auf|aus|bei|durch|für|in|mit|nach|über|unter|von|vor|zu|um) )?"
    r"(?:d(?:er|ie|as|en|em)|denen|deren|dessen) .* [a-zäöüß]{2,}$"
)
INFINITIVE = re.compile(r"\bzu \w+n\b|\w(?:ab|an|auf|aus|bei|ein|hin|her|los|mit|nach|um|vor|weg|zurück)?zu\w+en\b")
SECOND_VERB = re.compile(r" (?:und|oder|sowie|aber|sondern|doch) ([a-zäöüß]+)(?= (\S+)|$)")
QUALIFIER = re.compile(
    r"(?:(?:bis zu|mehr als|weniger als|nicht ganz|rund|etwa|ungefähr|circa|knapp|fast|nahezu|gut|über|mindestens|"
    r"wenigstens|höchstens|insgesamt|lediglich|nur|genau|durchschnittlich|schätzungsweise) )+(?=\d)",
    re.IGNORECASE,
)
STRONG_VERB = (
    r"[a-zäöüß]*(?:gab|nahm|kam|ging|lag|stand|fand|hieß|ließ|rief|hielt|schrieb|blieb|fiel|lief|trug|schlug|fuhr|"
    r"wuchs|trat|sprach|traf|starb|warf|half|galt|bot|zog|flog|verlor|schloss|floss|schoss|sang|sank|gewann|begann|"
    r"schwamm|band|zwang|drang|sprang|gelang|saß|las|sah|geschah|bat|tat|ergriff|litt|stieg|schien|wies|unterschied|"
    r"trieb|verschwand|empfahl|erwarb|schuf|lud|stieß|verließ|riss|stritt|wusste|war|hat|ist)"
)
FINITE = re.compile(rf"(?:{VERB}|{STRONG_VERB})$")
NO_VERB = re.compile(
    r"(?:(?!gehör|gewinn|geling|gestatt|gewähr|genieß|gefäll|gedenk|gelang|gelt|geb|geh|gest[ea]h|geschieht|gerät)ge\w+(?:t|en)|"
    r"nicht|erst|jetzt|\w+weit|\w+fach|fast|oft|meist|selbst|seit|mit|insgesamt|weit|nebst|samt|zuerst|zuletzt|einst|zunächst|"
    r"dort|fort|bereit|echt|recht|direkt|exakt|indirekt|neben|gegen|wegen|zwischen|innen|außen|unten|oben|eben|eigenen|"
    r"desselben|derselben|demselben|anderen|ersten|zweiten|dritten|letzten|meisten|beiden|vielen|wenigen|einigen|allen|deren|denen|\w+sten)$"
)
SINGULAR = re.compile(rf"(?!\w*(?:en|ern|eln)$)(?:{VERB}|{STRONG_VERB})$")
HAVE_OR_BE = re.compile(
    r"(?:ist|sind|war|waren|wird|werden|wurden?|hat|haben|hatten?|kann|können|konnten?|soll|sollen|sollten?|will|"
    r"wollen|wollten?|muss|müssen|mussten?|darf|dürfen|durften?|mag|mögen|möchten?)$"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A German main clause: the phrase before its finite verb, the verb, and all that follows, without a full stop."""

    front: str
    verb: str
    rest: str
    cut_short: bool = False
    """Whether the sentence goes on with another clause, which may say which of several things is meant."""

    @property
    def subject_first(self) -> bool:
        """Whether the front has no preposition, so that it is most likely the subject."""
        first = self.front.split(" ", 1)[0]
        return not (PREPOSITIONS.match(first.lower()) or OBLIQUE.match(self.front) or TIME_FIRST.match(self.front))

    @property
    def plain_front(self) -> str:
        """The front as it is written within a sentence."""
        first, _, others = self.front.partition(" ")
        function_word = is_closed_but_verb(first.lower()) or QUALIFIER.match(self.front)
        return f"{first.lower()} {others}" if function_word and others else self.front

    def with_front_inside(self, rest: str | None = None) -> str | None:
        """Return what follows the verb once the front has moved behind it; ``None`` where no subject is found.

        Args:
            rest: in place of the clause's own.
        """
        behind = self.rest if rest is None else rest
        if self.subject_first:
            return f"{self.plain_front} {behind}".strip()
        words = behind.split(" ")
        end = find_subject_end(words)
        return None if end is None else " ".join([*words[:end], self.plain_front, *words[end:]])


def end_main_clause(sentence: str) -> str | None:
    """Return the main clause that a sentence begins with; ``None`` where it goes on behind another clause.

    "X wuchs, was Y half" and "X wuchs und erreichte Y" both give "X wuchs".
    """
    head, comma, tail = sentence.partition(", ")
    relative = RELATIVE.match(tail) and ", " not in tail and not INFINITIVE.search(tail)
    if comma and not ADDED.match(tail) and not relative:
        return None
    second = SECOND_VERB.search(head)
    while second and not (is_finite(second[1]) and stands_as_verb(second)):
        second = SECOND_VERB.search(head, second.end())
    return head[: second.start()] if second else head


def stands_as_verb(found: re.Match[str]) -> bool:
    """Tell whether a word behind "und" is rather a finite verb than an adjective or a participle."""
    word, following = found[1], found[2] or ""
    if HAVE_OR_BE.match(word):
        return True
    return bool(following) and (not following[0].isupper() or not word.endswith(("en", "te")))


def is_whole(clause: Clause) -> bool:
    """Tell whether a clause has its participle or infinitive where its verb needs one."""
    if clause.verb in ("ist", "sind", "war", "waren", "wurde", "wurden", "hat", "hatte", "hatten", "haben"):
        return True
    return not HAVE_OR_BE.match(clause.verb) or clause.rest.endswith(("en", "t", "ern", "eln", "tun"))


def split_clause(sentence: str, *, cut_short: bool = False) -> Clause | None:
    """Return a German sentence as a clause; ``None`` where its first phrase or its verb can't be told by their forms.

    Args:
        sentence: one clause without its full stop, single spaces between its words.
        cut_short: whether the sentence that it was taken from goes on.
    """
    words = sentence.split(" ")
    end = find_front_end(words)
    if end is None or end + 1 >= len(words) or not is_finite(words[end]):
        return None
    return Clause(" ".join(words[:end]), words[end], " ".join(words[end + 1 :]), cut_short)


def find_front_end(words: list[str]) -> int | None:
    """Return behind which word the first phrase of a sentence ends; ``None`` where it is not made of nouns."""
    lowered = words[0].lower()
    opening = PREPOSITIONS.match(lowered) or DETERMINERS.match(lowered) or QUALIFIER.match(" ".join(words))
    if not opening and (lowered in FIRST_WORDS or not CAPITAL.match(words[0]) or ADVERB_FIRST.match(words[0])):
        return None
    return find_phrase_end([lowered if opening else words[0], *words[1:]], 0)


def find_phrase_end(words: list[str], start: int, *, joined: bool = True) -> int | None:
    """Return behind which word a phrase ends, with the genitives and prepositional phrases that belong to it.

    Args:
        words: of the sentence.
        start: where the phrase begins.
        joined: whether "und" and what follows it belong to the phrase as well.
    """
    end = find_core_end(words, start)
    while end is not None and end < len(words):
        further = None
        if words[end] == "und" and joined:
            further = find_core_end(words, end + 1)
            if further is None:
                return None
        elif (
            PREPOSITIONS.match(words[end])
            or GENITIVE.match(words[end])
            or (GENITIVE_ADJECTIVE.match(words[end]) and not is_finite(words[end]))
        ):
            further = find_core_end(words, end)
        if further is None:
            return end
        end = further
    return end


def find_subject_end(words: list[str]) -> int | None:
    """Return behind which word the subject ends that begins a stretch of words, its genitives and "von X" included."""
    end = None if is_closed_but_verb(words[0]) and not DETERMINERS.match(words[0]) else find_core_end(words, 0)
    while end is not None and end < len(words):
        belongs = words[end] in ("von", "und") or GENITIVE.match(words[end]) or GENITIVE_ADJECTIVE.match(words[end])
        start = end + 1 if words[end] == "und" else end
        further = find_core_end(words, start) if belongs and not is_finite(words[end]) else None
        if further is None:
            return end
        end = further
    return end


def find_core_end(words: list[str], start: int) -> int | None:
    """Return behind which word a bare phrase ends: preposition, article, figure, adjectives, nouns."""
    place = start
    qualified = QUALIFIER.match(" ".join(words[place:]))
    if place < len(words) and PREPOSITIONS.match(words[place]) and not qualified:
        place += 1
    if place < len(words) and DETERMINERS.match(words[place]):
        place += 1
    qualified = QUALIFIER.match(" ".join(words[place:]))
    if qualified:
        place += len(qualified[0].split())
    nouns = 0
    while place < len(words):
        if CAPITAL.match(words[place]) or words[place] == "%":
            nouns += 1
        elif not is_inside(words, place, after_noun=nouns > 0):
            break
        place += 1
    return place if nouns else None


def is_inside(words: list[str], place: int, *, after_noun: bool) -> bool:
    """Tell whether a small word stands within a phrase: an adjective before its noun, or the particle of a name."""
    following = words[place + 1] if place + 1 < len(words) else ""
    if after_noun and not is_number(words[place - 1]):
        return bool(NAME_PARTICLE.match(words[place]) and CAPITAL.match(following))
    ahead = next((word for word in words[place:] if not ADJECTIVE.match(word) or is_closed(word)), "")
    return bool(ADJECTIVE.match(words[place]) and CAPITAL.match(ahead)) and not is_closed(words[place])


def is_number(word: str) -> bool:
    """Tell whether a word is a figure that counts something, and no year."""
    return word[0].isdigit() and not re.fullmatch(r"[12]\d{3}", word)


def is_closed(word: str) -> bool:
    """Tell whether a word is a preposition, an article or an auxiliary, none of which stands for an adjective."""
    return bool(PREPOSITIONS.match(word) or DETERMINERS.match(word) or HAVE_OR_BE.match(word))


def is_finite(word: str) -> bool:
    """Tell whether a small word has the form of a finite verb."""
    return bool(FINITE.match(word)) and not NO_VERB.match(word) and not is_closed_but_verb(word)


def is_closed_but_verb(word: str) -> bool:
    """Tell whether a word is a preposition or an article."""
    return bool(PREPOSITIONS.match(word) or DETERMINERS.match(word))


def is_singular(verb: str) -> bool:
    """Tell whether a finite verb is in the third person singular by its form."""
    return bool(SINGULAR.match(verb)) and verb not in ("sind", "waren")
