"use strict";
// Everything else about a clip, built when it is asked for: all numbers, notes, where it comes from, its records.

const HEADLINES = [
  ["onset", "onset, s"], ["late", "late level"], ["late_eroded4", "mask −4 px"], ["late_dilated4", "mask +4 px"],
  ["worst", "worst level"], ["slope", "slope / min"],
];
const AREAS = new Set(["mask.support_area", "mask.medium_area", "mask.overlay_area"]);

// A clip's numbers: [{metric, identity, value, status, reason, struck}].
function readingsOf(data, clip) {
  const said = (place) => data.said[place] ?? "";
  const numbers = data.numbers.flatMap(([identity, metrics]) => metrics.map((metric) => [metric, identity]));
  return numbers.map(([metric, identity], i) => {
    const found = clip.values[i];
    if (found === null) return null;
    const [value, status, reason, struck] = Array.isArray(found) ? found : [found, "ok", -1, -1];
    return { metric, identity, value, status, reason: said(reason), struck: said(struck) };
  }).filter(Boolean);
}

function groupsOf(readings) {
  const groups = new Map();
  for (const reading of readings) {
    const key = `${axisOf(reading.metric)} ${reading.identity}`;
    if (!groups.has(key)) groups.set(key, { axis: axisOf(reading.metric), identity: reading.identity, readings: [] });
    groups.get(key).readings.push(reading);
  }
  return [...groups.values()];
}

// Writes a number with its full digits at hand, struck out where it is not credited.
function number(cell, { metric, value, status, reason, struck }) {
  if (value === null) {
    cell.textContent = "–";
    cell.title = `${status}: ${reason}`;
    return;
  }
  const text = `${status === "censored" ? "≥ " : ""}${figure(value, quantityOf(metric).unit)}`;
  cell.title = struck || value;
  if (struck) make(cell, "s", text, { title: `${value}, ${struck}` });
  else cell.textContent = text;
}

function linked(cell, text, url) {
  if (url) make(cell, "a", text, { href: `../${url}` });
  else cell.textContent = text;
}

function headlineTable(place, groups) {
  const wanted = groups.filter(({ readings }) => readings.some(({ metric }) => isHeadline(metric)));
  if (!wanted.length) return;
  const table = make(make(place, "div", "", { class: "scroll" }), "table", "", { class: "plain headlines" });
  const head = make(make(table, "thead"), "tr");
  for (const title of ["Axis", ...HEADLINES.map(([, title]) => title)]) make(head, "th", title, { scope: "col" });
  const body = make(table, "tbody");
  for (const { axis, identity, readings } of wanted) {
    const row = make(body, "tr", "", { class: `a-${styleOf(axis)}`, title: `identity ${identity}` });
    make(row, "th", titleOf(axis), { scope: "row" });
    for (const [name] of HEADLINES) {
      const cell = make(row, "td");
      const found = readings.find(({ metric }) => metric === `${axis}.${name}`);
      if (!found) continue;
      const { url } = quantityOf(found.metric);
      number(url ? make(cell, "a", "", { href: `../${url}` }) : cell, found);
    }
  }
}

const isHeadline = (metric) => HEADLINES.some(([name]) => metric.endsWith(`.${name}`));

// What the headline numbers are made of, one table an axis.
function partTables(place, groups) {
  const grid = make(place, "div", "", { class: "parts" });
  for (const { axis, identity, readings } of groups) {
    const parts = readings.filter(({ metric }) => !isHeadline(metric) && !AREAS.has(metric));
    if (!parts.length) continue;
    const box = make(grid, "div", "", { class: `scroll a-${styleOf(axis)}` });
    const table = make(box, "table", "", { class: "plain" });
    const caption = make(table, "caption", `${titleOf(axis)} `);
    if (identity) make(caption, "code", identity, { title: "identity of the measurement" });
    const body = make(table, "tbody");
    for (const reading of parts) {
      const { meaning, unit, arrow, url } = quantityOf(reading.metric);
      const row = make(body, "tr");
      linked(make(row, "th", "", { scope: "row" }), nameOf(reading.metric), url);
      number(make(row, "td", "", { class: "n", "data-metric": reading.metric }), reading);
      make(row, "td", [unit, arrow].filter(Boolean).join(" "));
      const why = reading.value === null ? `${reading.status}: ${reading.reason}` : reading.reason;
      make(row, "td", why || meaning, { class: "none" });
    }
  }
}

function facts(place, data, clip) {
  const list = make(place, "dl", "", { class: "facts" });
  for (const [name, value] of [...clip.facts.map((pair) => pair.map((at) => data.said[at])), ...data.facts]) {
    const pair = make(list, "div");
    make(pair, "dt", name);
    make(pair, "dd", value);
  }
  if (clip.records.length) {
    const pair = make(list, "div");
    make(pair, "dt", "records");
    const links = make(pair, "dd");
    for (const [name, rest] of clip.records.map((pair) => pair.map((at) => data.said[at]))) {
      make(links, "a", name, { href: `../records/${clip.key}${rest}`, download: "" });
      links.append(" ");
    }
  }
  if (!clip.command) return;
  make(place, "p", "To make and measure this clip alone:", { class: "note" });
  make(make(place, "pre", "", { tabindex: 0 }), "code", clip.command);
}

function fillDetails(place, data, clip) {
  if (place.dataset.full) return;
  place.dataset.full = "yes";
  for (const at of clip.warnings) make(place, "p", data.said[at], { class: "warning" });
  const groups = groupsOf(readingsOf(data, clip));
  if (!groups.length) make(place, "p", "There is no record of this clip.");
  headlineTable(place, groups);
  if (clip.mask) make(place, "p", `The mask: ${clip.mask} of the frame`, { class: "note" });
  partTables(place, groups);
  if (clip.notes.length) {
    const notes = make(place, "ul", "", { class: "prose" });
    for (const at of clip.notes) make(notes, "li", data.said[at]);
  }
  facts(place, data, clip);
}

// One entry for each clip, folded; a page of a single clip shows it all.
function listDetails(section, data) {
  if (data.clips.length === 1) {
    make(section, "h2", "All numbers and origin");
    const place = make(section, "div", "", { class: "about-clip" });
    fillDetails(place, data, data.clips[0]);
    return [place];
  }
  make(section, "h2", "All numbers and origin of each clip");
  return data.clips.map((clip) => {
    const details = make(section, "details", "", { class: `about-clip m${clip.look}`, id: `d-${clip.key}` });
    const summary = make(details, "summary");
    make(summary, "i", clip.marker);
    summary.append(" ");
    make(summary, "span", clip.called);
    details.addEventListener("toggle", () => { if (details.open) fillDetails(details, data, clip); });
    return details;
  });
}
