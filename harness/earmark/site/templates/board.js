// The data, and the questions that the views ask of it. A cell is [value, low, high, best place, worst place].

const boards = JSON.parse(byId("data").textContent).map(prepared);
const [VALUE, LOW, HIGH, BEST, WORST] = [0, 1, 2, 3, 4];

const COSTS = [
  { id: "parameters", title: "Weights", note: "parameters", up: false, place: 0 },
  { id: "dim", title: "Dimension", note: "of a vector", up: false, place: 1 },
  { id: "speed", title: "Speed", note: "s of audio per s", up: true, place: 2 },
];

/** Give every row its place and its id, and find the row of chance. */
function prepared(board) {
  board.rows.forEach((row, i) => {
    row.i = i;
    row.id = row.version === "" ? row.name : `${row.name}@${row.version}`;
    row.words = row.id.toLowerCase();
  });
  board.id = board.benchmark.join("@");
  board.chance = board.rows.find((row) => row.kind === "chance") ?? null;
  board.models = board.rows.filter((row) => row.kind !== "chance");
  board.byId = new Map(board.models.map((row) => [row.id, row]));
  board.robust = board.models.filter((row) => row.robust !== null);
  board.perturbations = [...new Set(board.conditions.map((one) => one.perturbation))];
  const spelt = (one) => one && [...one.slice(0, 3), board.verdicts[one[3]]];
  board.versus = new Map(board.pairs.map(([a, b, tasks]) => [`${a} ${b}`, tasks.map(spelt)]));
  board.columns = new Map();
  return board;
}

/** A column of scores: where its cells are, and what it needs to draw them. */
function scoreColumn(board, id, about, cell) {
  const chance = board.chance ? cell(board.chance)?.[VALUE] ?? null : null;
  const column = { id, kind: "score", up: true, ...about, cell, chance };
  column.scale = scaleOf(board.models.map(cell).filter(Boolean), chance, column.up);
  return column;
}

/** From what to what the bars of a column are drawn: all intervals and chance, but not far on its wrong side. */
function scaleOf(cells, chance, up) {
  const low = cells.map((cell) => cell[LOW] ?? cell[VALUE]);
  const high = cells.map((cell) => cell[HIGH] ?? cell[VALUE]);
  let from = low.reduce((a, b) => Math.min(a, b), chance ?? Infinity);
  let to = high.reduce((a, b) => Math.max(a, b), chance ?? -Infinity);
  if (!Number.isFinite(from) || !Number.isFinite(to)) return [0, 1];
  if (chance !== null && up) from = Math.max(from, chance - Math.max((to - chance) / 2, 0.01));
  if (chance !== null && !up) to = Math.min(to, chance + Math.max((chance - from) / 2, 0.01));
  const room = Math.max(0.04 * (to - from), 0.005);
  return [from - room, to + room];
}

/** The columns of a tab: "" all families, "*" all tasks, else the tasks of one family. The first leads. */
function columnsOf(board, family) {
  if (!board.columns.has(family)) board.columns.set(family, makeColumns(board, family));
  return board.columns.get(family);
}

function makeColumns(board, family) {
  const overall = scoreColumn(board, "overall", { title: "Above chance", note: "mean of families" }, (row) => row.overall);
  if (family === "*") return [overall, ...board.tasks.map((_, i) => taskColumn(board, i))];
  if (family !== "") {
    const tasks = board.tasks.flatMap((task, i) => (task.family === family ? [taskColumn(board, i)] : []));
    const whole = board.families.findIndex((column) => column.name === family);
    return tasks.length > 1 && whole >= 0 ? [{ ...familyColumn(board, whole), title: `all of ${family}` }, ...tasks] : tasks;
  }
  return [overall, ...board.families.map((_, i) => familyColumn(board, i)), ...COSTS.map(costColumn)];
}

function taskColumn(board, i) {
  const task = board.tasks[i];
  const about = { title: task.name, note: task.metric, up: task.up, tracks: task.tracks };
  return scoreColumn(board, `task ${task.name}`, about, (row) => row.tasks[i]);
}

function familyColumn(board, i) {
  const family = board.families[i];
  const several = family.tasks.length > 1;
  const note = several ? `mean of ${family.tasks.length} tasks` : family.metric;
  return scoreColumn(board, `family ${family.name}`, { title: family.name, note, up: family.up }, (row) => row.families[i]);
}

const costColumn = (cost) => ({ ...cost, kind: "cost", value: (row) => row.cost[cost.place] });

/** What a row is sorted by in a column; null sorts last. */
function sortKey(column, row) {
  if (column.kind === "cost") return column.value(row);
  return column.cell(row)?.[VALUE] ?? null;
}

/** Rows ordered by a column, the best first unless turned round; equals keep the order of the board. */
function ordered(rows, column, worstFirst) {
  const sign = (column.up ? -1 : 1) * (worstFirst ? -1 : 1);
  return [...rows].sort((a, b) => {
    const [x, y] = [sortKey(column, a), sortKey(column, b)];
    if (x === null || y === null) return (x === null) - (y === null) || a.i - b.i;
    return sign * (x - y) || a.i - b.i;
  });
}

/** Second minus first for each task, as compared when the page was made; null where these two were not. */
function versusOf(board, first, second) {
  const there = board.versus.get(`${first.i} ${second.i}`);
  if (there) return there;
  const back = board.versus.get(`${second.i} ${first.i}`);
  return back ? back.map((one) => one && turned(one)) : null;
}

const OPPOSITE = { better: "worse", worse: "better" };

function turned([value, low, high, verdict]) {
  const minus = (number) => (known(number) ? 0 - number : null);
  return [minus(value), minus(high), minus(low), OPPOSITE[verdict] ?? verdict];
}
