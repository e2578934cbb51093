// Codes of a result in plain words. A code that is new here is shown with its underscores as spaces.

export const BANDS = {
  compliant: "Compliant",
  borderline: "Borderline",
  violating: "Violating",
  not_assessed: "Not assessed",
};

export const NOT_ASSESSED = {
  too_short: "it is too short to judge",
  not_english: "it is not in English",
  unknown_words: "too many of its words are unknown to the model",
  not_health: "it is not about health",
};

export const WARNINGS = {
  no_grounds: "A score stands above its violating threshold, but no words can be shown for it, so it counts as borderline.",
};

export const STATUS = {
  present: ["Present", "✓"],
  weak: ["Weak", "~"],
  missing: ["Missing", "✕"],
  contradicted: ["Contradicted", "!"],
};

export const TIERS = {
  R0: "Not about health",
  R1: "Everyday food or habit",
  R2: "Supplement, medicine or procedure",
  R3: "High risk: habit-forming, toxic or unapproved",
};

export const FACTS = {
  genre: "Kind of text",
  tier: "Risk tier",
  serious_condition: "Serious condition",
  vulnerable: "Vulnerable readers",
  commercial: "Sells something",
  authorised_use: "Authorised use",
  habit_forming: "Habit-forming",
};

export const plain = (code) => code.replaceAll("_", " ");
export const score = (value) => (value >= 0.995 && value < 1 ? ">0.99" : value < 0.005 && value > 0 ? "<0.01" : value.toFixed(2));
export const percent = (value) => (value > 0 && value < 0.01 ? "<1%" : value > 0.99 && value < 1 ? ">99%" : `${Math.round(100 * value)}%`);
export const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);
export const count = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

export function sentence(parts) {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
