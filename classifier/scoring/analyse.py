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
from ..text.streams import Streams, streams
from ..text.tokens import Sentence, read
from .combine import Evidence, Feature, caveat_features, claim_features, evidence, needed_groups, per_se_strength
from .facts import Detected, FactModel, detect, fact_features, health_probability, impression_features
from .findings import Cutoffs, decisive, is_benefit, judge
from .kernel import Floats
from .lists import WordLists, word_lists
from .sentences import SentenceScores, score_sentences
from .tables import DocumentTable, SentenceTable
from .voice import shift_of, voice

DOCUMENT_HEADS = {CLAIMS_POLICY: "document:claims", CAVEATS_POLICY: "document:caveats"}


@dataclass(frozen=True)
class Reader:
    """Everything that turns a text into judged sentences: frozen tables, lexicon, gates, voice, cut-offs and fact models."""

    fold_table: Mapping[int, str]
    classes: Classes
    table: SentenceTable
    documents: DocumentTable
    gates: Floats
    voice: Floats
    cutoffs: Cutoffs
    impression: FactModel
    facts: FactModel


@dataclass(frozen=True)
class Analysis:
    """What is known of a text before it has a score."""

    scores: SentenceScores
    document: Mapping[str, float]
    detected: Mapping[str, Detected]
    health: float
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
                self.evidence, self.decision, self.needed, self.facts.genre, self.document[DOCUMENT_HEADS[CAVEATS_POLICY]], policy
            ),
        }


@dataclass(frozen=True)
class Reading:
    """A text as its sentences read, before its facts are settled. `features` are what a fact model takes."""

    scores: SentenceScores
    document: Mapping[str, float]
    impression: Floats
    judged: tuple[Judged, ...]
    features: Floats
    length: int


def impress(reader: Reader, policy: Policy, sentences: Sequence[Sentence], found: Sequence[Streams]) -> tuple[dict[str, float], Floats]:
    """(logits of the document heads, features of the impression)."""
    logits = reader.documents.logits(found)
    document = dict(zip(reader.documents.heads, map(float, logits), strict=True))
    return document, impression_features(sentences, found, document, word_lists(policy))


def read_text(reader: Reader, policy: Policy, title: str, text: str, given: Mapping[str, Any]) -> Reading:
    """Reads a text and judges its sentences."""
    lists = word_lists(policy)
    sentences = [*read(title, reader.fold_table, "title"), *read(text, reader.fold_table)]
    found = [streams(s, reader.classes) for s in sentences]
    document, impression = impress(reader, policy, sentences, found)
    heard = voice(reader.impression.probabilities(impression), given, policy)
    scores = score_sentences(sentences, found, reader.table, reader.gates, shift_of(heard, reader.voice))
    judged = judge(scores, reader.table.column, reader.cutoffs, policy, lists, len(text))
    features = fact_features(impression, sentences, [is_benefit(j) for j in judged], scores.gated, reader.table.column, lists)
    return Reading(scores, document, impression, tuple(judged), features, len(text))


def conclude(reading: Reading, reader: Reader, policy: Policy, given: Mapping[str, Any]) -> Analysis:
    """Settles the facts and applies the rules. `given` facts replace detected ones."""
    columns = reader.table.column
    probabilities = reader.facts.probabilities(reading.features)
    detected = detect(probabilities, given)
    facts = _values(detected, given, reading.scores, reading.length, word_lists(policy))
    ruled = decisive(reading.scores, reading.judged, columns, reader.cutoffs)
    facts = _in_place_of_care(facts, ruled, given)
    decision = decide(facts, ruled, policy)
    return Analysis(
        scores=reading.scores,
        document=reading.document,
        detected={name: detected[name] for name in FACTS},
        health=health_probability(probabilities),
        facts=facts,
        judged=reading.judged,
        ruled=tuple(ruled),
        decision=decision,
        evidence=evidence(reading.scores, columns, reading.document, policy),
        needed=needed_groups(decision, policy, facts.habit_forming),
        per_se=per_se_strength(reading.scores, columns, decision, facts),
    )


def analyse(reader: Reader, policy: Policy, title: str, text: str, given: Mapping[str, Any]) -> Analysis:
    """Reads and judges a text. `given` facts replace detected ones."""
    return conclude(read_text(reader, policy, title, text, given), reader, policy, given)


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
