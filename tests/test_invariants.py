"""The contract's invariants, for any text."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier import CAVEATS_POLICY, CLAIMS_POLICY, POLICIES, Classifier, Document, InputError, Result, TextError

_PIECES = [
    "Brelva drops cure diabetes in a week.", "It may cause nausea and a rash.", "Do not take it with warfarin.", "Unlike harsh pills, it is gentle.",
    "ask your doctor if you are pregnant", "No side effects, guaranteed!", "The FDA has not approved it.", "\n\n", " ", "Т​r\u0301eats", "ﬁne", "🙂", "\ufeff",
    "ｃｕｒｅｓ", "naïve", "Straße", "İstanbul", "\u200d", "e\u0301\u0301\u0301", "不吃药", "«quoted»", "5.5%", "- bullet", "# Heading", "\r\n", "Dr. A. Smith says so.",
]  # fmt: skip
texts = st.lists(
    st.one_of(st.sampled_from(_PIECES), st.text(max_size=12).filter(lambda s: not any(0xD800 <= ord(c) < 0xE000 for c in s))), max_size=14
).map(" ".join)
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def check(result: Result, fields: dict[str, str]) -> None:
    for s in result.spans:
        assert s.text == fields[s.place.field][s.place.start : s.place.end]
        assert 0 <= s.probability <= 1
        if s.policy == CAVEATS_POLICY:
            assert s.weight <= 0
    for name, score in result.scores.items():
        e = score.explained
        assert abs(score.margin - (e.intercept + e.spans + e.other)) < 1e-9
        assert abs(e.spans - sum(s.weight for s in result.spans if s.policy == name)) < 1e-9
        assert abs(e.other - sum(v for _, v in e.items)) < 1e-9
        assert 0 <= score.score <= 1
        if score.flagged and name == CLAIMS_POLICY:
            assert any(s.policy == name and s.weight > 0 for s in result.spans)
        if score.flagged and name == CAVEATS_POLICY:
            assert any(c.required and c.status != "present" for c in result.checklist)
    keys = [(s.place.field, s.place.start, s.place.end, s.policy, s.signal) for s in result.spans]
    assert keys == sorted(keys)
    last: dict[tuple[str, str, str], int] = {}
    for s in result.spans:
        key = (s.place.field, s.policy, s.signal)
        assert s.place.start >= last.get(key, 0)
        last[key] = s.place.end
    assert len(result.checklist) == 7
    for line in result.checklist:
        assert (line.score_if_added is not None) == (line.required and line.status != "present")
    assert result.document.scored == result.document.length


@given(text=texts, title=st.one_of(st.none(), texts))
@relaxed
def test_invariants_hold_for_any_text(classifier: Classifier, text: str, title: str | None) -> None:
    result = classifier.score(text, title=title, explain="full")
    check(result, {"text": text, "title": title or ""})


@given(text=texts)
@relaxed
def test_the_same_text_gives_the_same_bytes_alone_and_among_others(classifier: Classifier, text: str) -> None:
    alone = json.dumps(classifier.score(text).to_dict())
    many = list(classifier.score_many([Document(text="Something else entirely."), Document(text=text), Document(text=text)]))
    assert [json.dumps(r.to_dict()) for r in many[1:] if isinstance(r, Result)] == [alone, alone]


@given(text=texts)
@relaxed
def test_offsets_in_other_units_quote_the_same_words(classifier: Classifier, text: str) -> None:
    plain = classifier.score(text)
    utf16 = classifier.score(text, offset_unit="utf16")
    utf8 = classifier.score(text, offset_unit="utf8")
    wide, raw = text.encode("utf-16-le"), text.encode()
    for a, b, c in zip(plain.spans, utf16.spans, utf8.spans, strict=True):
        assert wide[2 * b.place.start : 2 * b.place.end].decode("utf-16-le") == a.text
        assert raw[c.place.start : c.place.end].decode() == a.text


@pytest.mark.parametrize(
    "text", ["", " \n\t ", "🙂🙂🙂", "x", "Il ne faut pas prendre ce médicament avec de l'alcool, demandez conseil à votre médecin."]
)
def test_what_cannot_be_judged_is_not_assessed(classifier: Classifier, text: str) -> None:
    result = classifier.score(text)
    assert result.document.not_assessed
    assert {s.band for s in result.scores.values()} == {"not_assessed"}
    assert result.severity == 0


def test_a_lone_surrogate_is_refused_without_being_echoed(classifier: Classifier) -> None:
    with pytest.raises(TextError) as caught:
        classifier.score("canary \ud800 text")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"facts": {"genre": "magazine"}}, "vendor"),
        ({"facts": {"colour": "red"}}, "known"),
        ({"facts": {"commercial": "yes"}}, "true"),
        ({"thresholds": {"nope": {"violating": 0.5}}}, "known"),
        ({"thresholds": {CLAIMS_POLICY: {"violating": 0.01}}}, "0 < borderline < violating < 1"),
        ({"explain": "everything"}, "none, spans, full"),
        ({"offset_unit": "bytes"}, "utf8"),
    ],
)
def test_bad_options_name_what_is_known(classifier: Classifier, options: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        classifier.score("Some text about aspirin and pain.", **options)  # type: ignore[arg-type]


def test_told_facts_replace_detected_ones(classifier: Classifier) -> None:
    result = classifier.score("Drops for calm nights are here again.", facts={"genre": "vendor", "tier": "R3", "commercial": True})
    told = {f.name: f for f in result.facts if f.source == "request"}
    assert told["tier"].value == "R3"
    assert told["tier"].probability is None
    assert set(told) == {"genre", "tier", "commercial"}


def test_unverified_clauses_are_never_cited(classifier: Classifier) -> None:
    result = classifier.score("Brelva cures cancer, it is harmless because it is natural, and doctors hide it from you. Bin your pills.")
    cited = {c for s in result.spans for c in s.clauses} | {c for line in result.checklist for c in line.clauses}
    assert cited
    assert all(classifier.policy.clauses[c].status != "M" for c in cited)


def test_explain_none_leaves_out_spans_and_checklist(classifier: Classifier) -> None:
    out = classifier.score("Brelva cures cancer.", explain="none").to_dict()
    assert "spans" not in out
    assert "checklist" not in out
    assert all("explained" not in out["scores"][p] for p in POLICIES)
