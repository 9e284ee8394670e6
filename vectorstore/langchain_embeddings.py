"""Our embeddings as LangChain's. They stand apart because importing LangChain takes longer than to embed a question."""

from __future__ import annotations

from langchain_core.embeddings import Embeddings

from vectorstore.embedding import SentenceTransformerEmbeddings


class LangChainEmbeddings(Embeddings):
    """A model as LangChain ``Embeddings``, with their asynchronous kin.

    Args:
        model: what embeds.
    """

    def __init__(self, model: SentenceTransformerEmbeddings) -> None:
        self._model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a unit vector for each text as a whole."""
        return self._model.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """Return the question's unit vector."""
        return self._model.embed_query(text)
