// Numbers and words as people read them.

const MINUS = "−";
const DASH = "–";

/** Three decimals, or a dash. */
function score(value) {
  if (value === null || value === undefined) return DASH;
  return value.toFixed(3).replace("-", MINUS);
}

/** With its sign: +0.123. */
function signed(value) {
  if (value === null || value === undefined) return DASH;
  return `${value > 0 ? "+" : value < 0 ? "" : "±"}${score(value)}`;
}

/** Ends of an interval, or nothing where there is none. */
const ends = (low, high, write = score) => (known(low) && known(high) ? `${write(low)} to ${write(high)}` : "");

/** A place or a range of places. */
const places = (best, worst) => (best === worst ? `${best}` : `${best}${DASH}${worst}`);

/** A share as a percentage. */
const percent = (share) => (known(share) ? `${Math.round(100 * share)} %`.replace("-", MINUS) : DASH);

/** A count in few letters: 1.2 M. */
function count(value) {
  if (!known(value)) return DASH;
  for (const [size, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (Math.abs(value) >= size) return `${Number((value / size).toPrecision(3))} ${letter}`;
  }
  return `${Number(value.toPrecision(3))}`;
}

const known = (value) => value !== null && value !== undefined;

const listing = (words) => words.join(", ");

const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
