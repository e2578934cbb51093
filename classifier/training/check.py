"""The corpus check: schema, ids, duplicates and near-duplicates, leakage between splits, balance.

It reports every problem it finds, each with file and line. `--against DIR` also looks for text that stands in DIR.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

from ..errors import Problem
from ..policy.load import POLICIES, Policy
from ..policy.rules import decide
from .corpus import Corpus, DocumentRow, SentenceRow, read_corpus, read_examination
from .fit import corpus_folds
from .similar import near_duplicates, shingles

NEAR = 0.7  # 3-gram Jaccard from which two rows count as the same text written twice
CONTAINED = 0.6  # share of a row's 3-grams that stand together in one foreign sentence
LEAST_WORDS = 6
LEAST_POSITIVES = 40
LEAST_DOCUMENTS = 3
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def check_corpus(root: Path, policy: Policy, against: Path | None = None) -> tuple[Corpus, list[Problem]]:
    """The corpus and all its problems."""
    corpus = read_corpus(root, policy)
    problems = list(corpus.problems)
    problems += _near(corpus)
    problems += _labels(corpus, policy)
    problems += _leaks(corpus)
    problems += _balance(corpus, root, policy)
    problems += _examination(corpus, root, policy)
    if against is not None:
        problems += _against(corpus, against)
    return corpus, problems


def _at(corpus: Corpus, row: str, message: str) -> Problem:
    path, line = corpus.where[row]
    return Problem(path, line, message)


def _rows(corpus: Corpus) -> list[SentenceRow | DocumentRow]:
    return [*corpus.sentences, *corpus.documents]


def _near(corpus: Corpus) -> list[Problem]:
    rows = _rows(corpus)
    out = []
    for i, j, score in near_duplicates([r.text for r in rows], NEAR):
        if rows[i].group != rows[j].group:
            path, line = corpus.where[rows[i].id]
            out.append(_at(corpus, rows[j].id, f"near-duplicate ({score:.2f}) of {path}:{line}; rewrite one, or give both the same group"))
    return out


def _examination(corpus: Corpus, root: Path, policy: Policy) -> list[Problem]:
    """The examination keeps to the rules too, and no text of it stands in the corpus, nor any of its writers."""
    if not (root / "examination").is_dir():
        return []
    kept = read_examination(root, policy)
    out = [*kept.problems, *_labels(kept, policy)]
    known = {r.author for r in _rows(corpus)}
    out += [
        _at(kept, d.id, f"author {d.author!r} also writes for the corpus; an examiner may not") for d in kept.documents if d.author in known
    ]
    rows = [*_rows(corpus), *kept.documents]
    first = len(rows) - len(kept.documents)
    for i, j, score in near_duplicates([r.text for r in rows], NEAR):
        if i < first <= j:
            path, line = corpus.where[rows[i].id]
            out.append(_at(kept, rows[j].id, f"near-duplicate ({score:.2f}) of {path}:{line}; rewrite one"))
    return out


def _labels(corpus: Corpus, policy: Policy) -> list[Problem]:
    """Document labels must be what the rules derive from the annotations, unless overridden with a reason."""
    out = []
    for d in corpus.documents:
        grades = decide(d.fact_values(), d.judged(), policy).grades
        for name, label in d.labels.items():
            if not d.override and grades[name] / 2 != label:
                out.append(
                    _at(corpus, d.id, f"labels: {name} is {label:g}, the rules give {grades[name] / 2:g}; correct it or add an override")
                )
    return out


def _leaks(corpus: Corpus) -> list[Problem]:
    """Rows of one contrast group or one topic must share a fold."""
    folds = corpus_folds(corpus)
    out = []
    for kind in ("group", "topic"):
        seen: dict[str, tuple[int, str]] = {}
        for r in _rows(corpus):
            key = getattr(r, kind)
            fold, first = seen.setdefault(key, (folds[r.id], r.id))
            if fold != folds[r.id]:
                out.append(_at(corpus, r.id, f"{kind} {key!r} stands in two folds (see {first})"))
    return out


def _balance(corpus: Corpus, root: Path, policy: Policy) -> list[Problem]:
    out = []
    counts = Counter(s for r in corpus.sentences for s in policy.signals if r.labelled.has(s))
    topics: dict[str, set[str]] = defaultdict(set)
    for r in corpus.sentences:
        for s in policy.signals:
            if r.labelled.has(s):
                topics[s].add(r.topic)
    for s in policy.signals:
        if counts[s] < LEAST_POSITIVES:
            out.append(Problem(str(root), 0, f"balance: {s} has {counts[s]} positive sentences, at least {LEAST_POSITIVES} wanted"))
        if len(topics[s]) < 15:
            out.append(Problem(str(root), 0, f"balance: {s} stands on {len(topics[s])} topics, at least 15 wanted"))
    sides: dict[tuple[str, str], set[bool]] = defaultdict(set)
    genres = Counter(d.facts["genre"] for d in corpus.documents)
    for d in corpus.documents:
        for name in POLICIES:
            sides[d.facts["genre"], name].add(d.labels[name] > 0)
    for genre, rule in policy.genres.items():
        if genres[genre] < LEAST_DOCUMENTS:
            out.append(Problem(str(root), 0, f"balance: {genres[genre]} documents of genre {genre}, at least {LEAST_DOCUMENTS} wanted"))
        if rule.claims != "none" and len(sides[genre, POLICIES[0]]) < 2:
            out.append(Problem(str(root), 0, f"balance: every {genre} document stands on one side of {POLICIES[0]}"))
        if rule.caveats != "none" and len(sides[genre, POLICIES[1]]) < 2:
            out.append(Problem(str(root), 0, f"balance: every {genre} document stands on one side of {POLICIES[1]}"))
    return out


def _foreign(folder: Path) -> list[tuple[str, str]]:
    """(where, sentence) of every text file and JSONL row below a folder."""
    out = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix in (".jsonl", ".txt", ".md")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            text = line
            if path.suffix == ".jsonl":
                try:
                    row = json.loads(line)
                except ValueError:
                    continue
                text = "\n".join(str(v) for v in row.values() if isinstance(v, str)) if isinstance(row, dict) else ""
            out += [(f"{path}:{number}", s) for s in _SENTENCE.split(text) if len(s.split()) >= LEAST_WORDS]
    return out


def _against(corpus: Corpus, folder: Path) -> list[Problem]:
    foreign = _foreign(folder)
    sets = [shingles(s) for _, s in foreign]
    holders: dict[str, list[int]] = defaultdict(list)
    for i, s in enumerate(sets):
        for shingle in s:
            holders[shingle].append(i)
    out = []
    for row in _rows(corpus):
        for sentence in _SENTENCE.split(row.text):
            own = shingles(sentence)
            if sum(any(c.isalnum() for c in w) for w in sentence.split()) < LEAST_WORDS:  # a heading's mark is no word
                continue
            shared = Counter(j for shingle in own for j in holders.get(shingle, ()))
            for j, count in sorted(shared.items()):
                if count / len(own) >= CONTAINED:
                    out.append(
                        _at(corpus, row.id, f"{sentence.strip()!r} stands in {foreign[j][0]} ({count / len(own):.2f} of its 3-grams)")
                    )
                    break
    return out
