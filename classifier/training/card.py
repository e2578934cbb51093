"""The model card, generated: what the model is, how it was measured, where it fails."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..policy.load import Policy
from .corpus import Corpus
from .evaluate import Report
from .metrics import Figure


def model_card(version: str, corpus: Corpus, policy: Policy, report: Report, measured: Sequence[Mapping[str, Any]] = ()) -> str:
    """Markdown. Every number comes from the report, and from what was `measured` of this very model (`third_party`)."""
    lines = [
        f"# Model {version}",
        "",
        f"Trained on {len(corpus.sentences):,} sentences and {len(corpus.documents):,} documents, all written for this project, under the policy "
        f"{policy.profile}. TF-IDF streams and logistic regression heads per signal, a bounded additive combiner per policy.",
        "",
        "## Both policies, out of fold by topic",
        "",
        "Scores of documents whose topics the heads had not seen; 95% bootstrap intervals over topics. The writers and labellers are of one kind: "
        "expect less on text by others, and calibrate on labels of your own (`caveat train --data`).",
        "",
    ]
    for name, figures in report.policies.items():
        lines += [f"### {policy.titles[name][0]}", "", "| metric | value | 95% interval | n |", "|---|---|---|---|"]
        lines += [figure_row(f) for f in figures]
        lines.append("")
    if report.facts:
        lines += ["## Facts, detected", "", "| fact | right |", "|---|---|"]
        lines += [f"| {name} | {value:.3f} |" for name, value in report.facts.items()]
        lines.append("")
    if report.heads:
        lines += [
            "## Sentence heads, out of fold",
            "",
            "| head | positives | AUC | AP | cut-off | precision | recall |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {h['head']} | {h['positives']} | {h['auc']:.3f} | {h['average_precision']:.3f} | {h['cutoff']:.2f} | {h['precision']:.2f} | {h['recall']:.2f} |"
            for h in report.heads
        ]
        lines.append("")
    lines += third_party(measured)
    lines += [
        "## Where it fails",
        "",
        "- It cannot know whether a product is authorised or a study exists; it reads words.",
        "- Harms of a disease, of a rival or of the untreated course are sometimes read as side effects.",
        "- Heads with precision under .6 above are shown with their probability; read them as a hint, not a finding.",
        "- Facts are detected as often right as the table above says; the rules rest on them, so tell those that you know.",
        "- English only. Very short texts, and texts with few known words, are not assessed.",
        "",
    ]
    return "\n".join(lines)


def read_measured(root: Path, sha256: str) -> list[dict[str, Any]]:
    """The figures that were measured of the model with this digest (`measured/<sha256>.json` in the corpus); else none."""
    path = root / "measured" / f"{sha256}.json"
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else []


def third_party(figures: Sequence[Mapping[str, Any]]) -> list[str]:
    """The table of zero-shot figures; a line that says so where this model has none."""
    lines = ["## Zero-shot figures on third-party text", ""]
    if not figures:
        return [*lines, "Not measured for this model.", ""]
    lines += [
        "Real text with experts' labels that the model never saw, for measurement only; its in-domain peers were trained on those labels. "
        "An expert's criterion and a policy are not the same thing, so a figure says how far one carries over to the other.",
        "",
        "| task | metric | value | 95% interval | n | not assessed |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {f['name']} | {f['metric']} | {f['value']:.3f} | {f['low']:.3f} to {f['high']:.3f} | {f['n']} | {f['not_assessed']:.2f} |"
        for f in figures
    ]
    return [*lines, ""]


def figure_row(f: Figure) -> str:
    """One line of a table of figures."""
    return f"| {f.name} | {f.value:.3f} | {f.low:.3f} to {f.high:.3f} | {f.n} |"
