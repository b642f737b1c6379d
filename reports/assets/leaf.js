"use strict";
// Sorts the table of clips by any column. Numbers come before words, and what is empty or missing last.
{
  const value = (row, i) => {
    const text = row.cells[i].textContent.trim();
    if (text === "" || text === "–") return null;
    const number = /^([≥>~]\s*)?(\u2212?)(\d[\d.e+-]*)(\s|$)/.exec(text);
    if (!number) return text.toLowerCase();
    // What had not failed by its end comes after what failed then.
    return (number[2] ? -1 : 1) * Number(number[3]) + (text[0] === "≥" ? 1e-6 : 0);
  };
  const compare = (a, b) => (typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1);

  // Cells of the upper heading row that span both rows stand for one column, the others for those below them.
  function columns(head) {
    const [top, under] = head.rows;
    const below = [...(under?.cells ?? [])];
    return [...top.cells].flatMap((cell) => (cell.rowSpan > 1 || !under ? [cell] : below.splice(0, cell.colSpan)));
  }

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const heads = columns(table.tHead);
    const body = table.tBodies[0];
    heads.forEach((head, i) => head.querySelector("button").addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      const rows = [...body.rows].map((row) => [value(row, i), row]);
      rows.sort(([a], [b]) => (a === null || b === null ? (a === null) - (b === null) : sign * compare(a, b)));
      body.append(...rows.map(([, row]) => row));
    }));
  }
}
