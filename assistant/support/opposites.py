"""Words that say the opposite of each other: rose and fell, welcomed and criticised, kept and gave up."""

from __future__ import annotations

import re

from assistant.verdict import OPPOSITES

NO_OPPOSITES = ("vor", "für", "alle")
"""Words of the verdict's opposites that mostly are none in a statement, or that the quantifiers tell better."""
MORE_PAIRS = (
    (
        (
            r"begrüß\w*|befürwort\w*|genehmig\w*|zustimm\w*|lob(?:t|te|ten|en)|gelobt|billig(?:t|te|ten|en)|angenommen|accept\w*|"
            r"approv\w*|welcom\w*|back(?:s|ed|ing)|support\w*|endors\w*|prais\w*|unterstütz\w*|dafür|in favour"
        ),
        (
            r"kritisier\w*|kritik\w*|critici\w*|oppos\w*|"
            r"dismiss\w*|condemn\w*|bemängel\w*|beklag\w*|denounc\w*|attack(?:s|ed)"
        ),
    ),
    (
        r"verschieb\w*|verschob\w*|verschoben|verzöger\w*|postpon\w*|delay\w*|put off|später\w*|later",
        r"\w*vorzieh\w*|vorgezogen|zieht|beschleunig\w*|brought forward|bring\w* forward|früher\w*|earlier|sooner",
    ),
    (
        r"verteuer\w*|teurer\w*|aufschlag\w*|more expensive|dearer|erhöh\w*|anhebt?|hebt|raise[sd]?|stieg\w*|rose",
        r"verbillig\w*|billiger\w*|günstiger\w*|cheaper|senk\w*|gesenkt\w*|cut(?:s|ting)?|lower(?:s|ed)?",
    ),
    (
        (
            r"verlänger\w*|extend\w*|behält|behielt|behalten|keep(?:s|ing)?|kept|bleib\w*|blieb\w*|stays?|stayed|remain\w*|"
            r"festh\w+|hält|hold(?:s|ing)? on"
        ),
        (
            r"trenn\w*|getrennt|kündig\w*|gekündigt|beend\w*|beendet|end(?:s|ed|ing)|terminat\w*|drop(?:s|ped|ping)?|aufgeb\w*|"
            r"aufgegeben|abandon\w*|verl[aä]ss\w*|verließ\w*|leav(?:e|es|ing)|left|quit\w*|entl[aä]ss\w*|entließ\w*"
        ),
    ),
    (r"verdoppel\w*|doppelt\w*|doubl\w*|twice|double", r"halb(?:ier\w*|so)|halbiert\w*|halv\w*|half"),
    (
        (
            r"plus|zuwachs\w*|legte\w* zu|zulegte\w*|zugelegt|up|gain(?:s|ed)?|nahm\w* zu|nehmen zu|nimmt zu|"
            r"climb\w*|jump\w*|surg\w*|"
            r"rose|risen|stieg\w*|gestiegen|wuchs\w*|increas\w*|grew"
        ),
        (
            r"minus|einbu[sß]\w*|gab\w* nach|down|fell|fallen|nahm\w* ab|nehmen ab|nimmt ab|zurück|plung\w*|"
            r"slump\w*|sank\w*|"
            r"gesunken|schrumpf\w*|weniger|fewer|less|declin\w*|decreas\w*|shrank|shrunk|reduc\w*|einbr\w+"
        ),
    ),
    (
        r"bekannt\w*|nannte\w*|nennt|verr[ai]et\w*|disclos\w*|reveal\w*|publi[cs]\w*|öffentlich\w*",
        r"stillschweigen|verschw[ei]\w*|geheim\w*|secret\w*|undisclosed|vertraulich\w*|confidential",
    ),
    (
        r"gewann\w*|sieg\w*|setzte\w* sich|durchgesetzt|won|beat|defeated|vorn\w*|ahead|above",
        r"verlor\w*|unterl[ai]g\w*|unterlegen|lost|defeat(?! )|hinten|hinter|behind|below",
    ),
    (
        (
            r"großzügig\w*|generous\w*|ausreichend\w*|adequate(?<!barely adequate)|zufrieden\w*|satisfied|pleased|"
            r"erfreut\w*|erleichtert\w*|delighted|happy"
        ),
        r"knausrig\w*|barely|inadequate|stingy|unzureichend\w*|enttäusch\w*|disappoint\w*|unzufrieden\w*|dissatisfied|bedauer\w*|regret\w*|verärgert\w*|angry",
    ),
    (
        r"leicht\w*|mild|minor|harmlos\w*|gering\w*|slight\w*",
        r"schwer\w*|severe\w*|serious\w*|major|erheblich\w*|massiv\w*",
    ),
    (
        r"freigesprochen|freispruch|acquit\w*|unschuldig\w*|innocent",
        r"verurteil\w*|convict\w*|schuldig\w*|guilty|sentenc\w*",
    ),
    (
        r"einstell(?:t|en|te)|eingestellt|hir(?:e|es|ed|ing)|schaff(?:t|en)|create[sd]?",
        r"entlass\w*|entl[äi]e?ss?\w*|abbau\w*|streich\w*|gestrichen|lay\w* off|laid off|cut(?:s|ting)?|lose",
    ),
)
MORE_OPPOSITES = tuple(
    (re.compile(rf"\b(?:{left})\b", re.IGNORECASE), re.compile(rf"\b(?:{right})\b", re.IGNORECASE))
    for left, right in MORE_PAIRS
)


CONTRARIES = (
    *(pair for pair in OPPOSITES if not any(pair[0].fullmatch(word) for word in NO_OPPOSITES)),
    *MORE_OPPOSITES,
)


def find_opposites(stated: str, given: str) -> int:
    """Return how many words of a clause have their opposite, and not themselves, in another clause."""
    count = 0
    for left, right in CONTRARIES:
        sides = [(left.search(text) is not None, right.search(text) is not None) for text in (stated, given)]
        count += sides in ([(True, False), (False, True)], [(False, True), (True, False)])
    return count
