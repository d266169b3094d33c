// Everything put together: tabs, controls, the theme, and what is shown for the present state.

const VIEWS = {
  scores: ["Scores", showScores],
  robust: ["Robustness", showRobust],
  cost: ["Cost", showCost],
  model: ["Models", showModel],
  compare: ["Compare", showCompare],
};

/** A panel's controls, made once a benchmark, and the element below them that is filled anew. */
function frameOf(panel, key, controls) {
  if (panel.dataset.key !== key) {
    panel.dataset.key = key;
    const out = make("div", { id: `${panel.id.replace("panel-", "")}-panel`, class: "out" });
    if (panel.id === "panel-robust") furnish(out, { role: "tabpanel", tabindex: "0" }, []);
    panel.replaceChildren(...controls(), out);
  }
  return panel.lastElementChild;
}

/** A select whose choice is part of the state. */
const stateChoice = (name, options) => choice(options, state[name], (value) => go({ [name]: value }), { "data-state": name });

/** Let the controls of a panel say what is shown. */
function settle(panel, values) {
  for (const [name, value] of Object.entries(values)) {
    const control = panel.querySelector(`[data-state=${name}]`);
    if (control.value !== value) control.value = value;
    if (control.selectedIndex < 0) control.selectedIndex = 0;
  }
}

const stay = (event) => event.preventDefault();

let familiesOf = null; // the benchmark whose families the tabs name

function show() {
  const here = board();
  const view = Object.hasOwn(VIEWS, state.view) ? state.view : "scores";
  byId("title").replaceChildren(named(here.benchmark[0]), " ", make("span", { class: "version" }, "version ", named(here.benchmark[1])));
  say(byId("lead"), leadWords(here));
  if (familiesOf !== here) furnishScores(here);
  byId("benchmark").value = here.id;
  selectTab(byId("views"), view);
  selectTab(byId("families"), familyShown(here));
  for (const name of Object.keys(VIEWS)) byId(`panel-${name}`).hidden = name !== view;
  const find = byId("find");
  if (find.value !== state.find) find.value = state.find;
  byId("license").value = state.license;
  byId("unseen").checked = state.unseen === "1";
  VIEWS[view][1]();
}

function leadWords(here) {
  const tracks = Math.max(0, ...here.tasks.map((task) => task.tracks ?? 0));
  return `What frozen music embeddings know, and how surely: ${plural(here.models.length, "model")}, ${plural(here.tasks.length, "task")}, ${tracks} test tracks.`;
}

/** What depends on the benchmark alone: family tabs, licences, notes. */
function furnishScores(here) {
  familiesOf = here;
  const tabs = [["", "All families"], ...here.families.map((one) => [one.name, one.name]), ["*", "All tasks"]];
  fillTabs(byId("families"), "family", tabs, (family) => go({ family, sort: "", turn: "" }), () => "scores");
  const licenses = [...new Set(here.models.map((row) => row.license).filter(Boolean))].sort();
  byId("license").replaceChildren(...[["", "any"], ...licenses.map((one) => [one, one])].map(([value, text]) => make("option", { value }, text)));
  byId("notes").replaceChildren(...[...READING, ...here.notes].map((note) => make("li", {}, sentence(note))));
}

const READING = [
  "Above chance: the mean over families of (score − chance) / (perfect − chance); 0 is chance, 1 is perfect.",
  "Intervals hold 95 % of a bootstrap over groups of tracks, such as songs or artists.",
  "Places: models that a paired bootstrap with Holm's correction cannot tell apart share a range.",
  "A model trained on this data is marked; its scores say little about new music.",
];

const THEMES = ["system", "light", "dark"];

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = `Theme: ${theme}`;
}

/** What the reader chose before, where the browser remembers it for a page from disk. */
function remembered(theme) {
  try {
    if (theme === undefined) return localStorage.getItem("earmark-theme");
    localStorage.setItem("earmark-theme", theme);
  } catch {
    // without memory the choice holds until the page is closed
  }
  return theme;
}

function begin() {
  const saved = remembered();
  setTheme(THEMES.includes(saved) ? saved : "system");
  byId("theme").addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
    setTheme(next);
    remembered(next);
  });
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  fillTabs(byId("views"), "view", Object.entries(VIEWS).map(([name, [text]]) => [name, text]), (view) => go({ view }), (view) => `panel-${view}`);
  byId("benchmark").append(...boards.map((one) => make("option", { value: one.id }, one.benchmark.join(" "))));
  byId("benchmark-choice").hidden = boards.length < 2;
  byId("benchmark").addEventListener("change", (event) => go({ ...DEFAULTS, view: state.view, board: event.target.value === boards[0].id ? "" : event.target.value }));
  byId("find").addEventListener("input", (event) => go({ find: event.target.value }));
  byId("license").addEventListener("change", (event) => go({ license: event.target.value }));
  byId("unseen").addEventListener("change", (event) => go({ unseen: event.target.checked ? "1" : "" }));
  byId("filters").addEventListener("submit", stay);
  addEventListener("resize", () => state.view === "cost" && requestAnimationFrame(showCost));
  addEventListener("popstate", () => (readState(), show()));
  byId("app").hidden = false;
  readState();
  show();
}

begin();
