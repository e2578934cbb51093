"""What a person is shown of a result, in words, whatever the face: the terminal and the page draw the same sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..policy.load import CAVEATS_POLICY, CLAIMS_POLICY, Policy
from ..records import ChecklistLine, PolicyScore, Result
from . import words
from .pieces import Highlight, Piece, Positions, cut, highlights

LIKELY = 0.5  # a sentence's signals are listed from this probability; `--format json` has all twenty


@dataclass(frozen=True)
class Submission:
    """What was scored: the name to head the sheet with, and the coordinate texts (for markup, the extracted text)."""

    name: str
    text: str
    title: str = ""


@dataclass(frozen=True)
class FactLine:
    """One fact as a phrase. `stated` is false for a yes-or-no fact that does not hold and was not told."""

    name: str
    phrase: str
    source: str
    stated: bool


@dataclass(frozen=True)
class ScoreLine:
    """One policy's verdict, with how its margin came about (empty where `explain` left it out)."""

    policy: str
    title: str
    description: str
    score: PolicyScore
    band: str
    per_se: str
    sum: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FindingLine:
    """One highlight for the legend: weights by policy, the rule it rests on and the house's own name for it."""

    highlight: Highlight
    title: str
    weights: tuple[tuple[str, str], ...]
    sure: str
    rule: str


@dataclass(frozen=True)
class NeedLine:
    """One line of the checklist."""

    line: ChecklistLine
    title: str
    status: str
    tone: str
    need: str
    ask: str
    if_added: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class SentenceLine:
    """A sentence with its likely signals, under `explain="full"`."""

    text: str
    signals: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """Everything a face draws, in the order it draws it."""

    name: str
    result: Result
    facts: tuple[FactLine, ...]
    scores: tuple[ScoreLine, ...]
    notes: tuple[str, ...]
    fields: tuple[tuple[str, tuple[Piece, ...]], ...]
    findings: tuple[FindingLine, ...]
    needs: tuple[NeedLine, ...]
    sentences: tuple[SentenceLine, ...]
    explained: bool


def make_sheet(result: Result, submission: Submission, policy: Policy) -> Sheet:
    """The sheet of `result`, which was scored from `submission` under `policy`."""
    texts = {"title": submission.title, "text": submission.text}
    kinds = {s.id: s.kind for s in policy.signals.values()}
    marks = highlights(result.spans, texts, result.document.offset_unit, kinds)
    return Sheet(
        name=submission.name,
        result=result,
        facts=_facts(result, policy),
        scores=tuple(_score(name, score, policy, full=result.explain == "full") for name, score in result.scores.items()),
        notes=_notes(result),
        fields=tuple((f, tuple(cut(texts[f], [m for m in marks if m.field == f]))) for f in ("title", "text") if texts[f]),
        findings=tuple(_finding(m, policy) for m in sorted(marks, key=lambda m: (-m.most, m.number))),
        needs=tuple(_need(line, result, policy) for line in result.checklist),
        sentences=_sentences(result, texts),
        explained=result.explain != "none",
    )


def _facts(result: Result, policy: Policy) -> tuple[FactLine, ...]:
    out = []
    for fact in result.facts:
        genre = policy.genres[str(fact.value)].title if fact.name == "genre" else ""
        stated = fact.value is not False or fact.source == "request"
        out.append(FactLine(words.label(fact.name), words.fact_value(fact, genre), words.fact_source(fact), stated))
    return tuple(out)


def _score(name: str, score: PolicyScore, policy: Policy, *, full: bool) -> ScoreLine:
    title, description = policy.titles[name]
    parts = score.explained
    told = (
        f"margin {words.signed(score.margin)} = start {words.signed(parts.intercept)}, highlighted words {words.signed(parts.spans)}, "
        f"the rest {words.signed(parts.other)}"
    )
    return ScoreLine(
        policy=name,
        title=title,
        description=description,
        score=score,
        band=words.BANDS.get(score.band, score.band),
        per_se=_per_se(score, policy),
        sum=told,
        items=tuple((item, words.signed(value)) for item, value in parts.items) if full else (),
    )


