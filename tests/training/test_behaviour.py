"""Behaviour: the suite's material and edits are what they say, and the shipped model keeps what was reached."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict

import pytest
from click.testing import CliRunner

from classifier import load_policy
from classifier.cli.evaluate import command
from classifier.training.behaviour import TARGETS, Property, behaviour_table
from classifier.training.behaviour_material import (
    DISGUISES,
    TWINS,
    WHERE,
    Material,
    disordered,
    read_material,
    swapped,
)
from tests.conftest import ROOT

# What was reached, a little less; they only rise. The targets are in `TARGETS`.
LEAST = {
    "caveat inserted: its group is present": 0.98,
    "caveat inserted: no other group moves": 0.87,
    "caveat inserted: missing caveats fall": 0.95,
    "caveat inserted: claims do not rise": 0.90,
    "caveat inserted: all of it": 0.77,
    "twin inserted: its group stays": 0.38,
    "twin inserted: missing caveats stay": 0.32,
    "twin inserted: lowers less than the caveat": 0.78,
    "twin inserted: both stay": 0.13,
    "harm removed: raises more": 0.84,
    "per-se claim: violating": 0.58,
    "per-se claim: its signal fires there": 0.98,
    "per-se claim: a span over it": 0.98,
    "per-se twin: not violating": 0.96,
    "per-se twin: its signal does not fire": 0.60,
    "voice: the plain claim fires": 0.95,
    "voice: hedging moves its signals": 0.91,
    "voice: unhedging moves its signals": 0.91,
    "voice: denied lowers its signal": 0.89,
    "voice: denied does not fire": 0.50,
    "voice: denounced lowers its signal": 0.95,
    "voice: denounced does not fire": 0.85,
    "label: the line changes and no other": 0.94,
    "label: score_if_added within .15": 0.77,
    "scope: left unjudged": 0.94,
    "scope: assessed": 0.96,
    "disguise keeps the band": 0.92,
    "dilution keeps the band": 0.91,
    "stuffing keeps the band": 0.84,
    "swap keeps the band": 0.96,
    "balanced text is not flagged, by disease": 0.95,
    "severity rises": 0.76,
    "severity is 0 where both policies pass": 0.98,
}


@pytest.fixture(scope="module")
def material() -> Material:
    return read_material(ROOT / "training_data")


@pytest.fixture(scope="module")
def rows() -> list[Property]:
    done = CliRunner().invoke(command, ["--behaviour", "--format", "json"])
    assert done.exit_code == 0, done.output
    return [Property(**{**r, "failed": tuple(r["failed"])}) for r in json.loads(done.output)]


# ---------------------------------------------------------------- the material


def test_articles_are_of_the_kinds_that_are_promised(material: Material) -> None:
    assert {a.genre for a in material.articles} == {"advice", "vendor", "news", "patient_information", "press_release"}
    assert {a.tier for a in material.articles} == {"R2", "R3"}
    assert min(len(material.balanced), len(material.open)) >= 4
    assert sum(a.habit_forming for a in material.open) >= 3
    for article in material.articles:
        assert 150 <= len(article.text.split()) <= 350, article.id
        assert article.balanced == any(line.group for line in article.lines), article.id


def test_caveats_and_twins_share_their_words(material: Material) -> None:
    assert set(Counter(r["group"] for r in material.caveats).values()) == {8}
    for row in material.caveats:
        real, twin = (set(re.findall(r"[a-z']+", row[k].lower())) for k in ("caveat", "twin"))
        assert real != twin
        assert len(real & twin) >= 0.25 * len(real), row


def test_rows_name_signals_of_the_policy(material: Material) -> None:
    policy = load_policy()
    assert {r["signal"] for r in (*material.per_se, *material.claims)} <= set(policy.claim_signals)
    assert {line.group for a in material.articles for line in a.lines if line.group} <= set(policy.groups)
    assert len(material.per_se) == len(material.claims) == 20
    assert all(r[k] for r in material.per_se for k in ("claim", *TWINS))


# ---------------------------------------------------------------- the edits


@pytest.mark.parametrize("where", WHERE)
def test_a_sentence_stands_where_it_was_put(material: Material, where: str) -> None:
    for article in material.articles:
        text, start, end = article.with_sentence("{Thing} turned my cat blue, says {thing}.", where)
        said = text[start:end]
        assert said == article.said("{Thing} turned my cat blue, says {thing}.")
        assert text.replace(f"{said} ", "").replace(f" {said}", "") == article.text
        assert (start == 0, end == len(text)) == (where == "start", where == "end")


def test_lines_go_and_nothing_else_does(material: Material) -> None:
    for article in material.balanced:
        harms = [line for line in article.lines if line.group == "harm"]
        less = article.without(harms)
        assert harms
        assert all(line.text not in less for line in harms)
        assert all(line.text in less for line in article.lines if line not in harms)


def test_filler_stands_between_and_after(material: Material) -> None:
    article = material.articles[0]
    many = [f"Filler {i}." for i in range(len(article.paragraphs) + 2)]
    parts = article.among(many).split("\n\n")
    assert parts[1] == "Filler 0."
    assert parts[-2:] == many[-2:]
    assert [p for p in parts if p not in many] == article.text.split("\n\n")


def test_disguises_change_letters_only() -> None:
    text = "It cures asthma, always."
    seen = {kind: change(text) for kind, change in DISGUISES.items()}
    assert len({*seen.values(), text}) == len(seen) + 1
    assert seen["zero-width"].replace("\u200b", "") == text
    assert len(seen["homoglyph"]) == len(seen["full-width"]) == len(text)
    assert seen["spaced"].startswith("It c u r e s ")
    assert seen["dotted"].startswith("It c.u.r.e.s ")
    assert seen["leet"].startswith("It cur35 457hm4")


def test_disorder_keeps_letters_and_repeats_itself() -> None:
    text = "Peppermint oil eases cramps."
    assert disordered(text, "a") == disordered(text, "a") != text
    assert sorted(disordered(text, "a")) == sorted(text)


def test_whole_words_are_swapped() -> None:
    assert swapped("Indian tea from India", "India", "Oman") == "Indian tea from Oman"


# ---------------------------------------------------------------- the model


def test_every_target_is_measured(rows: list[Property]) -> None:
    whole = {r.name: r for r in rows if r.part == "all"}
    assert set(TARGETS) <= set(whole)
    assert set(LEAST) == set(whole)
    assert {n: r.target for n, r in whole.items() if r.target is not None} == dict(TARGETS)
    for r in rows:
        assert len(r.failed) == round(r.n * (1 - r.rate)), r.name


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LEAST))
def test_behaviour_is_kept(rows: list[Property], name: str) -> None:
    row = next(r for r in rows if (r.name, r.part) == (name, "all"))
    assert row.rate >= LEAST[name], row.failed


def test_the_table_shows_targets_beside_rates() -> None:
    name = next(iter(TARGETS))
    table = behaviour_table(
        [Property(name, "all", 8, 0.75, TARGETS[name], ("x", "y")), Property(name, "harm", 4, 0.5, TARGETS[name], ("x",))]
    )
    assert table[1].split()[-3:] == ["8", "0.750", f"{TARGETS[name]:.2f}"]
    assert table[2].split() == ["harm", "4", "0.500"]
    assert set(asdict(Property(name, "all", 8, 0.75, None, ()))) == {"name", "part", "n", "rate", "target", "failed"}
