"use strict";
// The two choices of the pair view: which clips there are, and which of them is A and which B.

const list = window.steadybenchPairs;
const SIDES = ["a", "b"];
const clips = (list?.clips ?? []).map(([key, prompt, row, seed, name]) => ({ key, prompt, row, seed, name }));
const place = new Map(clips.map((clip, i) => [clip.key, i]));
const state = { a: -1, b: -1, mode: "side", overlay: "", on: "ab", solo: "" };

const distinct = (values) => [...new Set(values)];
const seedName = ({ seed, name }) => name ?? (seed === null ? "no seed" : String(seed));
const nameOfClip = (clip) => `${list.rows[clip.row][0] || clip.name || "clip"}${clip.seed === null ? "" : ` seed ${clip.seed}`}`;

function options(select, entries, chosen) {
  select.replaceChildren();
  for (const [value, text] of entries) make(select, "option", text, { value });
  select.value = String(chosen);
  select.disabled = entries.length < 2;
}

function fillChoice(side) {
  const [prompt, row, one] = by(`pick-${side}`).querySelectorAll("select");
  const clip = clips[state[side]];
  const here = clips.filter((other) => other.prompt === clip.prompt);
  options(prompt, list.prompts.map(([, title], i) => [i, title]), clip.prompt);
  options(row, distinct(here.map((other) => other.row)).sort((a, b) => a - b).map((i) => [i, list.rows[i][0] || "no method"]), clip.row);
  options(one, here.filter((other) => other.row === clip.row).map((other) => [place.get(other.key), seedName(other)]), state[side]);
}

// The clip of a prompt that comes nearest to what was chosen before.
function nearest(prompt, row, seed) {
  const score = (clip) => 2 * (clip.row === row) + (clip.seed === seed);
  const here = clips.map((clip, i) => [score(clip), i]).filter(([, i]) => clips[i].prompt === prompt);
  return here.sort(([a, i], [b, j]) => b - a || i - j)[0]?.[1] ?? -1;
}

function choose(side, part, value) {
  const clip = clips[state[side]];
  const other = side === "a" ? "b" : "a";
  if (part === "prompt") state[side] = nearest(value, clip.row, clip.seed);
  if (part === "row") state[side] = nearest(clip.prompt, value, clip.seed);
  if (part === "clip") state[side] = value;
  if (by("linked").checked && part !== "row") {
    const mine = clips[state[side]];
    state[other] = nearest(mine.prompt, clips[state[other]].row, mine.seed);
  }
  load();
}

function choices() {
  for (const side of SIDES) {
    for (const select of by(`pick-${side}`).querySelectorAll("select")) {
      select.addEventListener("change", () => choose(side, select.name, Number(select.value)));
    }
  }
  by("swap").addEventListener("click", swap);
  by("chosen")?.addEventListener("change", () => {
    const pair = list.pairs[Number(by("chosen").value)];
    if (pair) [state.a, state.b] = pair.map((key) => place.get(key));
    load();
  });
}

function chosenPairs() {
  const select = by("chosen");
  if (!select) return;
  const at = list.pairs.findIndex(([a, b]) => place.get(a) === state.a && place.get(b) === state.b);
  const told = ([a, b]) => [a, b].map((key) => clips[place.get(key)]);
  const entries = list.pairs.map((pair, i) => {
    const [a, b] = told(pair);
    return [i, `${list.prompts[a.prompt][1]}: ${nameOfClip(a)} and ${nameOfClip(b)}`];
  });
  options(select, at < 0 ? [[-1, "another pair"], ...entries] : entries, at);
  select.disabled = false;
}

function swap() {
  [state.a, state.b] = [state.b, state.a];
  if (state.solo) state.solo = state.solo === "a" ? "b" : "a";
  load();
}
