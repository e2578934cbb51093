"""The model card, generated: what the model is, how it was measured, where it fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..policy.load import Policy
from .corpus import Corpus
from .evaluate import Report
from .metrics import Figure


def model_card(version: str, corpus: Corpus, policy: Policy, report: Report, extra: Mapping[str, Any] | None = None) -> str:
    """Markdown. Every number comes from the report."""
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
    lines += [
        "## Where it fails",
        "",
        "- It cannot know whether a product is authorised or a study exists; it reads words.",
        "- Harms of a disease, of a rival or of the untreated course are sometimes read as side effects.",
        "- Heads with precision under .6 above are shown with their probability; read them as a hint, not a finding.",
        "- Facts detected by word lists (tier, commercial, serious condition) err on unlisted things; tell them where you know them.",
        "- English only. Very short texts, and texts with few known words, are not assessed.",
        "",
    ]
    return "\n".join(lines)


def figure_row(f: Figure) -> str:
    """One line of a table of figures."""
    return f"| {f.name} | {f.value:.3f} | {f.low:.3f} to {f.high:.3f} | {f.n} |"
