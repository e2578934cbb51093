// Offsets count code points; JavaScript's strings count UTF-16 units.

/** table[i] is where code point i begins in UTF-16 units; its last entry is the text's length. */
export function unitTable(text) {
  const table = new Uint32Array([...text].length + 1);
  let at = 0;
  let unit = 0;
  for (const character of text) {
    table[at++] = unit;
    unit += character.length;
  }
  table[at] = unit;
  return table;
}

/**
 * Cuts [0, length) where marks begin and end: [{start, end, marks}], all of it, in order. Marks may overlap.
 * @param {{start: number, end: number}[]} marks
 */
export function pieces(length, marks) {
  const events = new Map();
  const at = (offset) => events.get(offset) ?? events.set(offset, { open: [], close: [] }).get(offset);
  for (const mark of marks) {
    at(mark.start).open.push(mark);
    at(mark.end).close.push(mark);
  }
  const active = new Set();
  const out = [];
  let from = 0;
  for (const offset of [...events.keys()].sort((a, b) => a - b)) {
    if (offset > from) out.push({ start: from, end: offset, marks: [...active] });
    for (const mark of events.get(offset).close) active.delete(mark);
    for (const mark of events.get(offset).open) active.add(mark);
    from = offset;
  }
  if (from < length) out.push({ start: from, end: length, marks: [] });
  return out;
}