def _per_se(score: PolicyScore, policy: Policy) -> str:
    """The per-se rules that were met. The score is the model's: it need not follow where the model is unsure of the sentence."""
    if not score.per_se:
        return ""
    titles = "; ".join(policy.signals[r].title if r in policy.signals else words.label(r) for r in score.per_se)
    told = "no caveat makes up for it" if score.flagged else "a per-se rule, but the model is not sure enough of the words to flag the text"
    return f"Per-se rule met: {titles} ({told})"


def _notes(result: Result) -> tuple[str, ...]:
    """Why a text was not judged, and the warnings, in plain words."""
    reasons = result.document.not_assessed
    judged = (f"Not assessed: {'; '.join(words.NOT_ASSESSED.get(r, words.label(r)) for r in reasons)}.",) if reasons else ()
    return judged + tuple(f"Note: {words.WARNINGS.get(w, words.label(w))}." for w in result.document.warnings)


def _finding(mark: Highlight, policy: Policy) -> FindingLine:
    clauses = [policy.clauses[c] for span in mark.spans[:1] for c in span.clauses]
    named = [c for c in clauses if c.house_name]
    first = (named or clauses)[:1]
    weights = sorted(((s.policy, s.weight) for s in mark.spans), key=lambda w: (w[0] != CLAIMS_POLICY, w[0]))
    return FindingLine(
        highlight=mark,
        title=policy.signals[mark.signal].title,
        weights=tuple((words.POLICY_NAMES.get(p, p), words.signed(w)) for p, w in weights),
        sure=f"{words.percent(mark.probability)} sure" + (", low confidence" if mark.spans[0].confidence == "low" else ""),
        rule=words.cite(first[0]) if first else "",
    )


_TONES = {"present": "good", "weak": "fair", "missing": "bad", "contradicted": "bad"}


def _need(line: ChecklistLine, result: Result, policy: Policy) -> NeedLine:
    group = policy.groups[line.group]
    added = _if_added(line.score_if_added, result.scores[CAVEATS_POLICY].score)
    return NeedLine(
        line=line,
        title=group.title,
        status=line.status.upper() if line.required and line.status == "missing" else line.status,
        tone=_TONES.get(line.status, "fair") if line.required or line.status in ("present", "contradicted") else "idle",
        need=_needed(line, policy),
        ask=group.ask,
        if_added=added,
        rules=tuple(words.cite(policy.clauses[c]) for c in line.clauses),
    )


def _if_added(then: float | None, now: float) -> str:
    if then is None:
        return ""
    if f"{then:.2f}" == f"{now:.2f}":
        return f"Adding this alone would leave the caveats score at {now:.2f}."
    return f"With this, the caveats score would be {then:.2f} instead of {now:.2f}."


def _needed(line: ChecklistLine, policy: Policy) -> str:
    if not line.required:
        return "not required of this text"
    others = [policy.groups[g].title for g in line.any_of if g != line.group]
    return f"required: this, or {_or(others)}" if others else "required"


def _or(titles: Sequence[str]) -> str:
    quoted = [f"“{t}”" for t in titles]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _sentences(result: Result, texts: dict[str, str]) -> tuple[SentenceLine, ...]:
    at = {name: Positions(text, result.document.offset_unit) for name, text in texts.items()}
    out = []
    for sentence in result.sentences:
        move = at[sentence.place.field]
        likely = sorted(((p, s) for s, p in sentence.signals.items() if p >= LIKELY), key=lambda x: (-x[0], x[1]))
        shown = tuple((words.label(s), words.percent(p)) for p, s in likely)
        out.append(SentenceLine(texts[sentence.place.field][move(sentence.place.start) : move(sentence.place.end)], shown))
    return tuple(out)
