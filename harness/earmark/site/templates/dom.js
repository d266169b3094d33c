// Elements. Every text comes from a stranger's result: it becomes a text node, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** Put attributes and children on an element; functions become listeners, null and false leave an attribute out. */
function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element; children are elements or text. */
const make = (tag, attributes = {}, ...children) => furnish(document.createElement(tag), attributes, children);

/** An SVG element. */
const draw = (tag, attributes = {}, ...children) => furnish(document.createElementNS(SVG, tag), attributes, children);

const byId = (id) => document.getElementById(id);

/** Text that only a screen reader says. */
const spoken = (text) => make("span", { class: "spoken" }, text);

/** A name from elsewhere: its writing direction stays its own. */
const named = (text) => make("bdi", { class: /\S{29}/.test(text) ? "long" : null }, text);

/** A sentence in which `words between backticks` are code. */
const sentence = (text) => text.split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part));

/** A link where the text is a web address, otherwise the text. */
function linked(text) {
  let address = null;
  try {
    address = new URL(text);
  } catch {
    return named(text);
  }
  const safe = address.protocol === "https:" || address.protocol === "http:";
  return safe ? make("a", { href: address.href, rel: "noopener noreferrer nofollow" }, named(text)) : named(text);
}

/** A table in a region that scrolls by itself, also by keyboard. */
const scrolling = (label, ...children) =>
  make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, ...children);

/** A select with [value, text] options. */
function choice(options, selected, changed, attributes = {}) {
  const select = make("select", { change: () => changed(select.value), ...attributes });
  select.append(...options.map(([value, text]) => make("option", { value, selected: value === selected }, text)));
  return select;
}

/** A table from headings and rows of cells; the first cell of a row is its heading. Cells are text, elements or tds. */
function plainTable(caption, heads, rows, attributes = {}) {
  return make(
    "table",
    attributes,
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
    make(
      "tbody",
      {},
      rows.map(([first, ...cells]) =>
        make("tr", {}, make("th", { scope: "row" }, first), cells.map((cell) => (isCell(cell) ? cell : make("td", {}, cell)))),
      ),
    ),
  );
}

const isCell = (value) => value instanceof HTMLTableCellElement;
