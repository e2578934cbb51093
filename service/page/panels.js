// Scores, checklist, facts, severity and notes of one result.

import { el, sized } from "./dom.js";
import { BANDS, FACTS, NOT_ASSESSED, STATUS, TIERS, WARNINGS, count, percent, plain, score, sentence, signed } from "./words.js";

/** One policy's card: score, band, where the thresholds stand, and how the margin adds up. */
export function scoreCard(name, own, policy) {
  const { borderline, violating } = own.thresholds;
  const title = policy.policies[name].title;
  return el(
    "article",
    { class: `card score ${own.band}`, "data-policy": name },
    el("div", { class: "head" }, el("h3", {}, title), el("span", { class: "band" }, BANDS[own.band] ?? plain(own.band))),
    el("p", { class: "number" }, score(own.score), el("span", { class: "hint" }, " of 1, higher is worse")),
    meter(own, title),
    el("p", { class: "hint" }, `Borderline from ${score(borderline)}, violating from ${score(violating)} · margin ${signed(own.margin)}`),
    own.per_se.length ? el("p", { class: "per-se" }, `Violating by itself: ${sentence(own.per_se.map((id) => signalTitle(id, policy)))}`) : null,
    el(
      "details",
      {},
      el("summary", {}, "How it adds up"),
      el(
        "table",
        { class: "sum" },
        el("tbody", {}, line("Constant", own.explained.intercept), line("Highlighted words", own.explained.spans), line("Everything else", own.explained.other), line("Margin", own.margin, "total")),
      ),
      el("p", { class: "hint" }, "In log-odds. The score is the margin as a calibrated probability."),
    ),
  );
}

function signalTitle(id, policy) {
  return (policy.signals[id]?.title ?? plain(id)).toLowerCase();
}

function line(name, value, kind = "") {
  return el("tr", { class: kind }, el("th", { scope: "row" }, name), el("td", {}, signed(value)));
}

function meter(own, title) {
  const bar = el("div", { class: "meter", role: "img", "aria-label": `${title}: ${score(own.score)}, ${BANDS[own.band] ?? own.band}` });
  bar.append(
    sized(el("span", { class: "fill" }), "width", own.score),
    sized(el("span", { class: "tick" }), "left", own.thresholds.borderline),
    sized(el("span", { class: "tick" }), "left", own.thresholds.violating),
  );
  return bar;
}

// ---------------------------------------------------------------- checklist

const ORDER = { missing: 0, contradicted: 0, weak: 1, present: 2 };

/** The checklist: what is required and not there first. */
export function checklist(result, policy, goTo) {
  const now = result.scores.missing_safety_caveats.score;
  const rank = (own) => (own.required ? 0 : 10) + (ORDER[own.status] ?? 3);
  const lines = [...result.checklist].sort((a, b) => rank(a) - rank(b));
  return [true, false].flatMap((required) => {
    const own = lines.filter((each) => each.required === required);
    if (!own.length) return [];
    const items = own.map((each) => checklistLine(each, now, policy, goTo));
    return [el("h3", { class: "part" }, required ? "Required of this text" : "Not required of it"), el("ul", { class: "checklist" }, items)];
  });
}

function checklistLine(own, now, policy, goTo) {
  const group = policy.groups[own.group];
  const [word, sign] = STATUS[own.status] ?? [plain(own.status), "?"];
  const open = own.required && own.status !== "present";
  const rules = own.clauses.map((id) => policy.clauses[id]?.house_name ?? id).join(", ");
  const others = own.any_of.filter((id) => id !== own.group).map((id) => policy.groups[id]?.title ?? plain(id));
  return el(
    "li",
    { class: `${own.status} ${own.required ? "required" : "optional"}`, "data-group": own.group },
    el("span", { class: "sign", "aria-hidden": "true" }, own.required || own.status !== "missing" ? sign : "–"),
    el(
      "div",
      {},
      el("p", { class: "what" }, el("b", {}, group?.title ?? plain(own.group)), el("span", { class: "chip" }, word)),
      open ? el("p", { class: "ask" }, group?.ask ?? "") : null,
      open && own.score_if_added !== null ? el("p", { class: "if" }, "If added, the score would go from ", el("b", {}, score(now)), " to ", el("b", {}, score(own.score_if_added))) : null,
      open && others.length ? el("details", {}, el("summary", {}, `Or one of ${count(others.length, "other", "others")}`), el("p", { class: "hint" }, others.join(" · "))) : null,
      el("p", { class: "hint" }, `Evidence ${percent(own.presence)}`, own.evidence.length ? [" · ", jump(own, goTo)] : "", rules && (open || own.status !== "missing") ? ` · ${rules}` : ""),
    ),
  );
}

function jump(own, goTo) {
  const text = own.status === "contradicted" ? "show where" : count(own.evidence.length, "passage", "passages");
  return el("button", { type: "button", class: "link", onclick: () => goTo(own.evidence[0]) }, text);
}

/** What the checklist comes to, in a line. */
export function tally(result) {
  const required = result.checklist.filter((own) => own.required);
  const open = required.filter((own) => own.status !== "present").length;
  if (!required.length) return "None is required of this text";
  return open ? `${open} of ${required.length} required not met` : `All ${required.length} required are met`;
}

// ---------------------------------------------------------------- facts, severity, notes

export function facts(result, policy) {
  const rows = result.facts.map((fact) =>
    el("tr", {}, el("th", { scope: "row" }, FACTS[fact.name] ?? plain(fact.name)), el("td", {}, value(fact, policy)), el("td", { class: "hint" }, source(fact))),
  );
  return el("table", { class: "facts" }, el("tbody", {}, rows));
}

function source(fact) {
  if (fact.source === "request") return "you said so";
  return fact.probability === null ? "by rule" : `${percent(fact.probability)} sure`;
}

function value(fact, policy) {
  if (typeof fact.value === "boolean") return fact.value ? "Yes" : "No";
  if (fact.name === "genre") return policy.genres[fact.value] ?? plain(fact.value);
  if (fact.name === "tier") return `${fact.value} · ${TIERS[fact.value] ?? ""}`;
  return String(fact.value);
}

export function severity(result) {
  const dots = el("span", { class: `dots s${result.severity}`, "aria-hidden": "true" }, [1, 2, 3, 4].map((n) => el("i", { class: n <= result.severity ? "on" : null })));
  const reasons = result.severity_reasons.map((reason) => el("li", {}, reason));
  return [el("p", { class: "severity" }, el("b", {}, String(result.severity)), el("span", { class: "hint" }, " of 4"), dots), reasons.length ? el("ul", { class: "reasons" }, reasons) : el("p", { class: "hint" }, "Nothing here raises it.")];
}

export function notes(result) {
  const out = [];
  const reasons = result.document.not_assessed;
  if (reasons.length) {
    const why = sentence(reasons.map((code) => NOT_ASSESSED[code] ?? plain(code)));
    out.push(el("p", { class: "card note-bar" }, el("b", {}, "Not assessed. "), `This text was not judged, because ${why}. The scores below are shown for information and call nothing compliant.`));
  }
  for (const code of result.document.warnings) out.push(el("p", { class: "card note-bar" }, WARNINGS[code] ?? `Warning: ${plain(code)}`));
  return out;
}
