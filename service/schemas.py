"""The contract as documented types.

Requests are validated by these types. Answers are not: they are written straight from `Result.to_dict()`, and a test
holds real answers against the types here, so that documentation and bytes stay together.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from . import examples

MOST_ITEMS = 1_000
KINDS = ("text", "html", "markdown")


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


# ---------------------------------------------------------------- requests


class FactsIn(_Request):
    """What the caller knows of the text. A fact told replaces the detected one."""

    genre: str | None = Field(None, description="Kind of text; the policy's genres, as listed by GET /v1/policy.")
    tier: Literal["R0", "R1", "R2", "R3"] | None = Field(None, description="Risk tier of what is promoted, R3 the riskiest.")
    serious_condition: StrictBool | None = Field(None, description="The text speaks of a serious condition.")
    vulnerable: StrictBool | None = Field(None, description="The text speaks to readers who are easily harmed.")
    commercial: StrictBool | None = Field(None, description="The text sells something.")
    authorised_use: StrictBool | None = Field(None, description="The use is authorised by a regulator.")
    habit_forming: StrictBool | None = Field(None, description="What is promoted can be habit-forming.")

    @field_validator("genre")
    @classmethod
    def _known_genre(cls, value: str | None, info: ValidationInfo) -> str | None:
        genres = (info.context or {}).get("genres")
        if value is not None and genres is not None and value not in genres:
            raise PydanticCustomError("expected", "{expected}", {"expected": f"one of {', '.join(genres)}"})
        return value


Cut = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]


class ThresholdsIn(_Request):
    """Thresholds of one policy for this call: 0 < borderline < violating < 1. What is left out stays the policy's."""

    borderline: Cut | None = None
    violating: Cut | None = None


class PolicyThresholdsIn(_Request):
    """Thresholds for this call, by policy."""

    unbalanced_therapeutic_claims: ThresholdsIn | None = None
    missing_safety_caveats: ThresholdsIn | None = None


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _short(limit: int) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) > limit:
            raise PydanticCustomError("expected", "{expected}", {"expected": f"at most {limit} code points"})
        return value

    return AfterValidator(check)


class ScoreRequest(_Request):
    """One document: exactly one of `text`, `html` and `markdown`."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [examples.REQUEST]})

    text: str | None = Field(None, description="Plain text. Offsets index it exactly as sent.")
    html: str | None = Field(None, description="HTML. Offsets index the extracted text, which comes back as document.text.")
    markdown: str | None = Field(None, description="Markdown. Offsets index the extracted text, which comes back as document.text.")
    id: Annotated[str, _short(200)] | None = Field(None, description="Yours; comes back with the result. At most 200 code points.")
    title: str | None = Field(
        None,
        description="Scored as a field of its own, with its own offsets. Left out: the title that html or markdown carries, which comes back as document.title.",
    )
    url: Annotated[str, _short(2_000)] | None = Field(None, description="Where the document stands. Never fetched.")
    facts: FactsIn | None = None
    thresholds: PolicyThresholdsIn | None = None
    explain: Literal["none", "spans", "full"] = Field("spans", description="none: scores only; full: every sentence's twenty signals too.")
    offset_unit: Literal["code_point", "utf16", "utf8"] = Field("code_point", description="What offsets count.")
    expect_model: Sha256 | None = Field(None, description="SHA-256 of the model that must answer; 409 where another would.")

    @model_validator(mode="after")
    def _one_kind(self) -> ScoreRequest:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise PydanticCustomError("expected", "{expected}", {"expected": f"exactly one of {', '.join(KINDS)}"})
        return self


class BatchRequest(_Request):
    """Up to 1,000 documents. Each is validated by itself: a bad one comes out as an error in its place."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"items": [examples.REQUEST]}]})

    items: list[Any] = Field(max_length=MOST_ITEMS, json_schema_extra={"items": {"$ref": "#/components/schemas/ScoreRequest"}})


# ---------------------------------------------------------------- answers


class ModelRef(BaseModel):
    """The model that answered."""

    version: str
    sha256: str


class PolicyRef(BaseModel):
    """The policy in force."""

    name: str
    version: str
    profile: str
    sha256: str


class DocumentOut(BaseModel):
    """What was scored. `text` only for html and markdown; `title` only where it was found in them."""

    sha256: str
    length: int
    scored: int
    offset_unit: Literal["code_point", "utf16", "utf8"]
    language: str
    not_assessed: list[str]
    health_probability: float
    warnings: list[str]
    text: str | None = None
    title: str | None = None


class FactOut(BaseModel):
    """A fact the rules used. `probability` is that of `value`; null where the request told it or a rule set it."""

    name: str
    value: StrictBool | str
    source: Literal["detected", "request"]
    probability: float | None


