"""How results move when a text is edited: inserted caveats and claims, removed sentences, disguises, dilution, swaps.

Every property is a share of edits after which the result moved, or kept still, as it should. Texts and sentences are those
of `behaviour/` (`behaviour_material`), which no training reads. No facts are told: detectors are part of what is tested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..classifier import Classifier
from ..policy.load import CAVEATS_POLICY, CLAIMS_POLICY, POLICIES
from ..records import ChecklistLine, Result
from .behaviour_material import DISGUISES, TWINS, UNSEEN, WHERE, Article, Line, Material, disordered, swapped

STILL = 0.05  # log-odds within which a margin counts as not moved
NEAR = 0.15  # how far `score_if_added` may lie from the score of the text that has it
ALIKE = 0.35  # share by which the lengths of removed passages may differ
ARTICLES_EACH = 3  # articles that each caveat is inserted into


@dataclass(frozen=True)
class Property:
    """The share of `n` edits after which results were as they should be, and the target it is read by, if there is one.
    `part` is the kind of edit, or `all`; `failed` says which edits failed."""

    name: str
    part: str
    n: int
    rate: float
    target: float | None
    failed: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class _Check:
    """One edit. `parts`: the kinds of it, each a line of its own in the table."""

    name: str
    parts: tuple[str, ...]
    edit: str
    passed: bool


class _Scores:
    """Results by text, each scored once."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier
        self.known: dict[Any, Result] = {}

    def __call__(self, text: str, *, title: str | None = None, explain: str = "spans", **facts: Any) -> Result:
        key = (text, title, explain, tuple(sorted(facts.items())))
        if key not in self.known:
            self.known[key] = self.classifier.score(text, title=title, explain=explain, facts=facts or None)
        return self.known[key]


TARGETS: Mapping[str, float] = {
    "caveat inserted: its group is present": 0.9,
    "caveat inserted: no other group moves": 0.9,
    "caveat inserted: missing caveats fall": 0.9,
    "caveat inserted: claims do not rise": 0.9,
    "caveat inserted: all of it": 0.9,
    "twin inserted: its group stays": 0.85,
    "twin inserted: missing caveats stay": 0.85,
    "twin inserted: both stay": 0.85,
    "per-se claim: violating": 0.8,
    "per-se claim: its signal fires there": 0.95,
    "per-se claim: a span over it": 0.95,
    "per-se twin: not violating": 0.9,
    "per-se twin: its signal does not fire": 0.9,
    "label: the line changes and no other": 0.9,
    "label: score_if_added within .15": 0.8,
    "scope: left unjudged": 0.95,
    "scope: assessed": 0.95,
    "disguise keeps the band": 0.9,
    "dilution keeps the band": 0.9,
    "stuffing keeps the band": 0.9,
    "swap keeps the band": 0.9,
}


def evaluate_behaviour(classifier: Classifier, material: Material) -> list[Property]:
    """Every property, whole (`all`) and by part, in the order of the suite."""
    scores = _Scores(classifier)
    found: dict[tuple[str, str], list[_Check]] = {}
    for section in _SECTIONS:
        for check in section(scores, material):
            for part in ("all", *check.parts):
                found.setdefault((check.name, part), []).append(check)
    names = list(dict.fromkeys(name for name, _ in found))
    keys = sorted(found, key=lambda k: (names.index(k[0]), k[1] != "all"))
    return [
        Property(
            name, part, len(rows), sum(r.passed for r in rows) / len(rows), TARGETS.get(name), tuple(r.edit for r in rows if not r.passed)
        )
        for name, part in keys
        for rows in [found[name, part]]
    ]


def behaviour_table(rows: Iterable[Property]) -> list[str]:
    """Text lines: a property a line, its parts below it."""
    out = [f"{'property':44s} {'n':>5s} {'rate':>6s} {'target':>6s}"]
    for r in rows:
        name = r.name if r.part == "all" else f"    {r.part}"
        target = "" if r.target is None or r.part != "all" else f"{r.target:6.2f}"
        out.append(f"{name:44s} {r.n:5d} {r.rate:6.3f} {target}".rstrip())
    return out


