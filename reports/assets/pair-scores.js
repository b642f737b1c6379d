"use strict";
// What was measured in both clips, side by side, with differences; better is only what is more than chance.

const MAIN = [["onset", "onset"], ["late", "late level"], ["worst", "worst level"], ["slope", "slope"]];

// Numbers of both clips under one metric and identity: [{metric, identity, a, b}]; a side may lack it.
function compared(sides) {
  const found = new Map();
  for (const side of ["a", "b"]) {
    const { data, clip } = sides[side];
    for (const reading of readingsOf(data, clip)) {
      // What could not be opened has no identity and stands beside any.
      const same = [...found.values()].find((row) => row.metric === reading.metric && (row.identity === reading.identity || !reading.identity || !row.identity));
      const row = same ?? { metric: reading.metric, identity: reading.identity };
      row[side] = reading;
      if (!same) found.set(`${reading.metric} ${reading.identity}`, row);
    }
  }
  return [...found.values()];
}

const counts = (reading) => Boolean(reading) && reading.value !== null && !reading.struck;

// B minus A as text; an end that was not reached makes it a bound, and two such ends make it nothing.
function differenceOf({ metric, a, b }) {
  if (a?.value == null || b?.value == null) return "";
  const open = [a, b].map(({ status }) => status === "censored");
  if (open[0] && open[1]) return a.value === b.value ? "none seen" : "not known";
  const { unit } = quantityOf(metric);
  const by = b.value - a.value;
  const bound = open[0] ? "≤ " : open[1] ? "≥ " : "";
  return `${bound}${by > 0 ? "+" : ""}${figure(by, unit)}`;
}

// Which side is better: "a", "b", or why neither is said to be: "", "noise", "unknown".
function betterOf({ metric, identity, a, b }, noise) {
  const { arrow } = quantityOf(metric);
  if (!arrow || !counts(a) || !counts(b) || a.value === b.value) return "";
  const [low, high] = a.value < b.value ? ["a", "b"] : ["b", "a"];
  // The lower of two ends that was not reached may in truth lie above the other.
  if ({ a, b }[low].status === "censored") return "";
  const limit = noise[identity]?.[metric];
  if (limit === undefined) return "unknown";
  if (Math.abs(a.value - b.value) <= limit) return "noise";
  return arrow === "↑" ? high : low;
}

const VERDICT = { a: "A is better", b: "B is better", noise: "within noise", unknown: "noise not known" };

function valueCell(row, reading, better) {
  const cell = make(row, "td", "", { class: "n" });
  if (!reading) {
    make(cell, "span", "no record", { class: "none" });
    return;
  }
  const target = better ? make(cell, "b") : cell;
  number(target, reading);
}

function scoreRow(body, found, noise, name, known) {
  const { unit, arrow, url, meaning } = quantityOf(found.metric);
  const better = betterOf(found, noise);
  const row = make(body, "tr");
  const head = make(row, "th", "", { scope: "row", title: meaning });
  if (url) make(head, "a", name, { href: url });
  else head.append(name);
  const [shown, hint] = [unit, { "↑": "higher is better", "↓": "lower is better" }[arrow]];
  make(row, "td", [shown, arrow].filter(Boolean).join(" "), { class: "none", ...(hint ? { title: hint } : {}) });
  valueCell(row, found.a, better === "a");
  valueCell(row, found.b, better === "b");
  make(row, "td", differenceOf(found) || "–", { class: "n" });
  if (known) make(row, "td", VERDICT[better] ?? "", { class: better === "a" || better === "b" ? "win" : "none" });
}

function scoreTable(place, sides, rows, noise, label) {
  const table = make(make(place, "div", "", { class: "scroll" }), "table", "", { class: "pair-scores" });
  if (label) make(table, "caption", label, { class: "sr" });
  const head = make(make(table, "thead"), "tr");
  for (const text of ["Number", "Unit"]) make(head, "th", text, { scope: "col" });
  for (const side of ["a", "b"]) {
    const { clip } = sides[side];
    const cell = make(head, "th", "", { scope: "col", class: `n m${clip.look}` });
    make(cell, "i", clip.marker);
    cell.append(` ${side.toUpperCase()}`);
    make(cell, "small", clip.called);
  }
  make(head, "th", "B − A", { scope: "col", class: "n" });
  const known = Object.keys(noise).length > 0;
  if (known) make(head, "th", "Which is better", { scope: "col" });
  const order = Object.keys(LEGEND.axes);
  const axes = [...new Set(rows.map(({ found }) => axisOf(found.metric)))].sort((x, y) => order.indexOf(x) - order.indexOf(y));
  for (const axis of axes) {
    const body = make(table, "tbody", "", { class: `a-${styleOf(axis)}` });
    make(make(body, "tr"), "th", titleOf(axis), { scope: "rowgroup", colspan: known ? 6 : 5, class: "axis" });
    for (const { found, name } of rows.filter((row) => axisOf(row.found.metric) === axis)) scoreRow(body, found, noise, name, known);
  }
}

// Why numbers are missing or earn nothing, each reason once for each side.
function remarks(place, rows) {
  const told = new Map();
  for (const { found } of rows) {
    for (const side of ["a", "b"]) {
      const reading = found[side];
      const why = reading && (reading.value === null ? `${reading.status}: ${reading.reason}` : reading.struck);
      if (why) told.set(`${side} ${why}`, [side.toUpperCase(), titleOf(axisOf(found.metric)), why]);
    }
  }
  for (const [side, axis, why] of told.values()) make(place, "p", `${side}, ${axis.toLowerCase()}: ${why}`, { class: "note" });
}

function writeScores(section, sides, noise) {
  section.replaceChildren();
  make(section, "h2", "Scores");
  const all = compared(sides);
  if (!all.length) {
    make(section, "p", "There is no record of these clips.", { class: "prose" });
    return;
  }
  const place = (metric) => MAIN.findIndex(([quantity]) => metric === `${axisOf(metric)}.${quantity}`);
  const main = all.filter(({ metric }) => place(metric) >= 0).sort((x, y) => place(x.metric) - place(y.metric))
    .map((found) => ({ found, name: MAIN[place(found.metric)][1] }));
  make(section, "p", Object.keys(noise).length
    ? "A difference counts only beyond the noise: what two seeds of one method on one prompt stay within 19 times out of 20. One pair of clips says nothing about the methods; the leaderboard does."
    : "Too few clips differ in nothing but their seed to know how far two clips differ by chance, so neither is called better.", { class: "note" });
  scoreTable(section, sides, main, noise, "Headline numbers of both clips");
  remarks(section, main);
  const rest = all.filter((found) => !main.some((row) => row.found === found));
  if (!rest.length) return;
  const details = make(section, "details");
  make(details, "summary", `${rest.length} more ${rest.length === 1 ? "number" : "numbers"}`);
  details.addEventListener("toggle", () => {
    if (!details.open || details.querySelector("table")) return;
    scoreTable(details, sides, rest.map((found) => ({ found, name: nameOf(found.metric) })), noise, "All other numbers of both clips");
  });
}
