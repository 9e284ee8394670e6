"""What can go wrong with a language model on this computer; one line that says what to do next."""

from vectorstore import BelegtError


class LocalModelError(BelegtError):
    """The local language model is missing, not what it should be, or can't be run here."""
