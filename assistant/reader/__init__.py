"""Question and passage read together: which sentence answers, which words of it, or none."""

from assistant.reader.encoder import Reader, Reading, Span

__all__ = ["Reader", "Reading", "Span"]
