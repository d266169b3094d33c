// Tabs by the ARIA pattern: one stop in the tab order, arrows move, Home and End jump, what is focused is shown.

const KEYS = {
  ArrowRight: (i, n) => (i + 1) % n,
  ArrowLeft: (i, n) => (i - 1 + n) % n,
  Home: () => 0,
  End: (_, n) => n - 1,
};

/** Fill a tablist: items are [value, text]; `chosen` is called with the value, `panel` is the id of what they show. */
function fillTabs(list, group, items, chosen, panelOf) {
  const tabs = items.map(([value, text]) =>
    make(
      "button",
      { type: "button", role: "tab", id: tabId(group, value), "data-value": value, "aria-controls": panelOf(value), click: () => chosen(value) },
      text,
    ),
  );
  list.replaceChildren(...tabs);
  list.onkeydown = (event) => {
    const at = tabs.indexOf(document.activeElement);
    if (at < 0 || !(event.key in KEYS)) return;
    event.preventDefault();
    const next = tabs[KEYS[event.key](at, tabs.length)];
    next.focus();
    chosen(next.dataset.value);
  };
}

/** Mark the tab of a value as the one that is shown. */
function selectTab(list, value) {
  for (const tab of list.children) {
    const isShown = tab.dataset.value === value;
    tab.setAttribute("aria-selected", isShown);
    tab.tabIndex = isShown ? 0 : -1;
  }
}

/** Spaces and the like are not for ids. */
const tabId = (group, value) => `tab-${group}-${value === "" ? "all" : value.replace(/[^\w-]/g, (c) => `.${c.codePointAt(0)}`)}`;
