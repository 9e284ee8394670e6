"""Questions made from the sentences that answer them, by rule, in German and English."""

from assistant.questions.draft import Draft
from assistant.questions.making import ask_about_title, make_questions

__all__ = ["Draft", "ask_about_title", "make_questions"]
