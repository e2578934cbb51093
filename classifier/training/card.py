"""The model card, generated: what the model is, how it was measured, where it fails."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..policy.load import Policy
from .corpus import Corpus
from .coverage import coverage_table
from .evaluate import Report
from .metrics import Figure


def model_card(
    version: str, corpus: Corpus, policy: Policy, report: Report, measured: Sequence[Mapping[str, Any]] = (),
    compared: Sequence[Mapping[str, Any]] = (),
) -> str:  # fmt: skip
    """Markdown. Every number comes from the report, and from what was `measured` of this very model (`third_party`) and
    `compared` with it (`comparison`)."""
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
    if report.coverage:
        lines += ["## Wrong bands against coverage, out of fold", ""]
        lines += coverage_table([r.to_dict() for r in report.coverage], {p: t[0] for p, t in policy.titles.items()})
        lines += ["", "Leave the least sure to a person: at 80%, a fifth of the texts goes to one and the rest errs so often.", ""]
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
    lines += comparison(compared)
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
    return _listed(root / "measured" / f"{sha256}.json")


def read_comparison(root: Path, sha256: str) -> list[dict[str, Any]]:
    """The rows of `benchmarks.compare` for the model with this digest (`measured/<sha256>.comparison.json`); else none."""
    return _listed(root / "measured" / f"{sha256}.comparison.json")


def _listed(path: Path) -> list[dict[str, Any]]:
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


def comparison(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The table of Caveat beside other scorers (`benchmarks/rows.py` makes the rows); a line that says so where there is none."""
    lines = ["## Comparison with other scorers", ""]
    ran = [r for r in rows if "not_run" not in r]
    if not ran:
        return [*lines, "Not measured for this model.", ""]
    guess = {r["policy"]: r["commonest_band"] for r in ran}
    always = " and ".join(f"{share:.3f} ({name.lower()})" for name, share in guess.items())
    lines += [
        f"The same {ran[0]['documents']:,} documents of this project on {ran[0]['topics']:,} topics, the same folds by topic, the same labels. AUC and "
        "average precision (AP): violating against compliant, out of fold. Bands right: at two cut points fitted on the other folds for "
        f"every scorer alike; always naming the commonest band is right for {always}. 95% bootstrap intervals over topics. CPU: median of "
        f"{ran[0]['timed']:,} documents scored one at a time for both policies, on one thread; × is the ratio to Caveat.",
        "",
        "| scorer | policy | AUC | AP | bands right | CPU ms | × |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_comparison_row(r) for r in rows]
    what = {r["scorer"]: r["what"] for r in ran}
    return [*lines, "", *(f"- {name}: {text}" for name, text in what.items()), ""]


def _comparison_row(row: Mapping[str, Any]) -> str:
    if "not_run" in row:
        return f"| {row['scorer']} | {row['policy']} | {row['not_run']} | | | | |"
    figures = [row["figures"][key] for key in ("auc", "average_precision", "band_right")]
    cells = [f"{f['value']:.3f} ({f['low']:.3f} to {f['high']:.3f})" for f in figures]
    return f"| {row['scorer']} | {row['policy']} | {' | '.join(cells)} | {row['cpu_ms']:.2f} | {row['cpu_ratio']:.2f} |"


def figure_row(f: Figure) -> str:
    """One line of a table of figures."""
    return f"| {f.name} | {f.value:.3f} | {f.low:.3f} to {f.high:.3f} | {f.n} |"
