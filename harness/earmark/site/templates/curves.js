// Robustness curves: the share that is left of what clean audio gives above chance, along one perturbation.

const [KEPT, SCORE, CHANGE, CHANGE_LOW, CHANGE_HIGH, CLEAR] = [0, 1, 2, 3, 4, 5];
const WINDOW = [-0.4, 1.4]; // what lies beyond is drawn at the edge
const EDGES = `What lies beyond ${percent(WINDOW[0])} or ${percent(WINDOW[1])} is drawn at the edge.`;
const PANEL = { width: 330, height: 210, left: 44, right: 12, top: 10, bottom: 40 };

/** The conditions of one perturbation with their places in the data, from left to right. */
const conditionsOf = (here, perturbation) =>
  here.conditions.map((one, i) => ({ ...one, i })).filter((one) => one.perturbation === perturbation);

/** A panel: lines are {name, look, found} where found[condition] is what became of the task, or null. */
function curvePanel(title, conditions, lines) {
  const shares = lines.flatMap((line) => conditions.map((one) => line.found[one.i]?.[KEPT])).filter(known);
  const low = Math.max(WINDOW[0], Math.min(0, ...shares) - 0.05);
  const high = Math.min(WINDOW[1], Math.max(1, ...shares) + 0.05);
  const marks = [...conditions.map((one) => one.place), 0];
  const [first, last] = [Math.min(...marks), Math.max(...marks)];
  const span = PANEL.width - PANEL.left - PANEL.right;
  const x = (place) => PANEL.left + (span * (place - first + 0.35)) / (last - first + 0.7);
  const y = (share) => PANEL.top + ((PANEL.height - PANEL.top - PANEL.bottom) * (high - share)) / (high - low);
  const words = lines.map((line) => `${line.name}: ${conditions.map((one) => `${one.level} ${percent(line.found[one.i]?.[KEPT])}`).join(", ")}`);
  return chart(
    PANEL.width, PANEL.height, title, `Share left of what clean audio gives above chance. ${words.join("; ")}.`,
    frame(x, y, low, high, conditions),
    lines.map((line, nth) => curve(line, conditions, { x, y, low, high, aside: (nth + 0.5) / lines.length - 0.5 })),
  );
}

function frame(x, y, low, high, conditions) {
  const levels = [0, 0.5, 1].filter((share) => share >= low && share <= high);
  const bottom = PANEL.height - PANEL.bottom;
  return [
    levels.map((share) => [rule(PANEL.left, y(share), PANEL.width - PANEL.right, y(share), share === 0 ? "chance" : "grid"), label(PANEL.left - 6, y(share) + 3.5, percent(share), "end")]),
    rule(x(0), PANEL.top, x(0), bottom, "grid"),
    label(x(0), bottom + 14, "clean", "middle", "strong"),
    conditions.map((one) => label(x(one.place), bottom + 14, one.tick)),
    label((PANEL.left + PANEL.width) / 2, PANEL.height - 8, conditions[0].unit),
  ];
}

/** Marks at each level; a line through them where the levels are a ladder. */
function curve(line, conditions, { x, y, low, high, aside }) {
  const apart = conditions[0].apart;
  const points = conditions.map((one) => [one, line.found[one.i]?.[KEPT]]).filter(([, share]) => known(share));
  const inside = (share) => Math.min(Math.max(share, low + 0.02), high - 0.02);
  const shifted = apart ? 0.5 * aside : 0;
  const path = [...points.map(([one, share]) => [one.place, inside(share)]), [0, 1]].sort((a, b) => a[0] - b[0]);
  return draw(
    "g",
    { class: "line" },
    apart ? null : stroke(path.map(([place, share]) => [x(place), y(share)]), line.look),
    points.map(([one, share]) => mark(x(one.place + shifted), y(inside(share)), line.look, `${line.name}, ${one.level}: ${percent(share)} left`)),
  );
}

/** The numbers behind a panel. */
function curveTable(caption, conditions, lines) {
  const rows = lines.map((line) => [named(line.name), ...conditions.map((one) => changeWords(line.found[one.i]))]);
  return plainTable(caption, ["", ...conditions.map((one) => one.level)], rows, { class: "numbers" });
}

/** What became of a score: share left, score, and change. */
function changeWords(found) {
  if (!found) return DASH;
  const change = ends(found[CHANGE_LOW], found[CHANGE_HIGH], signed);
  return `${percent(found[KEPT])} left · ${score(found[SCORE])} (${signed(found[CHANGE])}${change ? `; ${change}` : ""})`;
}

/** The numbers in a fold that a reader opens. */
const fold = (summary, ...children) => make("details", { class: "fold" }, make("summary", {}, summary), children);
