"""The facade: `Classifier.load().score(text)` gives the contract's result.

A classifier is a loaded model and a policy. It holds no state between calls but caches, so one instance may serve
many threads, and the same text, model and policy give the same bytes.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from .artifact import Model, load_model
from .errors import CaveatError, InputError, ModelMismatch, TextError
from .home import resolve_model
from .policy.load import BOOLEAN_FACTS, CLAIMS_POLICY, POLICIES, Policy, Thresholds, load_policy
from .records import DocumentInfo, Fact, Place, Result, SentenceSignals, Span, Term
from .scoring.analyse import Analysis, Reader, analyse
from .scoring.facts import HEALTH_CLASSES, HEALTH_ENOUGH, Detected
from .scoring.findings import sentence_signals
from .scoring.score import Scored, Weights, score_analysis
from .text.html import extract_html
from .text.language import english_share, language_of
from .text.markdown import extract_markdown
from .text.offsets import converter

EXPLAIN = ("none", "spans", "full")
KNOWN_ENOUGH = 0.4
ENGLISH_KNOWN = 0.75  # share of known words from which a text is English however few its function words
WORDS_ENOUGH = 4
PROSE = 0.3  # share of function words that running English has at least


@dataclass(frozen=True)
class Document:
    """What is to be scored: one of `text`, `html` and `markdown`, and what the caller knows of it.

    Without a `title`, the one that html or markdown carries (`<title>`, front matter) is the title; "" says there is none.
    """

    text: str | None = None
    html: str | None = None
    markdown: str | None = None
    id: str | None = None
    title: str | None = None
    url: str | None = None
    facts: Mapping[str, Any] | None = None
    thresholds: Mapping[str, Mapping[str, float]] | None = None
    explain: str = "spans"
    offset_unit: str = "code_point"


@dataclass(frozen=True)
class _Source:
    """The coordinate texts, and for those out of markup where each of their code points came from. `found`: the title
    is the markup's own."""

    text: str
    title: str = ""
    origins: Mapping[str, Sequence[int]] = field(default_factory=dict)
    found: bool = False

    @property
    def fields(self) -> dict[str, str]:
        return {"title": self.title, "text": self.text}


