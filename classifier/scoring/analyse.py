"""One text, read and judged: text → sentences → logits → facts → findings → decision → features.

This is the whole inference path before margins become spans. Training runs it too, with the heads of a fold, so that
the combiner is fitted on exactly what it will see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..policy.load import CAVEATS_POLICY, CLAIMS_POLICY, FACTS, Policy
from ..policy.rules import Decision, FactValues, Judged, decide
from ..text.classes import Classes
from ..text.streams import streams
from ..text.tokens import read
from .combine import Evidence, Feature, caveat_features, claim_features, evidence, needed_groups, per_se_strength
from .facts import Detected, detect_facts, detect_seriousness
from .findings import Cutoffs, decisive, is_benefit, judge
from .kernel import Floats
from .lists import WordLists, word_lists
from .sentences import SentenceScores, score_sentences
from .tables import DocumentTable, SentenceTable
from .voice import shift_of, voice

DOCUMENT_HEADS = {CLAIMS_POLICY: "document:claims", CAVEATS_POLICY: "document:caveats"}


@dataclass(frozen=True)
class Reader:
    """Everything that turns a text into judged sentences: frozen tables, lexicon, gates, voice and cut-offs."""

    fold_table: Mapping[int, str]
    classes: Classes
    table: SentenceTable
    documents: DocumentTable
    gates: Floats
    voice: Floats
    cutoffs: Cutoffs


@dataclass(frozen=True)
class Analysis:
    """What is known of a text before it has a score."""

    scores: SentenceScores
    document: Mapping[str, float]
    detected: Mapping[str, Detected]
    facts: FactValues
    judged: tuple[Judged, ...]
    ruled: tuple[Judged, ...]
    decision: Decision
    evidence: Evidence
    needed: frozenset[str]
    per_se: float

    def features(self, policy: Policy) -> dict[str, list[Feature]]:
        """The lines of both margins."""
        return {
            CLAIMS_POLICY: claim_features(
                self.evidence, self.decision, self.per_se, self.facts.genre, self.document[DOCUMENT_HEADS[CLAIMS_POLICY]], policy
            ),
            CAVEATS_POLICY: caveat_features(
                self.evidence, self.decision, self.needed, self.document[DOCUMENT_HEADS[CAVEATS_POLICY]], policy
            ),
        }


def analyse(reader: Reader, policy: Policy, title: str, text: str, given: Mapping[str, Any]) -> Analysis:
    """Reads and judges a text. `given` facts replace detected ones."""
    lists = word_lists(policy)
    sentences = [*read(title, reader.fold_table, "title"), *read(text, reader.fold_table)]
    found = [streams(s, reader.classes) for s in sentences]
    logits = reader.documents.logits(found)
    document = dict(zip(reader.documents.heads, map(float, logits), strict=True))
    detected = detect_facts(sentences, document, policy, lists)
    heard = voice(document, detected, given, policy)
    scores = score_sentences(sentences, found, reader.table, reader.gates, shift_of(heard, reader.voice))
    judged = judge(scores, reader.table.column, reader.cutoffs, policy, lists, len(text))
    detected["serious_condition"] = detect_seriousness(sentences, [is_benefit(j) for j in judged], document, lists)
    facts = _values(detected, given, scores, len(text), lists)
    ruled = decisive(scores, judged, reader.table.column, reader.cutoffs)
    facts = _in_place_of_care(facts, ruled, given)
    decision = decide(facts, ruled, policy)
    return Analysis(
        scores, document, {name: detected[name] for name in FACTS}, facts, tuple(judged), tuple(ruled), decision, evidence(scores, reader.table.column, document, policy),
        needed_groups(decision, policy, facts.habit_forming), per_se_strength(scores, reader.table.column, decision),
    )  # fmt: skip


def _values(
    detected: Mapping[str, Detected], given: Mapping[str, Any], scores: SentenceScores, length: int, lists: WordLists
) -> FactValues:
    values: dict[str, Any] = {name: given.get(name, d.value) for name, d in detected.items()}
    link = any(lists.link.any(s.tokens) for s in scores.sentences)
    return FactValues(**values, length=length, has_link=link)


def _in_place_of_care(facts: FactValues, judged: Sequence[Judged], given: Mapping[str, Any]) -> FactValues:
    """Anything offered in place of care for a serious condition is R3 (POLICY 3.1), unless the caller said otherwise."""
    directive = any(f.signal == "replaces_medicine" and "directive" in f.attributes for j in judged for f in j.findings)
    if directive and facts.serious_condition and facts.tier in ("R1", "R2") and "tier" not in given:
        return replace(facts, tier="R3")
    return facts
