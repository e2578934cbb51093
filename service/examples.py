"""Examples for the OpenAPI document; tests hold them against the types they illustrate."""

from __future__ import annotations

from typing import Any

TEXT = "Calmroot tincture reverses arthritis in just seven days, and unlike tablets it cannot harm you. Order yours today."

REQUEST: dict[str, Any] = {"id": "sku-8812", "title": "Calmroot tincture", "text": TEXT, "facts": {"genre": "vendor"}, "explain": "spans"}

_PLACE: dict[str, Any] = {"field": "text", "start": 18, "end": 55}

RESULT: dict[str, Any] = {
    "id": "sku-8812",
    "request_id": "5d0c7e1b9f6a4c1e8a3b2d4f6e8a0c1d",
    "model": {"version": "1+5f0c2a9d41be", "sha256": "5f0c" * 16},
    "policy": {"name": "health", "version": "1", "profile": "health@1", "sha256": "a41e" * 16},
    "document": {
        "sha256": "0b9c" * 16, "length": 114, "scored": 114, "offset_unit": "code_point", "language": "en",
        "not_assessed": [], "health_probability": 0.99, "warnings": [],
    },
    "facts": [
        {"name": "genre", "value": "vendor", "source": "request", "probability": None},
        {"name": "tier", "value": "R2", "source": "detected", "probability": 0.9},
    ],
    "scores": {
        "unbalanced_therapeutic_claims": {
            "score": 0.8729, "margin": 1.9264, "thresholds": {"borderline": 0.4, "violating": 0.7}, "band": "violating",
            "flagged": True, "per_se": ["absolute_effect"], "explained": {"intercept": -0.412, "spans": 2.102, "other": 0.2364},
        },
        "missing_safety_caveats": {
            "score": 0.731, "margin": 1.0, "thresholds": {"borderline": 0.4, "violating": 0.7}, "band": "violating",
            "flagged": True, "per_se": [], "explained": {"intercept": 0.9, "spans": 0.0, "other": 0.1},
        },
    },
    "severity": 3,
    "severity_reasons": ["tier R2 +2", "cure or guarantee on a serious condition +1"],
    "spans": [
        {
            **_PLACE, "text": "reverses arthritis in just seven days", "policy": "unbalanced_therapeutic_claims",
            "signal": "absolute_effect",
            "probability": 0.97, "weight": 2.102, "clauses": ["EU-2001/83-90b"], "terms": [{"start": 18, "end": 36, "text": "reverses arthritis", "weight": 1.31}],
        },
    ],
    "checklist": [
        {
            "group": "harm", "status": "missing", "required": True, "any_of": ["harm", "who_with_what"], "presence": 0.02,
            "triggers": [_PLACE], "evidence": [], "clauses": ["DISCERN-11"], "score_if_added": 0.41,
        },
    ],
}  # fmt: skip

PROBLEM: dict[str, Any] = {
    "type": "urn:caveat:problem:bad_input",
    "title": "The request is not valid",
    "status": 422,
    "detail": "facts.tier: expected one of R0, R1, R2, R3",
    "code": "bad_input",
    "request_id": "5d0c7e1b9f6a4c1e8a3b2d4f6e8a0c1d",
    "errors": [{"field": "facts.tier", "expected": "one of R0, R1, R2, R3"}],
}
