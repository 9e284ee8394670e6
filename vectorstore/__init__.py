"""Articles in, ranked passages out. What the layer above may use stands here."""

from vectorstore.bundled_model import Announce, prepare_bundled_model
from vectorstore.chunking import split_article
from vectorstore.embedding import (
    BUNDLED,
    EmbeddingModel,
    PassageEmbedder,
    SentenceTransformerEmbeddings,
    fastest_precision,
)
from vectorstore.errors import ArticleError, BelegtError, CollectionError, ModelError
from vectorstore.index import PassageIndex
from vectorstore.keywords import Term, content_words, gram_text, stem_text
from vectorstore.mirror import Plan, Progress, Report, Watch, apply, find_articles, plan, rejoin
from vectorstore.passage import Article, Hit, Passage, Sentence, Source
from vectorstore.reading import SUFFIXES
from vectorstore.retrieval import HITS, PassageRetriever, PassageSearch, Search, passage_key, standardise
from vectorstore.sentences import guess_language, split_sentences
from vectorstore.spelling import Spelling, is_german_noun

__all__ = [
    "BUNDLED",
    "HITS",
    "SUFFIXES",
    "Announce",
    "Article",
    "ArticleError",
    "BelegtError",
    "CollectionError",
    "EmbeddingModel",
    "Hit",
    "ModelError",
    "Passage",
    "PassageEmbedder",
    "PassageIndex",
    "PassageRetriever",
    "PassageSearch",
    "Plan",
    "Progress",
    "Report",
    "Search",
    "Sentence",
    "SentenceTransformerEmbeddings",
    "Source",
    "Spelling",
    "Term",
    "Watch",
    "apply",
    "content_words",
    "fastest_precision",
    "find_articles",
    "gram_text",
    "guess_language",
    "is_german_noun",
    "passage_key",
    "plan",
    "prepare_bundled_model",
    "rejoin",
    "split_article",
    "split_sentences",
    "standardise",
    "stem_text",
]
