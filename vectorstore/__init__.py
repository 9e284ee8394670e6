"""Articles in, ranked passages out. What the layer above may use stands here."""

from vectorstore.bundled_model import Announce, prepare_bundled_model
from vectorstore.bundled_network import BundledNetwork
from vectorstore.bundled_tokenizer import Tokens
from vectorstore.checking import Checked
from vectorstore.checkpoint import read_tensors
from vectorstore.chunking import split_article
from vectorstore.embedding import (
    BUNDLED,
    EmbeddingModel,
    PassageEmbedder,
    SentenceTransformerEmbeddings,
)
from vectorstore.errors import ArticleError, BelegtError, BusyError, CollectionError, MisfitError, ModelError
from vectorstore.fingerprints import Fingerprints
from vectorstore.formats.parsing_process import ParsingProcess
from vectorstore.fusion import standardise
from vectorstore.index import PassageIndex
from vectorstore.keywords import Term, content_words, gram_text, stem_text
from vectorstore.mirror import Plan, Progress, Report, Watch, apply, find_articles, plan, rejoin
from vectorstore.passage import Article, Hit, Passage, Sentence, Source
from vectorstore.reading import SIZE_LIMITS, SUFFIXES, read_article
from vectorstore.retrieval import HITS, PassageSearch, Search, passage_key
from vectorstore.sentences import guess_language, split_sentences
from vectorstore.server import Server
from vectorstore.spelling import Spelling, is_german_noun
from vectorstore.upkeep import Upkeep

__all__ = [
    "BUNDLED",
    "HITS",
    "SIZE_LIMITS",
    "SUFFIXES",
    "Announce",
    "Article",
    "ArticleError",
    "BelegtError",
    "BundledNetwork",
    "BusyError",
    "Checked",
    "CollectionError",
    "EmbeddingModel",
    "Fingerprints",
    "Hit",
    "MisfitError",
    "ModelError",
    "ParsingProcess",
    "Passage",
    "PassageEmbedder",
    "PassageIndex",
    "PassageSearch",
    "Plan",
    "Progress",
    "Report",
    "Search",
    "Sentence",
    "SentenceTransformerEmbeddings",
    "Server",
    "Source",
    "Spelling",
    "Term",
    "Tokens",
    "Upkeep",
    "Watch",
    "apply",
    "content_words",
    "find_articles",
    "gram_text",
    "guess_language",
    "is_german_noun",
    "passage_key",
    "plan",
    "prepare_bundled_model",
    "read_article",
    "read_tensors",
    "rejoin",
    "split_article",
    "split_sentences",
    "standardise",
    "stem_text",
]