class Classifier:
    """A model and a policy, ready to score."""

    def __init__(self, model: Model, policy: Policy) -> None:
        self.model, self.policy = model, policy
        self._reader = Reader(
            model.fold_table,
            model.classes,
            model.sentences,
            model.documents,
            model.gates,
            model.voice,
            model.cutoffs,
            model.impression,
            model.facts,
        )

    @classmethod
    def load(cls, model: str | Path | None = None, policy: str | Path | None = None) -> Classifier:
        """Loads a model (a directory, version or alias; default: CAVEAT_MODEL, else the current one) and a policy file
        (default: CAVEAT_POLICY, else the shipped one). Raises `ModelError` or `PolicyError`. Executes nothing."""
        import os

        chosen = policy if policy is not None else os.environ.get("CAVEAT_POLICY") or None
        return cls(load_model(resolve_model(model)), load_policy(chosen))

    # ------------------------------------------------------------ scoring

    def score(
        self, text: str, *, title: str | None = None, facts: Mapping[str, Any] | None = None, id: str | None = None,
        thresholds: Mapping[str, Mapping[str, float]] | None = None, explain: str = "spans", offset_unit: str = "code_point",
    ) -> Result:  # fmt: skip
        """One text. Offsets index `text` as given. Raises `InputError`."""
        return self.score_document(
            Document(text=text, title=title, facts=facts, id=id, thresholds=thresholds, explain=explain, offset_unit=offset_unit)
        )

    def score_document(self, document: Document) -> Result:
        """One document of any kind. Raises `InputError`."""
        if document.explain not in EXPLAIN:
            raise InputError(f"explain: expected one of {', '.join(EXPLAIN)}")
        source = _source(document)
        given = self.check_facts(document.facts or {})
        thresholds = self.thresholds(document.thresholds or {})
        analysis = analyse(self._reader, self.policy, source.title, source.text, given)
        reasons = self._not_assessed(analysis, source, given)
        weights = Weights(
            self.model.combiners, self.model.presence, self.model.typical, self._residual(analysis), self.model.cutoffs.confident
        )
        scored = score_analysis(
            analysis, weights, self.model.sentences.column, self.model.sentences.bias, self.policy, thresholds,
            source.fields, bool(reasons),
        )  # fmt: skip
        return self._result(document, source, analysis, scored, reasons, given)

    def score_many(self, documents: Iterable[Document]) -> Iterator[Result | CaveatError]:
        """Results in order; a document that cannot be scored gives its error in its place."""
        for document in documents:
            try:
                yield self.score_document(document)
            except CaveatError as error:
                yield error

    def check_golden(self) -> None:
        """Re-scores the model's golden documents. Raises `ModelMismatch` where a margin is not reproduced."""
        own = Classifier(self.model, load_policy())
        if self.model.info.get("policy_sha256") != own.policy.sha256:
            raise ModelMismatch(f"{self.model.path}: trained under another version of the shipped policy; retrain with `caveat train`")
        for golden in self.model.golden:
            result = own.score(golden["text"], explain="none")
            for name, margin in golden["margins"].items():
                if abs(result.scores[name].margin - margin) > 1e-6:
                    raise ModelMismatch(f"{self.model.path}: does not reproduce its golden documents on this machine; retrain")

    # ------------------------------------------------------------ what the caller says

    def check_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Validated facts. Raises `InputError` with the known names or values, never with what was given."""
        known = self.policy.fact_values
        for name, value in facts.items():
            if name not in known:
                raise InputError(f"facts: unknown fact; known: {', '.join(known)}")
            if value not in known[name] or (name in BOOLEAN_FACTS) != isinstance(value, bool):
                raise InputError(
                    f"facts: {name}: expected one of {', '.join(str(v).lower() if isinstance(v, bool) else v for v in known[name])}"
                )
        return dict(facts)

    def thresholds(self, over: Mapping[str, Mapping[str, float]]) -> dict[str, Thresholds]:
        """The policy's thresholds with a request's on top. Raises `InputError` unless 0 < borderline < violating < 1."""
        out = dict(self.policy.thresholds)
        for name, values in over.items():
            if name not in out:
                raise InputError(f"thresholds: unknown policy; known: {', '.join(POLICIES)}")
            if set(values) - {"borderline", "violating"}:
                raise InputError(f"thresholds: {name}: unknown key; known: borderline, violating")
            if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values.values() if v is not None):
                raise InputError(f"thresholds: {name}: expected numbers between 0 and 1")
            new = replace(out[name], **{k: float(v) for k, v in values.items() if v is not None})
            if not 0 < new.borderline < new.violating < 1:
                raise InputError(f"thresholds: {name}: expected 0 < borderline < violating < 1")
            out[name] = new
        return out

    # ------------------------------------------------------------ parts of a result

    def _residual(self, analysis: Analysis) -> dict[str, tuple[float, float, float]]:
        """What a user's labels add to each margin for this text: (scale, shift, words)."""
        out = {}
        forms = [t.form for s in analysis.scores.streams for t in s.tokens] if self.model.residuals else []
        for name, residual in self.model.residuals.items():
            counts: dict[int, int] = {}
            for i, form in enumerate(forms):
                for feature in (form, f"{form} {forms[i + 1]}" if i + 1 < len(forms) else None):
                    at = residual.vocabulary.get(feature) if feature is not None else None
                    if at is not None:
                        counts[at] = counts.get(at, 0) + 1
            total = math.fsum(float(residual.weights[at]) * (1.0 + float(np.log(n))) for at, n in counts.items())
            out[name] = (residual.scale, residual.shift, total / float(np.sqrt(max(1, len(forms)))))
        return out

    def _not_assessed(self, analysis: Analysis, source: _Source, given: Mapping[str, Any]) -> tuple[str, ...]:
        words = [t for s in analysis.scores.sentences for t in s.tokens]
        reasons = []
        if len(words) < WORDS_ENOUGH:
            reasons.append("too_short")
        known = self._known(analysis)
        if words and _language(source, known) != "en":
            reasons.append("not_english")
        if words and known < KNOWN_ENOUGH:
            reasons.append("unknown_words")
        if words and "genre" not in given and (analysis.health < HEALTH_ENOUGH or _says_nothing(analysis, source)):
            reasons.append("not_health")
        if analysis.facts.genre == "non_health" or analysis.facts.tier == "R0":
            reasons.append("not_health")
        return tuple(dict.fromkeys(reasons))

    def _known(self, analysis: Analysis) -> float:
        """The share of the text's words that the model knows, 0..1. Numbers and codes are no words."""
        forms = [t.form for s in analysis.scores.sentences for t in s.tokens if t.form.replace("'", "").isalpha()]
        return sum(self.model.sentences.knows(f) for f in forms) / len(forms) if forms else 0.0

    def _result(
        self,
        document: Document,
        source: _Source,
        analysis: Analysis,
        scored: Scored,
        reasons: tuple[str, ...],
        given: Mapping[str, Any],
    ) -> Result:
        move = _Mover(source, document.offset_unit)
        policy, model = self.policy, self.model
        full = document.explain == "full"
        grounds = any(s.band in ("borderline", "violating") for s in scored.scores.values())
        return Result(
            id=document.id,
            model={"version": model.version, "sha256": model.sha256},
            policy=policy.identity,
            document=DocumentInfo(
                sha256=hashlib.sha256(_submitted(document).encode()).hexdigest(),
                length=move.length("text"),
                scored=move.length("text"),
                offset_unit=document.offset_unit,
                language=_language(source, self._known(analysis)),
                not_assessed=reasons,
                health_probability=analysis.health if analysis.scores.sentences else 0.0,
                warnings=scored.warnings,
                text=None if document.text is not None else source.text,
                title=source.title if source.found else None,
            ),
            facts=self._facts(analysis, given),
            scores=scored.scores,
            severity=analysis.decision.severity if grounds and not reasons else 0,
            severity_reasons=analysis.decision.severity_reasons if grounds and not reasons else (),
            spans=tuple(move.span(s) for s in scored.spans) if document.explain != "none" else (),
            checklist=tuple(
                replace(c, triggers=tuple(map(move.place, c.triggers)), evidence=tuple(map(move.place, c.evidence))) for c in scored.checklist
            ) if document.explain != "none" else (),
            sentences=tuple(self._sentences(analysis, move)) if full else (),
            explain=document.explain,
        )  # fmt: skip

    def _facts(self, analysis: Analysis, given: Mapping[str, Any]) -> tuple[Fact, ...]:
        out = []
        for name, detected in analysis.detected.items():
            if name in given:
                out.append(Fact(name, given[name], "request", None))
            else:
                value = getattr(analysis.facts, name)
                out.append(Fact(name, value, "detected", probability_of(value, detected)))
        return tuple(out)

    def _sentences(self, analysis: Analysis, move: _Mover) -> Iterator[SentenceSignals]:
        for s, sentence in enumerate(analysis.scores.sentences):
            signals = sentence_signals(analysis.scores, s, self.model.sentences.column, self.policy)
            yield SentenceSignals(move.place(Place(sentence.field, sentence.start, sentence.end)), signals)


