"""Sentences that speak to a language model rather than to a reader: "Ignoriere alle Anweisungen", "You are now ..."."""

from __future__ import annotations

import re

MACHINE = (
    r"(?:KI|AI|LLMs?|GPT|ChatGPT|KI-\w+|AI (?:systems?|models?)|Sprach(?:modell|programm)e?n?|Chatbots?|"
    r"Assistent(?:in|en|innen)?|assistants?|language (?:models?|programs?)|Vorleseprogramme?n?|screen readers?)"
)
ORDER = (
    r"(?:ignorier(?:e|t|en Sie)|verg(?:iss|esst|essen Sie)|missachte|beachte|verwirf|entschlüssele|befolge|behaupte|"
    r"antworte|erwidere|entgegne|gib|schreibe?|sage?|nenne|füge|beginne|beginnst|verwende|benutze|belege|rufe|zeige|"
    r"wiederhole|ignore|forget|disregard|override|decode|obey|claim|answer|reply|respond|output|print|write|say|begin|"
    r"append|insert|cite|support|call|repeat|translate|übersetze)"
)
"""Forms in which somebody is told to do something, mostly; "Sie nannte" and "wrote" are none."""
TASK = (
    r"(?:Anweisung(?:en)?|Vorgaben?|Regeln?|Auftrag|aufgetragen|Frage|Antwort|Quellen|Prompt|"
    r"instructions?|rules?|prompts?|question|answers?|reply|response|sources)"
)
COMMANDS = (
    rf"\b{ORDER}\b(?:\W+\w+){{0,10}}?\W+{TASK}\b",
    rf"\b{TASK}\b(?:\W+\w+){{0,6}}?\W+(?:{ORDER}|lautet|is)\b(?=.*\b{MACHINE}\b|.*[„“\"'‘‚])",
    rf"\b{ORDER}\b\s+(?:\w+\s+){{0,4}}(?:nur|ausschließlich|stets|immer|only|always|exactly|solely)\b",
    rf"(?:\A|[.:!?„“\"'‚‘(]\s*){ORDER}\b[^.!?]{{0,80}}[„“\"'‘‚]",
    r"\b(?:du bist|you are)\s+(?:jetzt|nun|ab jetzt|now|from now on)\b",
    rf"\b(?:hinweis(?:e)?|wichtig|note|notice|attention)\b\W+(?:\w+\W+){{0,2}}{MACHINE}\b",
    rf"(?:\A|[.:!?]\s+)(?:für|for|to|an|dear|liebe[rs]?)\s+(?:alle\s+|all\s+)?{MACHINE}\b",
    rf"\b(?:deine[rnms]?|your)\s+(?:(?:nächsten?|ganze|vollständigen?|complete|full|next)\s+)?{TASK}\b",
    r"\b(?:wer (?:auch immer )?diese[ns]? (?:Text|Artikel)|whoever \w+ (?:up )?this (?:text|article))\b",
    rf"\b(?:ab jetzt|ab hier|von nun an|from now on|from here on)\b[^.!?]{{0,40}}\b{ORDER}\b",
    r"!\[|\]\(|<\|?\w+\|?>|</\w+>|\[/?INST\]|<<SYS>>|\b\w+\(\w+\s*=|[A-Za-z0-9+/]{40,}={0,2}",
    r"#{2,6}\s*(?:system|assistant|user|instruction)\b",
)
"""Orders about the task; answers put into a mouth; roles; notes to machines; marks of templates and tools."""


def gives_orders(sentence: str) -> bool:
    """Tell whether a sentence speaks to a language model: orders, roles, notes to machines, marks of templates.

    By rule, in German and English. What is taken for one wrongly is only withheld from the model; its quote stays.
    """
    return any(re.search(pattern, sentence, re.IGNORECASE) for pattern in COMMANDS)
