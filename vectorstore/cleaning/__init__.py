"""What is not the article goes out, because a quote of it would be no evidence. One small function a rule.

In doubt a rule keeps: what is left in by mistake stands in the way, what is cut by mistake is lost.
"""

from vectorstore.cleaning.normalising import normalise, normalise_characters
from vectorstore.cleaning.rules import clean

__all__ = ["clean", "normalise", "normalise_characters"]
