"""Does a statement say what its evidence says? By rule where a rule can tell, by meaning elsewhere."""

from assistant.support.close_judge import CloseJudge
from assistant.support.judge import Judgement, SupportJudge, embed_with

__all__ = ["CloseJudge", "Judgement", "SupportJudge", "embed_with"]
