// Controls, charts, regions and tables that are seen, but have no name that a screen reader could say.
() => {
  const asked = "button, a[href], input, select, summary, [role=tab], [role=img], [role=region], [role=tablist], table";
  const unlike = "table, select, input, [role=region], [role=tablist], [role=img]"; // their text is not their name
  const nameOf = (one) => {
    const by = (one.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id));
    const labels = [...(one.labels ?? [])];
    const said = [...by, ...labels, one.caption].map((other) => other?.textContent ?? "").join("");
    return one.getAttribute("aria-label") || said || (one.matches(unlike) ? "" : one.textContent);
  };
  const seen = [...document.querySelectorAll(asked)].filter((one) => one.checkVisibility());
  return seen.filter((one) => !nameOf(one).trim()).map((one) => one.outerHTML.slice(0, 120));
}
