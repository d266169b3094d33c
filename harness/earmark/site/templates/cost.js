// Score against cost, with the models that no other beats in both.

const PLOT = { width: 860, height: 440, left: 52, right: 24, top: 16, bottom: 52 };
const WIDE = [320, 1050]; // pixels: a chart is drawn as wide as its place, so that its letters keep their size
const SPREAD = 60; // points whose intervals can be told apart
const NAMED = 24; // points whose names find room
const FREE = 0.09; // of the width: room for models that cost nothing, which a logarithm cannot place

function showCost() {
  const here = board();
  const panel = byId("panel-cost");
  const out = frameOf(panel, here.id, () => costControls(here));
  settle(panel, { cost: state.cost, against: state.against });
  const cost = COSTS.find((one) => one.id === state.cost) ?? COSTS[0];
  const column = scoreColumns(here).find((one) => one.id === state.against) ?? columnsOf(here, "")[0];
  const points = here.models
    .map((row) => ({ row, x: row.cost[cost.place], cell: column.cell(row) }))
    .filter((one) => known(one.x) && one.cell);
  markFront(points, cost.up, column.up);
  const left = here.models.length - points.length;
  PLOT.width = Math.min(WIDE[1], Math.max(WIDE[0], panel.clientWidth));
  PLOT.height = Math.max(320, Math.round(PLOT.width * 0.48));
  out.replaceChildren(
    points.length ? scatter(points, cost, column) : make("p", { class: "notice" }, "No model has both numbers."),
    frontWords(points, cost, column),
    left ? make("p", { class: "hint" }, `${plural(left, "model")} without ${cost.title.toLowerCase()} or score ${left === 1 ? "is" : "are"} not drawn.`) : "",
    fold("The numbers", scrolling("Score against cost", costTable(points, cost, column))),
  );
}

const scoreColumns = (here) => [...columnsOf(here, "").filter((one) => one.kind === "score"), ...columnsOf(here, "*").slice(1)];

function costControls(here) {
  const costs = COSTS.map((one) => [one.id, `${one.title} (${one.note})`]);
  const scores = scoreColumns(here).map((one) => [one.id, one.id.startsWith("task ") ? `task ${one.title}` : one.title]);
  return [make("form", { class: "filters", submit: stay }, make("label", {}, "Cost ", stateChoice("cost", costs)), make("label", {}, "Score ", stateChoice("against", scores)))];
}

/** Mark the points that no other beats: none is at least as good in both and better in one. */
function markFront(points, moreIsFree, up) {
  const cheap = (one) => (moreIsFree ? -one.x : one.x);
  const good = (one) => (up ? one.cell[VALUE] : -one.cell[VALUE]);
  const beats = (a, b) => cheap(a) <= cheap(b) && good(a) >= good(b) && (cheap(a) < cheap(b) || good(a) > good(b));
  for (const one of points) one.front = !points.some((other) => beats(other, one));
}

function scatter(points, cost, column) {
  const x = costAxis(points.map((one) => one.x));
  const [low, high] = column.scale;
  const y = (value) => PLOT.top + ((PLOT.height - PLOT.top - PLOT.bottom) * (high - Math.min(high, Math.max(low, value)))) / (high - low);
  const front = points.filter((one) => one.front).sort((a, b) => a.x - b.x || a.cell[VALUE] - b.cell[VALUE]);
  const words = `Each point is a model. On the Pareto front: ${listing(front.map((one) => one.row.id))}.`;
  const bottom = PLOT.height - PLOT.bottom;
  return chart(
    PLOT.width, PLOT.height, `${column.title} against ${cost.title.toLowerCase()}`, words,
    ticks(low, high).map((at) => [rule(PLOT.left, y(at), PLOT.width - PLOT.right, y(at), "grid"), label(PLOT.left - 8, y(at) + 4, score(at), "end")]),
    x.marks.map((at) => [rule(x.of(at), bottom, x.of(at), bottom + 5, "axis"), label(x.of(at), bottom + 19, count(at))]),
    known(column.chance) ? [rule(PLOT.left, y(column.chance), PLOT.width - PLOT.right, y(column.chance), "chance"), label(PLOT.width - PLOT.right, y(column.chance) - 5, "chance", "end")] : null,
    label((PLOT.left + PLOT.width - PLOT.right) / 2, PLOT.height - 8, `${cost.title} (${cost.note})`),
    stroke(steps(front, cost.up).map((one) => [x.of(one.x), y(one.y)]), { colour: "front", dash: null }),
    [...points].sort((a, b) => a.front - b.front).map((one) => costPoint(one, x.of(one.x), y, column, one.front || points.length <= SPREAD)),
    placedNames(points, x.of, y).map(([one, at]) => pointName(one, x.of(one.x), at)),
  );
}

