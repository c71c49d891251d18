"use strict";
// Sorting, filtering and finding, for whoever has scripts; without them the page says the same.
for (const table of document.querySelectorAll("table.sorts")) {
  const body = table.tBodies[0], rows = [...body.rows];
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("thead th").forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = row => row.cells[column].dataset.k ?? row.cells[column].textContent.trim();
      const compared = (a, b) => {
        const x = key(a), y = key(b), m = parseFloat(x.replace(/[=,]/g, "")), n = parseFloat(y.replace(/[=,]/g, ""));
        const by = isNaN(m) || isNaN(n) ? (isNaN(m) - isNaN(n) || x.localeCompare(y, "en", { numeric: true })) : m - n;
        return down ? -by : by;
      };
      body.append(...[...rows].sort(compared));
    });
  });
}
const find = document.querySelector(".find");
if (find) {
  find.hidden = false;
  const text = find.querySelector("input"), level = find.querySelector("select"), told = find.querySelector("output");
  const rows = [...document.querySelectorAll("tr[data-o]")];
  const show = () => {
    const wanted = text.value.trim().toLowerCase();
    let seen = 0;
    for (const row of rows) {
      const fits = row.dataset.o.toLowerCase().includes(wanted) && (!level || !level.value || row.dataset.l === level.value);
      row.hidden = !fits;
      seen += fits;
    }
    told.textContent = wanted || (level && level.value) ? seen + " of " + rows.length : "";
  };
  text.addEventListener("input", show);
  if (level) level.addEventListener("change", show);
}