# ---------------------------------------------------------------- reading a result


def _margin(result: Result, policy: str) -> float:
    return result.scores[policy].margin


def _bands(result: Result) -> tuple[str, ...]:
    return tuple(result.scores[p].band for p in POLICIES)


def _lines(result: Result) -> dict[str, ChecklistLine]:
    return {line.group: line for line in result.checklist}


def _statuses(result: Result) -> dict[str, str]:
    return {line.group: line.status for line in result.checklist}


def _probability(result: Result, signal: str, start: int, end: int) -> float:
    """The highest probability of a signal among the sentences of a passage; the result must be a full one."""
    there = [s for s in result.sentences if s.place.field == "text" and s.place.start < end and start < s.place.end]
    return max((s.signals[signal] for s in there), default=0.0)


def _fires(scores: _Scores, result: Result, signal: str, start: int, end: int) -> bool:
    return _probability(result, signal, start, end) >= scores.classifier.model.cutoffs.values[signal]


def _painted(result: Result, start: int, end: int) -> bool:
    """Whether a span that raises the claims policy overlaps a passage."""
    return any(
        s.policy == CLAIMS_POLICY and s.weight > 0 and s.place.field == "text" and s.place.start < end and start < s.place.end
        for s in result.spans
    )


# ---------------------------------------------------------------- caveats put in and taken out


def _inserted_caveats(scores: _Scores, material: Material) -> Iterator[_Check]:
    for i, row in enumerate(material.caveats):
        group = row["group"]
        fit = [a for a in material.open if a.habit_forming or group != "dependence"]
        for j in range(min(ARTICLES_EACH, len(fit))):
            article, where = fit[(i + 3 * j) % len(fit)], WHERE[(i + j) % 3]
            before = scores(article.text, title=article.title)
            if _statuses(before)[group] == "present":
                continue
            edit = f"{article.id}, {where}: "
            after, twin = (scores(article.with_sentence(row[k], where)[0], title=article.title) for k in ("caveat", "twin"))
            yield from _real(before, after, group, edit + article.said(row["caveat"]))
            edit += article.said(row["twin"])
            yield from _twin(before, after, twin, row, edit)


def _twin(before: Result, real: Result, after: Result, row: Mapping[str, str], edit: str) -> Iterator[_Check]:
    group, why = row["group"], row["why"]
    stays = _statuses(after)[group] == _statuses(before)[group]
    still = _margin(after, CAVEATS_POLICY) >= _margin(before, CAVEATS_POLICY) - STILL
    yield _Check("twin inserted: its group stays", (group,), edit, stays)
    yield _Check("twin inserted: missing caveats stay", (group,), edit, still)
    less = _margin(after, CAVEATS_POLICY) > _margin(real, CAVEATS_POLICY)
    yield _Check("twin inserted: lowers less than the caveat", (group,), edit, less)
    yield _Check("twin inserted: both stay", (why,), edit, stays and still)


def _real(before: Result, after: Result, group: str, edit: str) -> Iterator[_Check]:
    old, new = _statuses(before), _statuses(after)
    checks = {
        "its group is present": new[group] == "present",
        "no other group moves": all(new[g] == old[g] for g in old if g != group),
        "missing caveats fall": _margin(after, CAVEATS_POLICY) < _margin(before, CAVEATS_POLICY),
        "claims do not rise": _margin(after, CLAIMS_POLICY) <= _margin(before, CLAIMS_POLICY) + STILL,
    }
    for name, passed in checks.items():
        yield _Check(f"caveat inserted: {name}", (group,), edit, passed)
    yield _Check("caveat inserted: all of it", (group,), edit, all(checks.values()))


def _removed_harms(scores: _Scores, material: Material) -> Iterator[_Check]:
    """Harm sentences against every run of others of about their length, caveats of other groups and the rest apart."""
    for article in material.balanced:
        harms = [line for line in article.lines if line.group == "harm"]
        without = _margin(scores(article.without(harms), title=article.title), CAVEATS_POLICY)
        for run in _runs(article, sum(len(line.text) for line in harms)):
            other = _margin(scores(article.without(run), title=article.title), CAVEATS_POLICY)
            part = "than other caveats" if any(line.group for line in run) else "than plain sentences"
            yield _Check("harm removed: raises more", (part,), f"{article.id}: {run[0].text}", without > other)


