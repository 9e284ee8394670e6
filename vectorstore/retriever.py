"""The search as a LangChain retriever; apart from it, because LangChain takes half a second to import."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from vectorstore.passage import Hit
from vectorstore.retrieval import HITS, PassageSearch, passage_key


class PassageRetriever(BaseRetriever):
    """The search as a LangChain retriever: documents hold a passage's text, metadata its source, place and scores."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    passage_search: PassageSearch
    count: int = HITS

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain passes it by this name
    ) -> list[Document]:
        return [to_document(hit) for hit in self.passage_search.search(query, count=self.count).hits]


def to_document(hit: Hit) -> Document:
    """Return a hit as a LangChain document."""
    return Document(
        id=passage_key(hit.passage),
        page_content=hit.passage.text,
        metadata={
            "article_id": hit.passage.source.article_id,
            "title": hit.passage.source.title,
            "published": hit.passage.source.published.isoformat() if hit.passage.source.published else None,
            "publisher": hit.passage.source.publisher,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "score": hit.score,
            "similarity": hit.similarity,
        },
    )
