// The robustness view: a tab a perturbation, models beside each other.

const MOST = 8; // lines in a panel that can be told apart

function showRobust() {
  const here = board();
  const panel = byId("panel-robust");
  if (here.robust.length === 0) {
    panel.dataset.key = "";
    panel.replaceChildren(make("p", { class: "notice" }, "No robustness result is filed on this benchmark; ", make("code", {}, "bench robust"), " makes one."));
    return;
  }
  const perturbation = here.perturbations.includes(state.perturbation) ? state.perturbation : "";
  const out = frameOf(panel, here.id, () => robustControls(here));
  const list = panel.querySelector("[role=tablist]");
  selectTab(list, perturbation);
  out.setAttribute("aria-labelledby", tabId("perturbation", perturbation));
  const drawn = drawnModels(here);
  panel.querySelectorAll("[data-model]").forEach((box) => (box.checked = drawn.some((row) => row.id === box.dataset.model)));
  panel.querySelector(".filters").hidden = perturbation === "";
  settle(panel, { task: state.task });
  out.replaceChildren(...(perturbation === "" ? breaksTable(here) : curvesOf(here, perturbation, drawn)));
}

function robustControls(here) {
  const list = make("div", { class: "pills", role: "tablist", "aria-label": "Perturbations" });
  fillTabs(list, "perturbation", [["", "What breaks first"], ...here.perturbations.map((name) => [name, name])], (value) => go({ perturbation: value }), () => "robust-panel");
  const tasks = [["", "all tasks"], ...here.tasks.map((task) => [task.name, task.name])];
  const boxes = here.robust.map((row) =>
    make("label", { class: "check" }, make("input", { type: "checkbox", "data-model": row.id, change: () => chooseDrawn(here) }), named(row.id)),
  );
  const models = make("details", { class: "pick" }, make("summary", {}, "Models drawn"), make("fieldset", {}, make("legend", {}, `At most ${MOST}`), boxes));
  return [list, make("form", { class: "filters", submit: stay }, make("label", {}, "Task ", stateChoice("task", tasks)), models)];
}

/** The models whose boxes are ticked; the first ones of the board where none were chosen. */
function drawnModels(here) {
  const asked = state.drawn.split("\n").map((id) => here.byId.get(id)).filter((row) => row && row.robust);
  if (asked.length) return asked.slice(0, MOST);
  const first = here.robust.slice(0, MOST - 2);
  return [...first, ...here.robust.filter((row) => row.kind === "baseline" && !first.includes(row))];
}

function chooseDrawn(here) {
  const ticked = [...byId("panel-robust").querySelectorAll("[data-model]:checked")].map((box) => box.dataset.model);
  go({ drawn: ticked.filter((id) => here.byId.has(id)).slice(0, MOST).join("\n") });
}

/** For each model what breaks first, and the least that is left under each perturbation. */
function breaksTable(here) {
  const rows = here.robust.map((row) => [
    modelLink(row),
    make("td", { class: "words" }, row.breaks || DASH),
    ...here.perturbations.map((name) => leastCell(leastLeft(here, row, name))),
  ]);
  const heads = ["Model", "What breaks first", ...here.perturbations];
  const missing = here.models.length - here.robust.length;
  return [
    make("p", { class: "hint" }, "Under each perturbation: the task of which least is left, at any of its levels. 100 %: all that clean audio gives above chance; 0 %: nothing but chance. Tasks that clean audio leaves at chance do not count."),
    scrolling("What breaks first", plainTable("What breaks first, by model", heads, rows, { class: "numbers" })),
    missing ? make("p", { class: "hint" }, `${plural(missing, "model")} without a robustness result ${missing === 1 ? "is" : "are"} not shown.`) : "",
  ];
}

/** The task and level of a perturbation at which least is left: {share, task, level}. */
function leastLeft(here, row, perturbation) {
  const found = conditionsOf(here, perturbation).flatMap((one) =>
    row.robust.tasks.flatMap((task, i) => (known(task?.[one.i]?.[KEPT]) ? [{ share: task[one.i][KEPT], task: here.tasks[i].name, level: one.level }] : [])),
  );
  return found.reduce((least, one) => (least && least.share <= one.share ? least : one), null);
}

const leastCell = (least) =>
  least ? heat(percent(least.share), least.share, make("small", {}, `${least.task}, ${least.level}`)) : make("td", { class: "none" }, DASH);

/** A cell shaded by how much is lost; the number stands in it. */
function heat(text, share, ...more) {
  const cell = make("td", { class: "heat" }, make("span", {}, text), more);
  cell.style.setProperty("--loss", known(share) ? Math.min(1, Math.max(0, 1 - share)) : 0);
  return cell;
}

/** One panel a task, or one task alone. */
function curvesOf(here, perturbation, drawn) {
  const conditions = conditionsOf(here, perturbation);
  const lines = (i) => drawn.map((row, nth) => ({ name: row.id, look: look(nth), found: row.robust.tasks[i] ?? [] }));
  const panels = here.tasks.flatMap((task, i) => {
    const some = lines(i).filter((line) => line.found.some((one) => known(one?.[KEPT])));
    if ((state.task !== "" && state.task !== task.name) || (some.length === 0 && state.task === "")) return [];
    return [
      make(
        "figure",
        {},
        make("figcaption", {}, make("b", {}, task.name), make("span", { class: "muted" }, ` ${task.metric}`)),
        some.length ? curvePanel(`${task.name} under ${perturbation}`, conditions, some) : make("p", { class: "hint" }, "No model drawn is above chance here on clean audio."),
        fold("The numbers", scrolling(`${task.name} under ${perturbation}`, curveTable(`${task.name} under ${perturbation}`, conditions, lines(i)))),
      ),
    ];
  });
  const known_ = here.tasks.some((task) => task.name === state.task);
  return [
    make("p", { class: "hint" }, `What is left of what clean audio gives above chance: 100 % all of it, 0 % (dashed) chance. Models that are at chance on clean audio are left out of a panel. ${EDGES}`),
    key(drawn.map((row, nth) => [row.id, look(nth)])),
    make("div", { class: state.task !== "" && known_ ? "panels one" : "panels" }, panels),
  ];
}
