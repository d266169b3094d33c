// Two models that the reader chose, beside each other.

const VERDICTS = {
  better: ["▲", "better"],
  worse: ["▼", "worse"],
  "no difference shown": ["=", "same"],
  "not enough data": ["?", "unsure"],
};

function showCompare() {
  const here = board();
  const panel = byId("panel-compare");
  const out = frameOf(panel, here.id, () => compareControls(here));
  const a = here.byId.get(state.a) ?? here.models.find((row) => row.id !== state.b);
  const b = here.byId.get(state.b) ?? here.models.find((row) => row !== a);
  if (!a || !b) return out.replaceChildren(make("p", { class: "notice" }, "Two models are needed to compare."));
  settle(panel, { a: a.id, b: b.id });
  if (a === b) return out.replaceChildren(make("p", { class: "notice" }, "Choose two different models."));
  const versus = versusOf(here, a, b);
  return out.replaceChildren(
    ...[verdictWords(here, a, b, versus)].flat(),
    scrolling(`${a.id} and ${b.id}, task by task`, versusTable(here, a, b, versus)),
    make("h3", {}, "What they are"),
    scrolling("What they are", aboutTable(a, b)),
  );
}

function compareControls(here) {
  const swap = () => {
    const [a, b] = ["a", "b"].map((name) => byId("panel-compare").querySelector(`[data-state=${name}]`).value);
    go({ a: b, b: a });
  };
  const options = modelOptions(here);
  return [
    make("form", { class: "filters", submit: stay }, make("label", {}, "First ", stateChoice("a", options)), make("button", { type: "button", click: swap }, "Swap"), make("label", {}, "Second ", stateChoice("b", options))),
  ];
}

/** How many tasks are told apart, or where to learn it. */
function verdictWords(here, a, b, versus) {
  if (!versus) {
    const files = a.path && b.path ? `bench compare ${a.path} ${b.path}` : "bench compare";
    return make("p", { class: "hint" }, "This page was made without comparing these two; ", make("code", {}, files), " tells which differences are more than chance. Overlapping intervals alone do not.");
  }
  const names = (verdict) => here.tasks.filter((_, i) => versus[i]?.[3] === verdict).map((task) => task.name);
  const parts = ["better", "worse"].filter((verdict) => names(verdict).length).map((verdict) => `clearly ${verdict} on ${listing(names(verdict))}`);
  const rest = here.tasks.length - names("better").length - names("worse").length;
  const words = [...parts, rest ? `not told apart on ${rest === here.tasks.length ? "any task" : plural(rest, "task")}` : ""].filter(Boolean).join("; ");
  return [
    make("p", { class: "verdict" }, make("b", {}, named(b.id)), " beside ", make("b", {}, named(a.id)), `: ${words}.`),
    make("p", { class: "hint" }, "Paired bootstrap over groups, Holm's correction over the tasks. Not enough data: so few tracks that a difference worth knowing could have been missed."),
  ];
}

function versusTable(here, a, b, versus) {
  const reach = versus ? Math.max(0.01, ...versus.filter(Boolean).flatMap((one) => one.slice(0, 3).filter(known).map(Math.abs))) : 1;
  const rows = here.tasks.map((task, i) => {
    const column = taskColumn(here, i);
    return [
      [task.name, make("small", {}, column.note)],
      scoreCell(a.tasks[i], column),
      scoreCell(b.tasks[i], column),
      ...(versus ? differenceCells(versus[i], reach) : []),
    ];
  });
  const heads = ["Task", named(a.id), named(b.id), ...(versus ? ["Second minus first", "95 %", "The second is"] : [])];
  const above = [["Above chance", make("small", {}, "mean of families")], scoreCell(a.overall, columnsOf(here, "")[0]), scoreCell(b.overall, columnsOf(here, "")[0]), ...(versus ? ["", "", ""] : [])];
  return plainTable(versus ? `Scores and differences; difference bars reach from ${MINUS}${reach.toFixed(2)} to ${reach.toFixed(2)}` : "Scores with 95 % intervals", heads, [above, ...rows], { class: "board versus" });
}

function differenceCells(one, reach) {
  if (!one || !known(one[0])) return [make("td", { class: "none" }, DASH), "", ""];
  const [sign, kind] = VERDICTS[one[3]] ?? ["?", "unsure"];
  return [
    make("td", { class: "score" }, make("span", { class: "value" }, signed(one[0])), differenceBar(one[0], one[1], one[2], reach)),
    ends(one[1], one[2], signed),
    make("td", { class: `says ${kind}` }, make("span", { "aria-hidden": "true" }, `${sign} `), one[3]),
  ];
}

function aboutTable(a, b) {
  const rows = [
    ["Licence", ...[a, b].map((row) => row.license || "not stated")],
    ["Trained on", ...[a, b].map((row) => listing(row.training) || "nothing declared")],
    ["Trained on this data", ...[a, b].map((row) => listing(row.overlap) || "no")],
    ...COSTS.map((cost) => [`${cost.title} (${cost.note})`, ...[a, b].map((row) => count(row.cost[cost.place]))]),
    ["What breaks first", ...[a, b].map((row) => make("td", { class: "words" }, row.breaks || DASH))],
  ];
  return plainTable("What they are and what they cost", ["", modelLink(a), modelLink(b)], rows, { class: "numbers" });
}
