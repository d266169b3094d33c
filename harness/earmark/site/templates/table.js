// The table of scores: sorted, filtered, and drawn no further than a reader looks.

const CELLS = 2000; // drawn before "Show all": a screen holds some 200
const MANY = 100; // models, whose places have three figures
const TALL = 25; // rows, from which on the headings stay in sight
const drawnTables = new Map(); // by board and family: the table, kept so that sorting only moves rows

/** Show the scores tab. */
function showScores() {
  const here = board();
  const family = familyShown(here);
  const table = tableOf(here, family);
  const column = sortedBy(table.columns);
  const rows = ordered(here.rows.filter(wanted(here)), column, state.turn === "1");
  const whole = table.whole || rows.length <= table.cap;
  const some = whole ? rows : rows.slice(0, table.cap);
  table.body.replaceChildren(...some.map((row) => rowOf(table, here, row)));
  markSorted(table, column);
  const panel = byId("scores");
  panel.setAttribute("aria-labelledby", tabId("family", family));
  if (panel.firstElementChild !== table.frame) panel.replaceChildren(table.frame);
  const models = rows.filter((row) => row.kind !== "chance").length;
  table.more.hidden = whole;
  table.more.textContent = `Show all ${plural(models, "model")}`;
  const order = `sorted by ${column.title}, ${state.turn === "1" ? "worst" : "best"} first`;
  const shown = whole ? "" : `, the first ${table.cap} rows drawn`;
  say(table.status, `${models} of ${plural(here.models.length, "model")}${shown}, ${order}.`);
}

/** The family in the address, if the board has it. */
const familyShown = (here) => (state.family === "*" || here.families.some((one) => one.name === state.family) ? state.family : "");

const sortedBy = (columns) => columns.find((one) => one.id === state.sort) ?? columns[0];

/** Change a live text only where it says something new. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Whether a row passes the filters; chance always does. */
function wanted() {
  const words = state.find.toLowerCase().split(/\s+/).filter(Boolean);
  return (row) =>
    row.kind === "chance" ||
    (words.every((word) => row.words.includes(word)) &&
      (state.license === "" || row.license === state.license) &&
      !(state.unseen === "1" && row.overlap.length > 0));
}

function tableOf(here, family) {
  const key = `${here.id} ${family}`;
  if (!drawnTables.has(key)) drawnTables.set(key, makeTable(here, family));
  return drawnTables.get(key);
}

function makeTable(here, family) {
  const columns = columnsOf(here, family);
  const heads = columns.map(headOf);
  const body = make("tbody");
  const lead = columns[0];
  const name = family === "" ? "all families" : family === "*" ? "all tasks" : family;
  const table = make(
    "table",
    { class: here.models.length < MANY ? "board scores" : "board scores many" },
    make("caption", { class: "spoken" }, `Scores, ${name}: value, places and 95 % interval. Column headings sort.`),
    make("thead", {}, make("tr", {}, make("th", { scope: "col", class: "rank" }, "Place", make("small", {}, lead.title)), make("th", { scope: "col", class: "name" }, "Model"), heads)),
    body,
  );
  const status = make("p", { class: "status", role: "status" });
  const more = make("button", { type: "button", class: "more", click: () => ((made.whole = true), showScores()) });
  const region = scrolling(`Scores, ${name}`, table);
  if (here.rows.length > TALL) region.classList.add("tall");
  const frame = make("div", {}, status, region, more, legend(family));
  const cap = Math.max(30, Math.min(100, Math.floor(CELLS / columns.length)));
  const made = { columns, heads, body, frame, status, more, cap, whole: false, rows: new Map() };
  return made;
}

/** A long word may be broken in a narrow heading. */
const hyphenable = (words) => words.replace(/[a-z]{7}(?=[a-z]{4})/g, "$&\u00ad");

function headOf(column) {
  const turn = () => {
    const table = tableOf(board(), familyShown(board()));
    const again = sortedBy(table.columns).id === column.id;
    const first = column.id === table.columns[0].id;
    go({ sort: first ? "" : column.id, turn: again && state.turn !== "1" ? "1" : "" });
  };
  const tracks = column.tracks ? ` · ${column.tracks} tracks` : "";
  const down = column.up === false && column.kind === "score" ? ", less is better" : "";
  return make(
    "th",
    { scope: "col", class: column.kind },
    make(
      "button",
      { type: "button", click: turn, "data-column": column.id },
      make("span", { class: "title" }, hyphenable(column.title)),
      make("small", {}, make("span", { class: "arrow", "aria-hidden": "true" }), ` ${column.note}${down}${tracks}`),
    ),
  );
}

function markSorted(table, column) {
  table.columns.forEach((one, i) => {
    const rises = one.up === (state.turn === "1");
    if (one === column) table.heads[i].setAttribute("aria-sort", rises ? "ascending" : "descending");
    else table.heads[i].removeAttribute("aria-sort");
  });
}

function rowOf(table, here, row) {
  if (!table.rows.has(row.i)) table.rows.set(row.i, makeRow(table, row));
  return table.rows.get(row.i);
}

function makeRow(table, row) {
  const lead = table.columns[0].cell(row);
  const place = lead && lead[BEST] !== undefined ? places(lead[BEST], lead[WORST]) : "";
  return make(
    "tr",
    { class: row.kind, "data-row": row.i },
    make("td", { class: "rank" }, place || DASH),
    make("th", { scope: "row", class: "name" }, modelLink(row), marksOf(row)),
    table.columns.map((column, nth) =>
      column.kind === "cost" ? make("td", { class: "cost", title: costTitle(column, row) }, count(column.value(row))) : scoreCell(column.cell(row), column, nth > 0),
    ),
  );
}

const costTitle = (column, row) =>
  column.id === "speed" ? row.machine || null : known(column.value(row)) ? column.value(row).toLocaleString("en") : null;

/** The model's name, leading to its section; chance has none. */
function modelLink(row) {
  if (row.kind === "chance") return "chance";
  const link = make("a", { href: pageOf({ view: "model", model: row.id }) }, named(row.name));
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openModel(row.id);
  });
  return [link, " ", make("span", { class: "version" }, named(row.version))];
}

function marksOf(row) {
  const marks = [];
  if (row.kind === "baseline") marks.push(make("span", { class: "mark" }, "baseline"));
  if (row.overlap.length) {
    const sets = listing(row.overlap);
    marks.push(make("span", { class: "mark overlap", title: `Trained on ${sets}` }, make("span", { "aria-hidden": "true" }, "⚠ "), "trained on ", named(sets)));
  }
  return marks.length ? make("span", { class: "marks" }, marks) : null;
}

/** What the marks in the cells mean. */
function legend(family) {
  const sample = bar([0.6, 0.4, 0.8], [0, 1], 0.2);
  sample.classList.add("sample");
  return make(
    "p",
    { class: "legend" },
    sample,
    make("span", {}, "score in its 95 % interval; the upright line is chance; one scale a column"),
    make("span", {}, make("b", { class: "key" }, "0.500"), " no model is clearly better"),
    make("span", {}, make("span", { class: "place" }, "2–4"), " places that the model may have"),
    family === "" ? make("span", {}, "Speed depends on the machine: see each model.") : null,
  );
}
