// Building the page. Everything that is shown goes through text nodes: nothing submitted is ever read as markup.

/** An element with properties (class, and any attribute) and children (nodes or texts; null is left out). */
export function el(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key === "class" ? "class" : key, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** Replaces what stands in the element with this id. */
export function fill(id, ...children) {
  const node = document.getElementById(id);
  node.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** A bar of `share` (0..1). Sizes are set by property: a style attribute is forbidden by the page's policy. */
export function sized(node, property, share) {
  node.style.setProperty(property, `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`);
  return node;
}