/** A point, with its interval where there is room for it. */
function costPoint(one, x, y, column, whole) {
  const [value, low, high] = one.cell;
  const words = `${one.row.id}: ${score(value)}${known(low) ? ` (95 % ${ends(low, high)})` : ""}, ${column.title}; cost ${count(one.x)}`;
  return draw(
    "g",
    { class: one.front ? "point front" : "point" },
    whole && known(low) ? rule(x, y(low), x, y(high), "whisker") : null,
    mark(x, y(value), { shape: SHAPES[one.front ? 2 : 0], colour: one.front ? "front" : "other" }, words),
  );
}

/** The model's name beside its point, on the side where there is room. */
function pointName(one, x, y) {
  const turned = x > 0.7 * PLOT.width;
  return label(turned ? x - 9 : x + 9, y, one.row.name, turned ? "end" : "start", one.front ? "name" : "");
}

/** A logarithmic axis, with a place before it for models that cost nothing. */
function costAxis(values) {
  const some = values.filter((value) => value > 0);
  const [low, high] = some.length ? [Math.min(...some), Math.max(...some)] : [1, 10];
  const free = some.length < values.length ? FREE : 0;
  const span = PLOT.width - PLOT.left - PLOT.right;
  const from = Math.log10(low) - 0.15;
  const to = Math.max(Math.log10(high) + 0.15, from + 0.6);
  const of = (value) => PLOT.left + span * (value > 0 ? free + ((1 - free) * (Math.log10(value) - from)) / (to - from) : free / 2);
  const wide = to - from > 2;
  const marks = [];
  for (let power = Math.floor(from); power <= to; power += 1) {
    for (const factor of wide ? [1] : [1, 2, 5]) {
      const at = factor * 10 ** power;
      if (Math.log10(at) >= from && Math.log10(at) <= to) marks.push(at);
    }
  }
  const thin = Math.ceil(marks.length / (PLOT.width / 90));
  return { of, marks: [...(free ? [0] : []), ...marks.filter((_, i) => i % thin === 0)] };
}

/** The corners of the front: a model's score holds until a dearer one is better. */
function steps(front, moreIsFree) {
  const line = [];
  front.forEach((one, i) => {
    const before = front[i - 1];
    if (before) line.push(moreIsFree ? { x: before.x, y: one.cell[VALUE] } : { x: one.x, y: before.cell[VALUE] });
    line.push({ x: one.x, y: one.cell[VALUE] });
  });
  return line;
}

/** Names of the front, and of all points where there are few, moved apart where they would cover each other: [point, y]. */
function placedNames(points, x, y) {
  const taken = [];
  const shown = points.filter((one) => one.front || (points.length <= NAMED && PLOT.width > 600));
  return shown.sort((a, b) => y(a.cell[VALUE]) - y(b.cell[VALUE])).map((one) => {
    let at = y(one.cell[VALUE]) - 6;
    while (taken.some(([left, top]) => Math.abs(left - x(one.x)) < 120 && Math.abs(top - at) < 13)) at += 4;
    taken.push([x(one.x), at]);
    return [one, at];
  });
}

function frontWords(points, cost, column) {
  const front = points.filter((one) => one.front).sort((a, b) => a.x - b.x);
  const names = front.map((one, i) => [i ? ", " : "", modelLink(one.row), ` (${count(one.x)}; ${score(one.cell[VALUE])})`]);
  return make("p", {}, make("b", {}, "On the front"), ", where no model is both cheaper and better: ", names, ". Scores whose intervals overlap may be in another order.");
}

function costTable(points, cost, column) {
  const rows = [...points].sort((a, b) => a.x - b.x).map((one) => [modelLink(one.row), count(one.x), score(one.cell[VALUE]), ends(one.cell[LOW], one.cell[HIGH]) || DASH, one.front ? "yes" : ""]);
  return plainTable(`${column.title} against ${cost.title.toLowerCase()}`, ["Model", cost.title, column.title, "95 %", "On the front"], rows, { class: "numbers" });
}
