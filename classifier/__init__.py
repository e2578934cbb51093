"""Caveat: scores health content for unbalanced therapeutic claims and missing safety caveats, and shows its grounds.

>>> from classifier import Classifier
>>> result = Classifier.load().score("...")          # doctest: +SKIP
>>> result.scores["missing_safety_caveats"].band     # doctest: +SKIP
"""

from .classifier import Classifier, Document
from .errors import (
    CaveatError,
    CorpusError,
    InputError,
    LabelError,
    ModelDamaged,
    ModelError,
    ModelMismatch,
    ModelNotFound,
    PolicyError,
    Problem,
    TextError,
    TrainingError,
)
from .policy.load import CAVEATS_POLICY, CLAIMS_POLICY, POLICIES, Policy, load_policy
from .policy.rules import Decision, FactValues, Finding, Judged, decide
from .records import ChecklistLine, DocumentInfo, Explained, Fact, Place, PolicyScore, Result, SentenceSignals, Span, Term
from .version import __version__

__all__ = [
    "CAVEATS_POLICY",
    "CLAIMS_POLICY",
    "POLICIES",
    "CaveatError",
    "ChecklistLine",
    "Classifier",
    "CorpusError",
    "Decision",
    "Document",
    "DocumentInfo",
    "Explained",
    "Fact",
    "FactValues",
    "Finding",
    "InputError",
    "Judged",
    "LabelError",
    "ModelDamaged",
    "ModelError",
    "ModelMismatch",
    "ModelNotFound",
    "Place",
    "Policy",
    "PolicyError",
    "PolicyScore",
    "Problem",
    "Result",
    "SentenceSignals",
    "Span",
    "Term",
    "TextError",
    "TrainingError",
    "__version__",
    "decide",
    "load_policy",
]
