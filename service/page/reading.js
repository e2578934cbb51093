// The text with its highlights, and the note on each.

import { el } from "./dom.js";
import { pieces, unitTable } from "./offsets.js";
import { percent, plain, signed } from "./words.js";

const detail = document.getElementById("detail");
const MARGIN = 8;
let leaving = 0;

/** A field's text as paragraphs of text and <mark>s. */
export function reading(field, text, spans, policy) {
  const table = unitTable(text);
  const node = el(field === "title" ? "p" : "div", { class: `passage ${field}` });
  const own = spans.filter((span) => span.field === field);
  const wordsOf = (place) => text.slice(table[place.start], table[place.end]);
  for (const piece of pieces(table.length - 1, own)) {
    const words = text.slice(table[piece.start], table[piece.end]);
    node.append(piece.marks.length ? highlight(words, piece.marks, policy, wordsOf) : words);
  }
  return node;
}

function highlight(words, marks, policy, wordsOf) {
  const kinds = new Set(marks.map((span) => policy.signals[span.signal].kind));
  const kind = kinds.size > 1 ? "both" : [...kinds][0];
  const titles = [...new Set(marks.map((span) => policy.signals[span.signal].title))];
  const node = el("mark", { class: kind, tabindex: 0, "aria-describedby": "detail", "data-signals": titles.join("; ") }, words);
  const open = () => show(node, marks, policy, wordsOf);
  node.addEventListener("pointerenter", open);
  node.addEventListener("focus", open);
  node.addEventListener("click", open);
  node.addEventListener("pointerleave", () => document.activeElement !== node && leave());
  node.addEventListener("blur", hide);
  return node;
}

/** Spans of one signal over the same words, together: one of them may move each policy. The heaviest come first. */
function bySignal(marks) {
  const out = new Map();
  for (const span of marks) {
    const key = `${span.signal} ${span.start} ${span.end}`;
    out.set(key, [...(out.get(key) ?? []), span]);
  }
  const most = (spans) => Math.max(...spans.map((span) => Math.abs(span.weight)));
  return [...out.values()].sort((a, b) => most(b) - most(a));
}

function show(node, marks, policy, wordsOf) {
  clearTimeout(leaving);
  const notes = bySignal(marks);
  detail.replaceChildren(...notes.map((spans) => note(spans, policy, wordsOf, notes.length > 1 ? 1 : 2)));
  detail.hidden = false;
  const at = node.getClientRects()[0] ?? node.getBoundingClientRect();
  const left = Math.min(at.left, document.documentElement.clientWidth - detail.offsetWidth - MARGIN);
  const below = node.getBoundingClientRect().bottom + MARGIN;
  const above = at.top - detail.offsetHeight - MARGIN;
  const fits = below + detail.offsetHeight < window.innerHeight || above < 0;
  detail.style.left = `${Math.max(MARGIN, left) + window.scrollX}px`;
  detail.style.top = `${(fits ? below : above) + window.scrollY}px`;
}

/** Hides the note a moment later, so that the pointer can move onto it. */
function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(hide, 250);
}

export function hide() {
  clearTimeout(leaving);
  detail.hidden = true;
}

function note(spans, policy, wordsOf, most) {
  const [first] = spans;
  const signal = policy.signals[first.signal];
  const weights = spans.map((span) => el("li", {}, el("b", { class: span.weight > 0 ? "up" : "down" }, signed(span.weight)), ` on ${policy.policies[span.policy].title.toLowerCase()}`));
  return el(
    "div",
    { class: `note ${signal.kind}` },
    el("p", { class: "what" }, signal.title, el("span", { class: "sure" }, `${percent(first.probability)} sure${first.confidence === "low" ? ", low confidence" : ""}`)),
    el("ul", { class: "weights" }, weights),
    first.terms.length ? el("p", { class: "heavy" }, "Most of it on ", heaviest(first.terms, wordsOf)) : null,
    el("dl", { class: "rules" }, first.clauses.slice(0, most).map((id) => rule(id, policy))),
    most > 1 && first.clauses.length > most ? el("p", { class: "more" }, `Also: ${first.clauses.slice(most).join(", ")}`) : null,
  );
}

/** The three words of a span that carry most of its weight, in quotation marks. */
function heaviest(terms, wordsOf) {
  const own = [...terms].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.start - b.start).slice(0, 3);
  return own.map((term) => `“${wordsOf(term)}”`).join(", ");
}

function rule(id, policy) {
  const clause = policy.clauses[id];
  if (!clause) return [el("dt", {}, plain(id))];
  const name = clause.house_name ? `${clause.house_name} (${clause.citation})` : clause.citation;
  return [el("dt", {}, name), el("dd", {}, clause.paraphrase)];
}

detail.addEventListener("pointerenter", () => clearTimeout(leaving));
detail.addEventListener("pointerleave", leave);
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
