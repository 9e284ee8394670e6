"""Answers written by a language model from the quoted ones, each sentence held against the evidence before it is shown.

What the model says is never believed: not its text, not its citations, not that it comes in time. Whatever goes wrong,
the quoted answer stands.
"""

from assistant.writing.failures import FailureKind, LanguageModelError
from assistant.writing.interfaces import Endpoint, Judge, Message, WritingModel
from assistant.writing.settling import WhenUnsupported
from assistant.writing.writing import write_answer

__all__ = [
    "Endpoint",
    "FailureKind",
    "Judge",
    "LanguageModelError",
    "Message",
    "WhenUnsupported",
    "WritingModel",
    "write_answer",
]
