// A score as a small bar: its interval on the scale of its column, with chance marked.

const inPercent = (value, [from, to]) => Math.min(100, Math.max(0, (100 * (value - from)) / (to - from)));

/** The bar, drawn as backgrounds: thousands of them must cost no layout. `words` are what it shows, if not beside it. */
function bar(cell, scale, chance, words = "") {
  const place = (value) => inPercent(value, scale);
  const element = make("span", words ? { class: "bar", role: "img", "aria-label": words } : { class: "bar", "aria-hidden": "true" });
  const low = place(cell[LOW] ?? cell[VALUE]);
  const wide = place(cell[HIGH] ?? cell[VALUE]) - low;
  element.style.setProperty("--low", wide < 100 ? (100 * low) / (100 - wide) : 0); // as background-position counts
  element.style.setProperty("--wide", wide);
  element.style.setProperty("--at", place(cell[VALUE]));
  element.style.setProperty("--chance-x", known(chance) ? place(chance) : -10);
  return element;
}

/** A difference as a bar around zero. */
function differenceBar(value, low, high, reach) {
  const element = bar([value, low, high], [-reach, reach], 0);
  element.classList.add("difference");
  return element;
}

/** A table cell with the score, its places unless they stand elsewhere, its interval and its bar. */
function scoreCell(cell, column, ranked = true) {
  if (!cell) return make("td", { class: "none" }, DASH);
  const top = cell[BEST] === 1 && cell[WORST] !== undefined;
  const interval = ends(cell[LOW], cell[HIGH]);
  const place = ranked && cell[BEST] !== undefined ? places(cell[BEST], cell[WORST]) : "";
  const words = [interval ? `95 % interval ${interval}` : "", place ? `place ${place}` : ""].filter(Boolean).join(", ");
  return make(
    "td",
    { class: top ? "score best" : "score", title: interval ? `95 %: ${interval}` : null },
    make("span", { class: "value" }, score(cell[VALUE])),
    place ? make("span", { class: "place", "aria-hidden": "true" }, place) : null,
    bar(cell, column.scale, column.chance, words),
  );
}
