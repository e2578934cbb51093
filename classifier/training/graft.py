"""Variants of the corpus's documents for the combiner: one sentence more, or only the lead.

A document as written says little about how much one sentence must weigh: those that violate do so many times over.
So each document also enters once with one labelled sentence of the corpus put in (a claim for half, a false friend or a
caveat for the rest), and half of these as a short text of its first sentences. What the variant deserves, `decide`
says from the annotations. Only the combiner learns from them; heads, metrics and the corpus's counts never see them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..policy.load import Policy
from ..policy.rules import SPIN, decide
from .corpus import AnnotatedSentence, Corpus, DocumentRow, SentenceRow

LEAD = 4  # sentences of a short variant, besides the one put in
STRIDE = 101  # steps through the pool of sentences; a prime, so that neighbours get different ones
_CLAIMS = frozenset({*SPIN, "replaces_medicine", "testimonial_proof", "pressure_conspiracy"})


@dataclass(frozen=True)
class Pools:
    """The sentences of one fold that can stand alone: claims, and everything else about health."""

    claims: Sequence[SentenceRow]
    others: Sequence[SentenceRow]


def grafts(corpus: Corpus, fold_of: Mapping[str, int], policy: Policy) -> list[DocumentRow]:
    """One variant of each health document, in the corpus's order; its sentence comes from the same fold."""
    pools = {fold: _pools(corpus.sentences, fold_of, fold) for fold in sorted(set(fold_of.values()))}
    out = []
    for number, document in enumerate(corpus.documents):
        pool = pools[fold_of[document.id]]
        wanted = pool.claims if number % 2 == 0 else pool.others
        if document.facts["genre"] == "non_health" or document.override or not document.sentences or not wanted:
            continue
        base = _lead(document) if number % 4 < 2 else document
        out.append(_labelled(_with(base, wanted[number * STRIDE % len(wanted)], number // 4 % 3), policy))
    return out


def _pools(sentences: Sequence[SentenceRow], fold_of: Mapping[str, int], fold: int) -> Pools:
    alone = [s for s in sentences if fold_of[s.id] == fold and not s.context and "not_health" not in s.labelled.marks]
    claims = [s for s in alone if any(f.signal in _CLAIMS for f in s.labelled.findings)]
    return Pools(claims, [s for s in alone if not any(f.signal in _CLAIMS for f in s.labelled.findings)])


def _lead(document: DocumentRow) -> DocumentRow:
    """The title and the first sentences."""
    body = sorted((s for s in document.sentences if s.field == "text"), key=lambda s: s.start)[:LEAD]
    kept = (*(s for s in document.sentences if s.field == "title"), *body)
    return replace(document, text=document.text[: body[-1].end] if body else document.text, sentences=kept)


def _with(document: DocumentRow, row: SentenceRow, place: int) -> DocumentRow:
    """The sentence put first, in the middle or last (`place` 0, 1, 2)."""
    body = sorted((s for s in document.sentences if s.field == "text"), key=lambda s: s.start)
    at = 0 if place == 0 or not body else body[len(body) // 2].start if place == 1 else len(document.text)
    before, after = document.text[:at], document.text[at:]
    head = "" if not before or before[-1].isspace() else " "
    start = len(before) + len(head)
    shift = len(head) + len(row.text) + 1
    moved = tuple(
        replace(s, start=s.start + shift, end=s.end + shift) if s.field == "text" and s.start >= at else s for s in document.sentences
    )
    own = AnnotatedSentence("text", start, start + len(row.text), row.labelled)
    return replace(
        document, id=f"{document.id}+{row.id}", text=f"{before}{head}{row.text} {after}", sentences=(*moved, own), spans=()
    )  # fmt: skip


def _labelled(document: DocumentRow, policy: Policy) -> DocumentRow:
    decision = decide(document.fact_values(), document.judged(), policy)
    return replace(document, labels={p: g / 2 for p, g in decision.grades.items()}, severity=decision.severity)