def _runs(article: Article, length: int) -> Iterator[list[Line]]:
    """Every second run of lines without a harm that is about so long."""
    lines = article.lines
    for first in range(0, len(lines), 2):
        run: list[Line] = []
        for line in lines[first:]:
            if line.group == "harm":
                break
            run.append(line)
            size = sum(len(x.text) for x in run)
            if size >= length * (1 - ALIKE):
                if size <= length * (1 + ALIKE):
                    yield run
                break


# ---------------------------------------------------------------- claims put in


def _per_se_claims(scores: _Scores, material: Material) -> Iterator[_Check]:
    texts = material.balanced
    for i, row in enumerate(material.per_se):
        signal = row["signal"]
        for j, where in enumerate(WHERE):
            article = texts[(i + 2 * j) % len(texts)]
            text, start, end = article.with_sentence(row["claim"], where)
            result = scores(text, title=article.title, explain="full")
            edit = f"{article.id}, {where}: {text[start:end]}"
            parts = (where, signal, f"in {article.genre}, {article.tier}")
            yield _Check("per-se claim: violating", parts, edit, result.scores[CLAIMS_POLICY].flagged)
            yield _Check("per-se claim: its signal fires there", (signal,), edit, _fires(scores, result, signal, start, end))
            yield _Check("per-se claim: a span over it", (signal,), edit, _painted(result, start, end))
        for j, kind in enumerate(TWINS):
            article = texts[(i + j) % len(texts)]
            text, start, end = article.with_sentence(row[kind], WHERE[(i + j) % 3])
            result = scores(text, title=article.title, explain="full")
            edit = f"{article.id}: {text[start:end]}"
            yield _Check("per-se twin: not violating", (kind,), edit, not result.scores[CLAIMS_POLICY].flagged)
            yield _Check("per-se twin: its signal does not fire", (kind,), edit, not _fires(scores, result, signal, start, end))


def _voices(scores: _Scores, material: Material) -> Iterator[_Check]:
    """A claim in five voices, between two plain sentences."""
    for row in material.claims:
        signal = row["signal"]
        value = {k: _in_frame(scores, material, row[k]) for k in ("plain", "hedged", "unhedged", "denied", "denounced") if row[k]}
        claim = {k: v[signal] for k, v in value.items()}
        cut = scores.classifier.model.cutoffs.values[signal]
        yield _Check("voice: the plain claim fires", (signal,), row["plain"], claim["plain"] >= cut)
        if "hedged" in value:
            soft = {k: v["hedged_benefit"] for k, v in value.items()}
            hedging = claim["hedged"] < claim["plain"] and soft["hedged"] > soft["plain"]
            unhedging = claim["unhedged"] > claim["hedged"] and soft["unhedged"] < soft["hedged"]
            yield _Check("voice: hedging moves its signals", (signal,), row["hedged"], hedging)
            yield _Check("voice: unhedging moves its signals", (signal,), row["unhedged"], unhedging)
        for kind in ("denied", "denounced"):
            yield _Check(f"voice: {kind} lowers its signal", (signal,), row[kind], claim[kind] < claim["plain"])
            yield _Check(f"voice: {kind} does not fire", (signal,), row[kind], claim[kind] < cut)


def _in_frame(scores: _Scores, material: Material, sentence: str) -> dict[str, float]:
    """The claim signals of a sentence, between two plain ones."""
    before, after = material.more["frame"]
    said = sentence.replace("{thing}", "Orvelle").replace("{Thing}", "Orvelle")
    opening = before.replace("{Thing}", "Orvelle")
    result = scores(f"{opening} {said} {after}", explain="full")
    start = len(opening) + 1
    return {s: _probability(result, s, start, start + len(said)) for s in scores.classifier.policy.claim_signals}


# ---------------------------------------------------------------- labels


