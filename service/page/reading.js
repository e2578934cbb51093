// The text with its highlights, and the note on each.

import { el } from "./dom.js";
import { pieces, unitTable } from "./offsets.js";
import { percent, plain, signed } from "./words.js";

const detail = document.getElementById("detail");
const MARGIN = 8;

/** A field's text as paragraphs of text and <mark>s. */
export function reading(field, text, spans, policy) {
  const table = unitTable(text);
  const node = el(field === "title" ? "p" : "div", { class: `passage ${field}` });
  const own = spans.filter((span) => span.field === field);
  for (const piece of pieces(table.length - 1, own)) {
    const words = text.slice(table[piece.start], table[piece.end]);
    node.append(piece.marks.length ? highlight(words, piece.marks, policy) : words);
  }
  return node;
}

function highlight(words, marks, policy) {
  const kinds = new Set(marks.map((span) => policy.signals[span.signal].kind));
  const kind = kinds.size > 1 ? "both" : [...kinds][0];
  const titles = [...new Set(marks.map((span) => policy.signals[span.signal].title))];
  const node = el("mark", { class: kind, tabindex: 0, "aria-describedby": "detail", "data-signals": titles.join("; ") }, words);
  const open = () => show(node, marks, policy);
  node.addEventListener("pointerenter", open);
  node.addEventListener("focus", open);
  node.addEventListener("click", open);
  node.addEventListener("pointerleave", () => document.activeElement !== node && hide());
  node.addEventListener("blur", hide);
  return node;
}

/** Spans of one signal over the same words, together: one of them may move each policy. */
function bySignal(marks) {
  const out = new Map();
  for (const span of marks) {
    const key = `${span.signal} ${span.start} ${span.end}`;
    out.set(key, [...(out.get(key) ?? []), span]);
  }
  return [...out.values()];
}

function show(node, marks, policy) {
  detail.replaceChildren(...bySignal(marks).map((spans) => note(spans, policy)));
  detail.hidden = false;
  const at = node.getClientRects()[0] ?? node.getBoundingClientRect();
  const left = Math.min(at.left, document.documentElement.clientWidth - detail.offsetWidth - MARGIN);
  const below = node.getBoundingClientRect().bottom + MARGIN;
  const above = at.top - detail.offsetHeight - MARGIN;
  const fits = below + detail.offsetHeight < window.innerHeight || above < 0;
  detail.style.left = `${Math.max(MARGIN, left) + window.scrollX}px`;
  detail.style.top = `${(fits ? below : above) + window.scrollY}px`;
}

export function hide() {
  detail.hidden = true;
}

function note(spans, policy) {
  const [first] = spans;
  const signal = policy.signals[first.signal];
  const weights = spans.map((span) => el("li", {}, el("b", { class: span.weight > 0 ? "up" : "down" }, signed(span.weight)), ` on ${policy.policies[span.policy].title.toLowerCase()}`));
  return el(
    "div",
    { class: `note ${signal.kind}` },
    el("p", { class: "what" }, signal.title, el("span", { class: "sure" }, `${percent(first.probability)} sure`)),
    el("ul", { class: "weights" }, weights),
    el("dl", { class: "rules" }, first.clauses.slice(0, 2).map((id) => rule(id, policy))),
    first.clauses.length > 2 ? el("p", { class: "more" }, `Also: ${first.clauses.slice(2).join(", ")}`) : null,
  );
}

function rule(id, policy) {
  const clause = policy.clauses[id];
  if (!clause) return [el("dt", {}, plain(id))];
  const name = clause.house_name ? `${clause.house_name} (${clause.citation})` : clause.citation;
  return [el("dt", {}, name), el("dd", {}, clause.paraphrase)];
}

document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
