"use strict";
// Draws the table of a method's clips and sorts it by any column. Numbers come before words, what is missing last.
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

  const make = (name, ...inside) => {
    const made = document.createElement(name);
    made.append(...inside);
    return made;
  };
  function line([url, name, ended, cells, cost], costed) {
    const link = make("a", name);
    link.href = `../${url}`;
    const head = make("th", link);
    head.scope = "row";
    const numbers = cells.map((text) => make("td", Array.isArray(text) ? make("s", text[0]) : text));
    return make("tr", head, make("td", ended), ...numbers, ...(costed ? [make("td", cost)] : []));
  }

  const table = document.querySelector("table.clips");
  if (table) {
    const heads = columns(table.tHead);
    const body = table.tBodies[0];
    const costed = heads.length > 2 + window.steadybenchClips[0][3].length;
    body.append(...window.steadybenchClips.map((row) => line(row, costed)));
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