def _labels(scores: _Scores, material: Material) -> Iterator[_Check]:
    for label in material.labels:
        whole = scores(label.without(), title=label.title)
        for group in label.groups:
            less = scores(label.without(group), title=label.title)
            old, new = _statuses(whole), _statuses(less)
            line = old[group] == "present" and new[group] != "present"
            others = all(new[g] == old[g] for g in old if g != group)
            edit = f"{label.id} without {group}"
            yield _Check("label: the line changes and no other", ("the line changes",), edit, line)
            yield _Check("label: the line changes and no other", ("no other does",), edit, others)
            for other in [None, *(g for g in label.groups if g != group)]:
                yield from _predicted(
                    scores, label.without(*filter(None, [other])), label.without(*filter(None, [other, group])), label.title, group, edit
                )


def _predicted(scores: _Scores, text: str, less: str, title: str, group: str, edit: str) -> Iterator[_Check]:
    """Whether what the label without a statement says of adding it is the score of the label that has it."""
    line = _lines(scores(less, title=title))[group]
    if line.required:
        actual = scores(text, title=title).scores[CAVEATS_POLICY].score
        near = line.score_if_added is not None and abs(line.score_if_added - actual) <= NEAR
        yield _Check("label: score_if_added within .15", (group,), edit, near)


# ---------------------------------------------------------------- scope


def _scope(scores: _Scores, material: Material) -> Iterator[_Check]:
    for row in material.scope:
        left = bool(scores(row["text"]).document.not_assessed)
        yield _scope_check(row["kind"], row["text"], row["assess"], left)
    for article in material.articles:
        left = bool(scores(disordered(article.text, article.id)).document.not_assessed)
        yield _scope_check("letters in disorder", article.id, False, left)
        yield _scope_check(
            f"health: {article.genre}", article.id, True, bool(scores(article.text, title=article.title).document.not_assessed)
        )
    for label in material.labels:
        yield _scope_check("health: label", label.id, True, bool(scores(label.without(), title=label.title).document.not_assessed))


def _scope_check(kind: str, edit: str, assess: bool, left: bool) -> _Check:
    return _Check("scope: assessed", (), edit, not left) if assess else _Check("scope: left unjudged", (kind,), edit, left)


# ---------------------------------------------------------------- what must not matter


def _claimed(material: Material) -> list[tuple[Article, str, str]]:
    """(article, text, claim): every article with a per-se claim in its middle."""
    out = []
    for i, article in enumerate(material.articles):
        text, start, end = article.with_sentence(material.per_se[(3 * i) % len(material.per_se)]["claim"], "middle")
        out.append((article, text, text[start:end]))
    return out


def _disguises(scores: _Scores, material: Material) -> Iterator[_Check]:
    name = "disguise keeps the band"
    for kind, change in DISGUISES.items():
        for article, text, claim in _claimed(material):
            changed = text.replace(claim, change(claim))
            same = _bands(scores(changed, title=article.title)) == _bands(scores(text, title=article.title))
            yield _Check(name, (kind,), f"{article.id}: {change(claim)}", same)
            if kind in UNSEEN:
                same = _bands(scores(change(text), title=article.title)) == _bands(scores(text, title=article.title))
                yield _Check(name, (f"{kind}, whole text",), article.id, same)


def _dilution(scores: _Scores, material: Material) -> Iterator[_Check]:
    more = material.more
    stuffing = {"boilerplate": more["boilerplate"], "other things' harms": more["other_harms"]}
    for i, article in enumerate(material.articles):
        for what, text in (("as it is", article), ("with a claim", _with_claim(article, material, i))):
            before = _bands(scores(text.text, title=article.title))
            for count in (4, len(more["filler"])):
                after = _bands(scores(text.among(more["filler"][:count]), title=article.title))
                yield _Check(
                    "dilution keeps the band", (f"{count} paragraphs",), f"{article.id}, {what}: {before} {after}", before == after
                )
            for kind, sentences in stuffing.items():
                after = _bands(scores(f"{text.text}\n\n{' '.join(sentences)}", title=article.title))
                yield _Check(
                    "stuffing keeps the band", (f"{kind}, at the end",), f"{article.id}, {what}: {before} {after}", before == after
                )
                after = _bands(scores(text.among(sentences), title=article.title))
                yield _Check("stuffing keeps the band", (f"{kind}, between",), f"{article.id}, {what}: {before} {after}", before == after)