def _says_nothing(analysis: Analysis, source: _Source) -> bool:
    """Whether a text is neither prose nor names a body, an illness, a remedy, food or a carer, and nothing was found in it:
    of code, menus and tables the fact model has nothing to go by, and falls back on what is commonest."""
    if any(j.findings for j in analysis.judged) or any(c.name in HEALTH_CLASSES for s in analysis.scores.streams for c in s.classes):
        return False
    return english_share(_whole(source))[0] < PROSE


def _whole(source: _Source) -> str:
    return f"{source.title}\n{source.text}" if source.title else source.text


def _language(source: _Source, known: float) -> str:
    """`en` by its function words, or, for lists of drugs and the like that have few, by words that the model knows."""
    return "en" if known >= ENGLISH_KNOWN else language_of(_whole(source))


def probability_of(value: str | bool, detected: Detected) -> float | None:
    """How probable `value` is. A true-or-false fact is detected with the probability of true."""
    if value != detected.value:
        return None  # a rule replaced what was detected
    return round(1.0 - detected.probability if value is False else detected.probability, 6)


def _clean(text: Any, name: str) -> str:
    if not isinstance(text, str):
        raise InputError(f"{name}: expected a text")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise TextError(f"{name}: holds a lone surrogate, which is not text; send valid Unicode") from None
    return text


def _submitted(document: Document) -> str:
    return next(v for v in (document.text, document.html, document.markdown) if v is not None)


def _source(document: Document) -> _Source:
    given = [n for n in ("text", "html", "markdown") if getattr(document, n) is not None]
    if len(given) != 1:
        raise InputError("expected exactly one of text, html and markdown")
    raw = _clean(getattr(document, given[0]), given[0])
    title = None if document.title is None else _clean(document.title, "title")
    if given[0] == "text":
        return _Source(raw, title or "")
    extracted = extract_html(raw) if given[0] == "html" else extract_markdown(raw)
    if title is not None or not extracted.title:
        return _Source(extracted.text, title or "", {"text": extracted.origin})
    return _Source(extracted.text, extracted.title, {"text": extracted.origin, "title": extracted.title_origin}, found=True)


class _Mover:
    """Takes places from code points of the coordinate text to the declared unit, and adds where they stood in markup."""

    def __init__(self, source: _Source, unit: str) -> None:
        self.tables = {name: converter(text, unit) for name, text in source.fields.items()}
        self.origins = source.origins

    def length(self, field: str) -> int:
        return self.tables[field][-1]

    def place(self, place: Place) -> Place:
        table = self.tables[place.field]
        origin = self.origins.get(place.field)
        source = None if origin is None else _runs(origin[place.start : place.end])
        return Place(place.field, table[place.start], table[place.end], source)

    def span(self, span: Span) -> Span:
        table = self.tables[span.place.field]
        terms = tuple(Term(table[t.start], table[t.end], t.text, t.weight) for t in span.terms)
        return replace(span, place=self.place(span.place), terms=terms)


def _runs(at: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Consecutive offsets as [start, end) runs; -1 marks code points that stand nowhere in the markup."""
    out: list[list[int]] = []
    for offset in at:
        if offset < 0:
            continue
        if out and out[-1][1] == offset:
            out[-1][1] = offset + 1
        elif not out or offset >= out[-1][1]:
            out.append([offset, offset + 1])
    return tuple((a, b) for a, b in out)


__all__ = ["CLAIMS_POLICY", "Classifier", "Document"]