class ThresholdsOut(BaseModel):
    """The thresholds in force."""

    borderline: float
    violating: float


class ExplainedOut(BaseModel):
    """margin = intercept + spans + other, to 1e-9. `items` itemises `other`, under explain=full."""

    intercept: float
    spans: float
    other: float
    items: dict[str, float] | None = None


class PolicyScoreOut(BaseModel):
    """One policy's verdict; higher is worse. `explained` is left out under explain=none."""

    score: float = Field(ge=0, le=1)
    margin: float
    thresholds: ThresholdsOut
    band: Literal["compliant", "borderline", "violating", "not_assessed"]
    flagged: bool
    per_se: list[str]
    explained: ExplainedOut | None = None


class ScoresOut(BaseModel):
    """Both policies."""

    unbalanced_therapeutic_claims: PolicyScoreOut
    missing_safety_caveats: PolicyScoreOut


class PlaceOut(BaseModel):
    """A passage, [start, end) in the declared unit. `source`: where it stood in the markup."""

    field: Literal["text", "title"]
    start: int
    end: int
    source: list[list[int]] | None = None


class TermOut(BaseModel):
    """A word inside a span, with its share of the weight."""

    start: int
    end: int
    text: str
    weight: float


class SpanOut(PlaceOut):
    """Words that moved a score. `weight` is their signed share of the margin."""

    text: str
    policy: str
    signal: str
    probability: float
    confidence: Literal["high", "low"] = "high"
    weight: float
    clauses: list[str]
    terms: list[TermOut]


class ChecklistLineOut(BaseModel):
    """One caveat group."""

    group: str
    status: Literal["present", "weak", "missing", "contradicted"]
    required: bool
    any_of: list[str]
    presence: float
    triggers: list[PlaceOut]
    evidence: list[PlaceOut]
    clauses: list[str]
    score_if_added: float | None


class SentenceOut(PlaceOut):
    """A sentence with the probability of all twenty signals."""

    signals: dict[str, float]


class ScoreResult(BaseModel):
    """One result. `spans` and `checklist` are left out under explain=none; `sentences` comes under explain=full."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RESULT]})

    id: str | None
    request_id: str
    model: ModelRef
    policy: PolicyRef
    document: DocumentOut
    facts: list[FactOut]
    scores: ScoresOut
    severity: int = Field(ge=0, le=4)
    severity_reasons: list[str]
    spans: list[SpanOut] | None = None
    checklist: list[ChecklistLineOut] | None = None
    sentences: list[SentenceOut] | None = None


class FieldErrorOut(BaseModel):
    """A field that is wrong. Never holds what was submitted."""

    field: str
    expected: str


class ProblemOut(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROBLEM]})

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldErrorOut] | None = None


class FailedItem(BaseModel):
    """A document of a batch that could not be scored, in its place."""

    id: str | None
    error: ProblemOut


class BatchResult(BaseModel):
    """Results in the order of the items."""

    items: list[ScoreResult | FailedItem]


class ClauseOut(BaseModel):
    """A rule a span can rest on. `citable` is false until somebody has verified it; results cite citable clauses only."""

    id: str
    citation: str
    paraphrase: str
    status: Literal["V", "S", "M"]
    jurisdiction: str
    kind: str
    as_of: str | None
    house_name: str | None
    citable: bool


class SignalOut(BaseModel):
    """A sentence-level label."""

    kind: Literal["claim", "caveat"]
    title: str
    definition: str
    clauses: list[str]


class GroupOut(BaseModel):
    """One line of the caveat checklist."""

    title: str
    ask: str
    signals: list[str]
    clauses: list[str]


class PolicyDetail(BaseModel):
    """One policy's name, meaning and effective thresholds."""

    title: str
    description: str
    thresholds: ThresholdsOut


class FactDetail(BaseModel):
    """The values a fact may take."""

    values: list[StrictBool | str]


class PolicyOut(PolicyRef):
    """The policy in force: effective thresholds, signals, groups, genres, facts and clauses."""

    policies: dict[str, PolicyDetail]
    signals: dict[str, SignalOut]
    groups: dict[str, GroupOut]
    genres: dict[str, str]
    facts: dict[str, FactDetail]
    clauses: dict[str, ClauseOut]


class ModelOut(ModelRef):
    """The model card's facts: what it was trained on, and how it was evaluated where that has been done."""

    info: dict[str, Any]
    evaluation: dict[str, Any] | None


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"]


class Ready(BaseModel):
    """The model is loaded and reproduces its golden documents."""

    status: Literal["ready"]
    model: ModelRef
