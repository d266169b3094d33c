// A model's own section: what it is, every score, every class, and what breaks.

function showModel() {
  const here = board();
  const panel = byId("panel-model");
  const row = here.byId.get(state.model) ?? here.models[0];
  const out = frameOf(panel, here.id, () => [make("form", { class: "filters", submit: stay }, make("label", {}, "Model ", stateChoice("model", modelOptions(here))))]);
  if (!row) return out.replaceChildren(make("p", { class: "notice" }, "No model is filed on this benchmark."));
  settle(panel, { model: row.id });
  return out.replaceChildren(
    make("h2", { id: "model-name", tabindex: "-1" }, named(row.name), " ", make("span", { class: "version" }, named(row.version)), marksOf(row)),
    make("div", { class: "about" }, factsOf(here, row), notesOf(row)),
    make("h3", {}, "Scores"),
    scrolling(`Scores of ${row.id}`, taskTable(here, row)),
    ...classesOf(here, row),
    ...robustnessOf(here, row),
  );
}

const modelOptions = (here) => here.models.map((row) => [row.id, row.id]);

function openModel(id) {
  go({ view: "model", model: id });
  byId("model-name")?.focus();
}

function factsOf(here, row) {
  const place = row.overall && row.overall[BEST] !== undefined ? `, place ${places(row.overall[BEST], row.overall[WORST])} of ${here.models.length}` : "";
  const facts = [
    ["Above chance", `${score(row.overall?.[VALUE])}${row.overall && ends(row.overall[LOW], row.overall[HIGH]) ? ` (95 %: ${ends(row.overall[LOW], row.overall[HIGH])})` : ""}${place}`],
    ["Licence", row.license || "not stated"],
    ["Source", row.source ? linked(row.source) : "not stated"],
    ["Trained on", row.training.length ? listing(row.training) : "nothing declared"],
    ["Parameters", known(row.cost[0]) ? row.cost[0].toLocaleString("en") : DASH],
    ["Dimension", known(row.cost[1]) ? `${row.cost[1]}` : DASH],
    ["Speed", known(row.cost[2]) ? `${count(row.cost[2])} s of audio per second${row.machine ? ` (${row.machine})` : ""}` : "not measured"],
    ...row.facts,
    ["Result", row.path ? make("code", {}, row.path) : DASH],
  ];
  return make("dl", {}, facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

function notesOf(row) {
  const compare = make("p", {}, make("button", { type: "button", click: () => go({ view: "compare", a: row.id, b: "" }) }, "Compare with another model"));
  const breaks = row.breaks ? [make("h3", {}, "What breaks first"), make("p", { class: "breaks" }, row.breaks)] : [];
  const notes = row.notes.length ? [make("h3", {}, "What stands out"), make("ul", {}, row.notes.map((note) => make("li", {}, sentence(note))))] : [];
  return make("div", {}, breaks, notes, compare);
}

/** Every task, its further metrics below it. */
function taskTable(here, row) {
  const heads = ["Task", "Metric", "Score", "", "95 %", "Chance", "Place"];
  const rows = here.tasks.flatMap((task, i) => {
    const column = taskColumn(here, i);
    const cell = row.tasks[i];
    const main = [task.name, column.note, make("td", { class: "value" }, score(cell?.[VALUE])), barCell(cell, column), cell ? ends(cell[LOW], cell[HIGH]) : "", score(column.chance), cell && cell[BEST] !== undefined ? places(cell[BEST], cell[WORST]) : ""];
    const further = (row.further[task.name] ?? []).flatMap((one, nth) =>
      one ? [[spoken(task.name), here.metrics[task.name][nth], score(one[VALUE]), "", ends(one[LOW], one[HIGH]), score(one[3]), ""]] : [],
    );
    return [main, ...further];
  });
  return plainTable("Scores with 95 % intervals over groups; bars share a scale with the other models, the upright line is chance", heads, rows, { class: "numbers tasks" });
}

const barCell = (cell, column) => make("td", { class: "barred" }, cell ? bar(cell, column.scale, column.chance) : "");

/** For each task with classes, how well each is found. */
function classesOf(here, row) {
  const blocks = here.tasks.flatMap((task) => {
    const found = row.classes[task.name];
    const heads = here.classes[task.name];
    if (!found || !heads) return [];
    const rows = heads.names.flatMap((name, i) =>
      found[i] ? [[named(name), `${heads.tracks[i]}`, score(found[i][VALUE]), make("td", { class: "barred" }, bar(found[i], [0, 1], null)), ends(found[i][LOW], found[i][HIGH])]] : [],
    );
    return [scrolling(`${task.name}, by class`, plainTable(`${task.name}: ${heads.measure}`, ["Class", "Tracks", heads.measure, "", "95 %"], rows, { class: "numbers" }))];
  });
  if (blocks.length === 0) return [];
  return [
    make("h3", {}, "By class"),
    make("p", { class: "hint" }, "Bars from 0 to 1. Recall: the share of the class's tracks that are answered rightly. AP: average precision; its chance is the share of tracks with that class. Where all tracks of a class fare alike, resampling them gives an interval without width."),
    make("div", { class: "classes" }, blocks),
  ];
}

/** Curves, one panel a perturbation and one line a task, then every number. */
function robustnessOf(here, row) {
  if (!row.robust) return [make("h3", {}, "Robustness"), make("p", { class: "hint" }, "No robustness result is filed for this model.")];
  const tasks = here.tasks.map((task, i) => ({ name: task.name, i, found: row.robust.tasks[i] ?? [] })).filter((one) => one.found.some((f) => known(f?.[KEPT])));
  const lines = tasks.map((task, nth) => ({ ...task, look: look(nth) }));
  const panels = here.perturbations.flatMap((name) => {
    const conditions = conditionsOf(here, name);
    if (!conditions.some((one) => row.robust.drift[one.i])) return [];
    return [make("figure", {}, make("figcaption", {}, make("b", {}, name)), curvePanel(`${row.id} under ${name}`, conditions, lines))];
  });
  return [
    make("h3", {}, "Robustness"),
    make("p", { class: "hint" }, `What is left of what clean audio gives above chance. Tasks that clean audio leaves at chance are left out. ${EDGES}`),
    key(lines.map((line) => [line.name, line.look])),
    make("div", { class: "panels" }, panels),
    fold("The numbers", scrolling(`Robustness of ${row.id}`, heatTable(here, row))),
  ];
}

function heatTable(here, row) {
  const tried = here.conditions.map((one, i) => ({ ...one, i })).filter((one) => row.robust.drift[one.i]);
  const rows = tried.map((one) => [
    `${one.perturbation} ${one.level}`,
    score(row.robust.drift[one.i][0]),
    percent(row.robust.drift[one.i][1]),
    ...here.tasks.map((_, i) => changeCell(row.robust.tasks[i]?.[one.i])),
  ]);
  const caption = "Change of each score under each condition, and the share left of what clean audio gives above chance. Bold: clearly changed.";
  return plainTable(caption, ["Condition", "Cosine", "Found", ...here.tasks.map((task) => task.name)], rows, { class: "numbers" });
}

function changeCell(found) {
  if (!found) return make("td", { class: "none" }, DASH);
  const change = make(found[CLEAR] ? "b" : "span", {}, signed(found[CHANGE]));
  const cell = make("td", { class: "heat", title: ends(found[CHANGE_LOW], found[CHANGE_HIGH], signed) || null }, change, make("small", {}, known(found[KEPT]) ? percent(found[KEPT]) : ""));
  cell.style.setProperty("--loss", known(found[KEPT]) ? Math.min(1, Math.max(0, 1 - found[KEPT])) : 0);
  return cell;
}
