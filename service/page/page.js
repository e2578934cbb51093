// The page: reads the form, asks the service, shows what it says.

import * as api from "./api.js";
import { el, fill } from "./dom.js";
import { EXAMPLE } from "./example.js";
import { checklist, facts, notes, scoreCard, severity, tally } from "./panels.js";
import { hide, reading } from "./reading.js";
import { TIERS, count, plain } from "./words.js";

const field = (id) => document.getElementById(id);
let policy = null;

// ---------------------------------------------------------------- start

async function start() {
  try {
    policy = await api.policy();
    const model = await api.model();
    fill("running", `Model ${model.version} · Policy ${policy.profile}`);
    field("genre").append(...Object.entries(policy.genres).map(([value, title]) => el("option", { value }, title)));
    field("tier").append(...policy.facts.tier.values.map((value) => el("option", { value }, `${value} · ${TIERS[value] ?? plain(value)}`)));
  } catch (problem) {
    showError(problem);
  }
}

function countCharacters() {
  fill("count", count([...field("text").value].length, "character", "characters"));
}

function useExample() {
  field("title").value = EXAMPLE.title;
  field("text").value = EXAMPLE.text;
  field("kind").value = "text";
  countCharacters();
  field("form").requestSubmit();
}

// ---------------------------------------------------------------- scoring

function request() {
  const told = { genre: field("genre").value, tier: field("tier").value };
  const known = Object.fromEntries(Object.entries(told).filter(([, value]) => value));
  return {
    [field("kind").value]: field("text").value,
    ...(field("title").value ? { title: field("title").value } : {}),
    ...(Object.keys(known).length ? { facts: known } : {}),
  };
}

async function submit(event) {
  event.preventDefault();
  hide();
  field("error").hidden = true;
  field("results").hidden = true;
  if (!field("text").value.trim()) {
    showError({ title: "There is no text yet", detail: "Paste a text, or try the example." });
    field("text").focus();
    return;
  }
  if (policy === null) await start();
  if (policy === null) return;
  const sent = request();
  busy(true);
  try {
    show(await api.score(sent), sent);
  } catch (problem) {
    showError(problem);
  } finally {
    busy(false);
  }
}

function busy(on) {
  field("go").disabled = on;
  fill("go", on ? "Scoring…" : "Score");
  if (on) fill("status", "Scoring…");
}

function show(result, sent) {
  const text = result.document.text ?? sent.text;
  fill("notes", notes(result));
  fill("scores", Object.entries(result.scores).map(([name, own]) => scoreCard(name, own, policy)));
  const title = result.document.title ?? sent.title;
  fill("reading", title ? reading("title", title, result.spans, policy) : null, reading("text", text, result.spans, policy));
  field("how").hidden = !result.spans.length;
  if (!result.spans.length) field("reading").prepend(el("p", { class: "empty" }, "No words stand out in this text."));
  fill("tally", tally(result));
  fill("checklist", checklist(result, policy, (place) => goTo(place, result.spans)));
  fill("facts", facts(result, policy));
  fill("severity", severity(result));
  fill("fine", `Model ${result.model.version} · Policy ${result.policy.profile} · ${count(result.document.scored, "character", "characters")} scored · Request ${result.request_id}`);
  fill("status", result.document.not_assessed.length ? "Not assessed; the reason stands below." : `Scored. ${tally(result)}.`);
  field("results").hidden = false;
  field("results").focus({ preventScroll: true });
  field("results").scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

/** Focuses the first highlight inside a passage of the checklist. */
function goTo(place, spans) {
  const inside = [...document.querySelectorAll(`#reading .${place.field} mark`)];
  const starts = markStarts(place.field, spans);
  const at = starts.findIndex((start) => start >= place.start && start < place.end);
  const node = inside[at];
  if (!node) return;
  node.scrollIntoView({ block: "center" });
  node.focus();
}

/** Where each <mark> of a field begins, in code points, in the order they stand in. */
function markStarts(name, spans) {
  const own = spans.filter((span) => span.field === name);
  const cuts = [...new Set(own.flatMap((span) => [span.start, span.end]))].sort((a, b) => a - b);
  return cuts.filter((cut, n) => n + 1 < cuts.length && own.some((span) => span.start <= cut && cut < span.end));
}

function showError(problem) {
  const wrong = (problem.errors ?? []).map((own) => el("li", {}, el("b", {}, own.field), `: expected ${own.expected}`));
  fill(
    "error",
    el("h2", {}, problem.title ?? "Something went wrong"),
    wrong.length ? el("ul", {}, wrong) : el("p", {}, problem.detail ?? ""),
    problem.request_id ? el("p", { class: "hint" }, `Request ${problem.request_id}`) : null,
  ).hidden = false;
  fill("status");
}

field("form").addEventListener("submit", submit);
field("text").addEventListener("input", countCharacters);
field("example").addEventListener("click", useExample);
field("text").addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && field("form").requestSubmit());
countCharacters();
start();
