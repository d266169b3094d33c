// What the reader chose, kept in the address after #, so that a link shows the same to someone else.

const DEFAULTS = {
  board: "", view: "scores", family: "", sort: "", turn: "", find: "", license: "", unseen: "", model: "", a: "", b: "",
  cost: "parameters", against: "overall", perturbation: "", task: "", drawn: "",
};
const PAGES = new Set(["board", "view", "family", "model", "perturbation"]);
const state = { ...DEFAULTS };

/** Read the address; unknown names are ignored. */
function readState() {
  const said = new URLSearchParams(location.hash.slice(1));
  for (const [name, value] of Object.entries(DEFAULTS)) state[name] = said.get(name) ?? value;
}

/** The address of the present state with some changes, as #view=… */
const addressOf = (changes) => spelled({ ...state, ...changes });

/** The address of another page of the same benchmark. */
const pageOf = (changes) => spelled({ ...DEFAULTS, board: state.board, ...changes });

function spelled(values) {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== DEFAULTS[name]) said.set(name, value);
  }
  return `#${said}`;
}

/** Change the state and show it; turning a page can be undone by the browser's back button. */
function go(changes) {
  const turns = Object.keys(changes).some((name) => PAGES.has(name) && state[name] !== changes[name]);
  const address = addressOf(changes);
  Object.assign(state, changes);
  if (turns) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  show();
}

/** The benchmark that is shown. */
const board = () => boards.find((one) => one.id === state.board) ?? boards[0];
