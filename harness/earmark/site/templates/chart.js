// Charts as SVG: axes, marks told apart by shape and colour, and the words that a screen reader says of them.

let charts = 0;

/** An SVG with a title and a description. */
function chart(width, height, title, words, ...children) {
  const id = `chart-${(charts += 1)}`;
  return draw(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": `${id}-title ${id}-words`, class: "chart" },
    draw("title", { id: `${id}-title` }, title),
    draw("desc", { id: `${id}-words` }, words),
    children,
  );
}

/** Shapes around 0, 0, some 4 units large each way. */
const SHAPES = [
  "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
  "M-3.6 -3.6h7.2v7.2h-7.2z",
  "M0 -5l5 5l-5 5l-5 -5z",
  "M0 -4.8l4.8 8.4h-9.6z",
  "M0 4.8l4.8 -8.4h-9.6z",
  "M-1.7 -4.8h3.4v3.1h3.1v3.4h-3.1v3.1h-3.4v-3.1h-3.1v-3.4h3.1z",
  "M-4.4 -2.4l2 -2l2.4 2.4l2.4 -2.4l2 2l-2.4 2.4l2.4 2.4l-2 2l-2.4 -2.4l-2.4 2.4l-2 -2l2.4 -2.4z",
  "M0 -5.4l1.5 3.6l3.9 .3l-3 2.5l1 3.8l-3.4 -2.1l-3.4 2.1l1 -3.8l-3 -2.5l3.9 -.3z",
];
const DASHES = [null, "6 3", "2 3", "8 3 2 3"];

/** The i-th look: colour and shape in turn, the line after eight. */
const look = (i) => ({ colour: `s${i % 8}`, shape: SHAPES[i % 8], dash: DASHES[Math.floor(i / 8) % 4] });

/** A mark at a place; what it says appears when pointed at. */
const mark = (x, y, one, words) =>
  draw("path", { d: one.shape, transform: `translate(${round(x)} ${round(y)})`, class: `mark ${one.colour}` }, words ? draw("title", {}, words) : null);

const round = (value) => Math.round(10 * value) / 10;

const label = (x, y, text, anchor = "middle", extra = "") => draw("text", { x: round(x), y: round(y), "text-anchor": anchor, class: `tick ${extra}` }, text);

const rule = (x1, y1, x2, y2, kind) => draw("line", { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2), class: kind });

/** Numbers that divide a span evenly, some five of them. */
function ticks(from, to, wanted = 5) {
  const raw = (to - from) / wanted;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * size).find((one) => one >= raw);
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= to + step / 1e6; at += step) found.push(Number(at.toPrecision(10)));
  return found;
}

/** What each look stands for; entries are [text, look]. */
const key = (entries) =>
  make(
    "ul",
    { class: "looks" },
    entries.map(([text, one]) =>
      make("li", {}, draw("svg", { viewBox: "-12 -7 24 14", width: 24, height: 14, "aria-hidden": "true" }, stroke([[-12, 0], [12, 0]], one), mark(0, 0, one)), named(text)),
    ),
  );

/** A line through points [x, y]. */
const stroke = (points, one) =>
  draw("polyline", { points: points.map((point) => point.map(round).join(",")).join(" "), class: `stroke ${one.colour}`, "stroke-dasharray": one.dash });
