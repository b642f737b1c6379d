"use strict";
// The first page: sorting, filters and their place in the page's address. Without it all numbers can be read.
{
  const by = (id) => document.getElementById(id);
  const board = by("board");
  const state = new Map();

  // "#sort=drift.late&find=x" is a state; "#plane" is a place on the page and leaves it alone.
  function recall() {
    state.clear();
    if (location.hash.includes("=")) new URLSearchParams(location.hash.slice(1)).forEach((value, name) => state.set(name, value));
  }
  function keep(name, value) {
    if (value) state.set(name, value);
    else state.delete(name);
    const told = new URLSearchParams([...state].sort()).toString();
    history.replaceState(null, "", told ? `#${told}` : location.pathname + location.search);
  }

  // What has no number stands last, whichever way the column is sorted.
  function compare(a, b, sign) {
    if (a === "" || b === "") return (a === "") - (b === "");
    const [x, y] = [Number(a), Number(b)];
    if (Number.isFinite(x) && Number.isFinite(y)) return sign * (x - y);
    return sign * a.localeCompare(b, "en", { numeric: true });
  }
  const heads = board ? [...board.querySelectorAll("th[aria-sort]")] : [];
  const nameOf = (head) => head.dataset.key || head.textContent.trim().split(" ")[0].toLowerCase() + (head.dataset.col > 1 && !head.dataset.key ? head.dataset.col : "");
  function sort(head, down) {
    heads.forEach((other) => other.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const at = Number(head.dataset.col);
    const value = (row) => row.cells[at].dataset.s ?? row.cells[at].textContent.trim();
    const rows = [...board.tBodies[0].rows].map((row) => [value(row), row]);
    rows.sort(([a], [b]) => compare(a, b, down ? -1 : 1));
    board.tBodies[0].append(...rows.map(([, row]) => row));
  }
  function sortAsKept() {
    const kept = (state.get("sort") || "").replace(/^-/, "");
    const head = heads.find((each) => nameOf(each) === kept) || heads[0];
    if (head) sort(head, (state.get("sort") || "").startsWith("-"));
  }

  // Marks and curves of methods that the filter hides are dimmed, not taken away: axes and places stay.
  function light(shown) {
    document.querySelectorAll(".chart [data-m]").forEach((mark) => mark.classList.toggle("dim", shown !== null && !shown.has(mark.dataset.m)));
  }
  let found = null;
  function filterRows() {
    const wanted = by("board-find").value.trim().toLowerCase();
    const rows = [...board.tBodies[0].rows];
    for (const row of rows) {
      const name = row.querySelector("th").textContent.toLowerCase();
      row.hidden = !name.includes(wanted) || (by("board-apart")?.checked && !("apart" in row.dataset));
    }
    const shown = rows.filter((row) => !row.hidden);
    found = shown.length === rows.length ? null : new Set(shown.map((row) => row.dataset.m));
    by("board-found").textContent = found ? `${shown.length} of ${rows.length} methods` : "";
    light(found);
  }
  function filterColumns() {
    document.querySelectorAll("[data-family]").forEach((box) => board.classList.toggle(`no${box.dataset.family}`, !box.checked));
  }

  const marks = by("marks");
  function filterMarks() {
    const wanted = by("mark-find").value.trim().toLowerCase();
    const kinds = [...by("mark-kind").value].map((kind) => `a.${kind}`).join(",");
    const regime = by("mark-regime")?.value ?? "";
    const rows = [...marks.querySelectorAll(".each tr")];
    let n = 0;
    for (const row of rows) {
      const hit = row.cells[0].textContent.toLowerCase().includes(wanted)
        && (!kinds || row.querySelector(kinds) !== null) && (!regime || row.dataset.r === regime);
      row.hidden = !hit;
      n += hit;
    }
    by("mark-found").textContent = n < rows.length ? `${n} of ${rows.length}` : "";
  }

  function fill() {
    recall();
    sortAsKept();
    if (by("board-tools")) {
      by("board-find").value = state.get("find") ?? "";
      if (by("board-apart")) by("board-apart").checked = state.has("apart");
      const hidden = (state.get("hide") ?? "").split(".");
      document.querySelectorAll("[data-family]").forEach((box) => { box.checked = !hidden.includes(box.dataset.family); });
      filterRows();
      filterColumns();
    }
    if (marks) {
      by("mark-find").value = state.get("prompt") ?? "";
      by("mark-kind").value = state.get("show") ?? "";
      if (by("mark-regime")) by("mark-regime").value = state.get("scenes") ?? "";
      filterMarks();
    }
  }
  marks?.addEventListener("pointerover", (event) => {
    const sign = event.target.closest("td a[class]");
    if (sign) sign.title = sign.textContent;
  });
  const on = (id, event, act) => by(id)?.addEventListener(event, act);

  heads.forEach((head) => head.querySelector("button").addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    sort(head, down);
    keep("sort", (down ? "-" : "") + nameOf(head));
  }));
  on("board-find", "input", (event) => { filterRows(); keep("find", event.target.value.trim()); });
  on("board-apart", "change", (event) => { filterRows(); keep("apart", event.target.checked ? "1" : ""); });
  document.querySelectorAll("[data-family]").forEach((box) => box.addEventListener("change", () => {
    filterColumns();
    keep("hide", [...document.querySelectorAll("[data-family]:not(:checked)")].map((each) => each.dataset.family).join("."));
  }));
  on("mark-find", "input", (event) => { filterMarks(); keep("prompt", event.target.value.trim()); });
  on("mark-kind", "change", (event) => { filterMarks(); keep("show", event.target.value); });
  on("mark-regime", "change", (event) => { filterMarks(); keep("scenes", event.target.value); });
  document.querySelectorAll(".tools").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
  });
  document.querySelectorAll(".chart").forEach((chart) => {
    chart.addEventListener("pointerover", (event) => {
      const one = event.target.closest("[data-m]");
      light(one ? new Set([one.dataset.m]) : found);
    });
    chart.addEventListener("pointerleave", () => light(found));
  });
  addEventListener("hashchange", () => { if (location.hash.includes("=")) fill(); });
  fill();
}