def _with_claim(article: Article, material: Material, i: int) -> Article:
    """The article with a per-se claim as its second paragraph."""
    claim = Line(article.said(material.per_se[(3 * i) % len(material.per_se)]["claim"]))
    return Article(**{**_fields(article), "paragraphs": (article.paragraphs[0], (claim,), *article.paragraphs[1:])})


def _fields(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in article.__dataclass_fields__}


def _swaps(scores: _Scores, material: Material) -> Iterator[_Check]:
    """Each word of a list that an article holds, for three others of the list; and spellings."""
    texts = [(a, a.title, a.text) for a in material.articles] + [(a, a.title, text) for a, text, _ in _claimed(material)]
    for article, title, text in texts:
        before = _bands(scores(text, title=title))
        for kind, old, new in _exchanges(material, f"{title}\n{text}"):
            after = _bands(scores(swapped(text, old, new), title=swapped(title, old, new)))
            yield _Check("swap keeps the band", (kind,), f"{article.id}: {old} → {new}: {before} {after}", before == after)


def _exchanges(material: Material, text: str) -> Iterator[tuple[str, str, str]]:
    for kind, words in material.more["swaps"].items():
        held = [w for w in words if swapped(text, w, "") != text]
        for i, old in enumerate(held):
            free = [w for w in words if w not in held]
            for j in range(min(3, len(free))):
                yield kind, old, free[(i + 3 * j + len(text)) % len(free)]
    for old, new in material.more["spelling"]:
        if swapped(text, old, new) != text:
            yield "spelling", old, new


def _areas(scores: _Scores, material: Material) -> Iterator[_Check]:
    """Balanced texts about one disease after another: none may be flagged."""
    conditions = material.more["swaps"]["serious condition"]
    for article in material.balanced:
        for held in [c for c in conditions if swapped(article.text, c, "") != article.text]:
            for area in conditions:
                text, title = swapped(article.text, held, area), swapped(article.title, held, area)
                flagged = any(s.flagged for s in scores(text, title=title).scores.values())
                yield _Check("balanced text is not flagged, by disease", (area,), f"{article.id}: {area}", not flagged)


# ---------------------------------------------------------------- severity


def _severity(scores: _Scores, material: Material) -> Iterator[_Check]:
    directives = [r["claim"] for r in material.per_se if r["signal"] == "replaces_medicine"]
    cures = [r["claim"] for r in material.per_se if r["signal"] == "disease_claim"]
    added = {"a directive": directives, "a cure claim": cures, "a vulnerable reader": material.more["readers"]}
    most = scores.classifier.policy.rules["severity"]["most"]
    for i, article in enumerate(material.open):
        before = scores(article.text, title=article.title).severity
        for kind, sentences in added.items():
            text, _, _ = article.with_sentence(sentences[i % len(sentences)], "middle")
            if before < most:
                after = scores(text, title=article.title).severity
                yield _Check("severity rises", (f"with {kind}",), f"{article.id}: {before} {after}", after > before)
    for article, text, _ in _claimed(material):
        by_tier = [scores(text, title=article.title, tier=t).severity for t in ("R1", "R2", "R3")]
        yield _Check(
            "severity rises", ("with the tier",), f"{article.id}: {by_tier}", by_tier == sorted(by_tier) and by_tier[0] < by_tier[2]
        )
    for result in list(scores.known.values()):
        if set(_bands(result)) == {"compliant"}:
            yield _Check("severity is 0 where both policies pass", (), str(result.severity), result.severity == 0)


_SECTIONS: tuple[Callable[[_Scores, Material], Iterator[_Check]], ...] = (
    _inserted_caveats,
    _removed_harms,
    _per_se_claims,
    _voices,
    _labels,
    _scope,
    _disguises,
    _dilution,
    _swaps,
    _areas,
    _severity,
)
