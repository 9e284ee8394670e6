"""A language model on this computer, without a download: joined from packages, checked, and served in a process of
its own on the loopback address, in the form that OpenAI's programs speak.
"""

from assistant.local_model.errors import LocalModelError
from assistant.local_model.model import Endpoint, LocalModel

__all__ = ["Endpoint", "LocalModel", "LocalModelError"]
