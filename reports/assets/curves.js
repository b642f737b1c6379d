"use strict";
// What pages share that show curves and numbers: reading them, writing them, making elements.

// The way from the page to the report's folder.
const ROOT = document.currentScript.getAttribute("src").replace("assets/curves.js", "");

// Curves come as text, a character a bin: 91 steps between the ends of the range, blanks where nothing was measured.
function decode([low, high, text, t], [t0, dt]) {
  const step = (code) => code - 35 - (code > 92);
  const values = [...text].map((c) => (c === " " ? null : low + ((high - low) * step(c.charCodeAt(0))) / 90));
  return { low, high, values, t: t ?? values.map((_, i) => t0 + i * dt) };
}

// Width of a curve's bins in seconds.
const binOf = (curve) => (curve.t.length > 1 ? curve.t[1] - curve.t[0] : 1);

function placeAt(curve, t) {
  let i = 0;
  for (let k = 1; k < curve.t.length; k++) if (Math.abs(curve.t[k] - t) < Math.abs(curve.t[i] - t)) i = k;
  return Math.abs(curve.t[i] - t) <= binOf(curve) ? i : -1;
}

const valueAt = (curve, t) => curve.values[placeAt(curve, t)] ?? null;

// Stretches between bins that were measured and bins that were not: [first second, last second].
function gapsOf(curve) {
  const half = binOf(curve) / 2;
  const found = [];
  curve.values.forEach((value, i) => {
    if (value !== null) return;
    if (i && curve.values[i - 1] === null) found[found.length - 1][1] = curve.t[i] + half;
    else found.push([Math.max(0, curve.t[i] - half), curve.t[i] + half]);
  });
  return found;
}

const LEGEND = window.steadybenchLegend ?? { axes: {}, quantities: {} };
const axisOf = (id) => id.split(".")[0];
const nameOf = (id) => id.slice(axisOf(id).length + 1).replaceAll("_", " ");
const titleOf = (axis) => LEGEND.axes[axis] ?? (axis.charAt(0).toUpperCase() + axis.slice(1)).replaceAll("_", " ");
const styleOf = (axis) => (["premise", "drift", "stagnation", "hardening"].includes(axis) ? axis : "other");
const quantityOf = (id) => {
  const [meaning, unit, arrow, url] = LEGEND.quantities[id] ?? ["", "", "", ""];
  return { meaning, unit, arrow, url };
};

// The same rules as for the numbers written into the pages; there an exact half goes to the even digit.
function fixed(value, places) {
  const scaled = value * 10 ** places;
  const below = Math.floor(scaled);
  const half = scaled - below === 0.5 && Number.isInteger(value * 2 ** (places + 1));
  return (half && below % 2 === 0 ? below / 10 ** places : value).toFixed(places);
}

function figure(value, unit) {
  const size = Math.abs(value);
  const sign = value < 0 ? "\u2212" : "";
  if (unit === "s") return sign + fixed(size, 1);
  if (size < 0.0005) return size ? "~0" : "0";
  if (size >= 1e7) return sign + size.toExponential(2).replace(/\+(\d)$/, "+0$1");
  return sign + fixed(size, Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(size)))));
}

function make(parent, tag, text = "", attributes = {}) {
  const inside = tag === "svg" || parent.closest?.("svg");
  const element = inside ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  parent.append(element);
  return element;
}
