"use strict";
// The pair view: chooses two clips, plays them on one clock, and keeps in the address what is shown.

const list = window.steadybenchPairs;
const by = (id) => document.getElementById(id);
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const MODES = ["side", "swipe", "blink", "difference"];
const SIDES = ["a", "b"];
const KEYS = [
  ["Space k", "play or pause"], ["← →", "one second back or on"], [", .", "one frame back or on"], ["[ ]", "slower, faster"],
  ["Home End", "first or last frame"], ["j", "next onset of either clip"], ["l", "loop the worst second, and stop looping"],
  ["1 2", "A alone, B alone, and both again"], ["m", "next view"], ["b", "the other clip, while they blink"], ["o", "next overlay"], ["x", "swap A and B"],
];
const clips = (list?.clips ?? []).map(([key, prompt, row, seed, name]) => ({ key, prompt, row, seed, name }));
const place = new Map(clips.map((clip, i) => [clip.key, i]));
const state = { a: -1, b: -1, mode: "side", overlay: "", solo: "" };

const bar = {};
const panes = { a: new Pane(by("pane-a"), "A"), b: new Pane(by("pane-b"), "B") };
let sides = null; // what the scripts of the prompts told of both clips
let deck = null;
let members = [];
let charts = [];
let cursors = [];

// ---- choosing two clips

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

// ---- what a prompt's script tells

const asked = new Map();
function promptData(slug) {
  if (!asked.has(slug)) {
    asked.set(slug, new Promise((done, failed) => {
      const known = () => window.steadybenchPrompts?.[slug];
      if (known()) { done(known()); return; }
      const script = document.createElement("script");
      script.src = `prompt/${slug}.js`;
      script.addEventListener("load", () => (known() ? done(known()) : failed(new Error(slug))));
      script.addEventListener("error", () => failed(new Error(slug)));
      document.head.append(script);
    }));
  }
  return asked.get(slug);
}

let turn = 0;
async function load(t = deck?.time ?? 0) {
  const mine = ++turn;
  const keys = SIDES.map((side) => clips[state[side]]);
  SIDES.forEach(fillChoice);
  chosenPairs();
  try {
    const found = await Promise.all(keys.map(({ prompt }) => promptData(list.prompts[prompt][0])));
    if (mine !== turn) return;
    sides = Object.fromEntries(SIDES.map((side, i) => [side, { data: found[i], clip: named(found[i], keys[i]) }]));
  } catch (fault) {
    if (mine === turn) say(`The data of ${fault.message} cannot be read; build the report again.`);
    return;
  }
  show(t);
}

function named(data, { key, name }) {
  const clip = data.clips.find((each) => each.key === key);
  clip.called = `${clip.short || clip.name}${clip.seed === null || clip.short?.endsWith(`seed ${clip.seed}`) ? "" : ` seed ${clip.seed}`}${name ? ` ${name}` : ""}`;
  return clip;
}

// ---- players

function show(t) {
  const wasPlaying = deck?.playing;
  deck?.pause();
  deck?.use([]);
  members = SIDES.flatMap((side) => panes[side].fill(sides[side].clip).map((member) => ({ ...member, side })));
  deck = new Deck(members, { onTick: tick, onState: told, seconds: length() });
  heads();
  strips();
  drawCharts();
  writeScores(by("scores"), sides, list.noise);
  bar.slider.max = String(length());
  bar.slider.disabled = !members.length;
  bar.play.disabled = !members.length;
  onsetButtons();
  stage.show(state.mode);
  apply();
  if (t > 0) deck.seek(t);
  else tick(0);
  if (wasPlaying) deck.play();
}

const length = () => Math.max(...SIDES.map((side) => sides[side].clip.seconds));

// Only the films that are seen run.
function apply() {
  const kind = state.mode === "difference" ? "" : state.overlay;
  for (const side of SIDES) {
    panes[side].lay(kind, Number(by("opacity").value) / 100);
    panes[side].place.hidden = state.mode === "side" && state.solo !== "" && state.solo !== side;
  }
  by("panes").classList.toggle("one", state.mode === "side" && state.solo !== "");
  deck?.use(members.map(({ side, kind: each }, i) => [each === "" || each === panes[side].shown, i]).filter(([used]) => used).map(([, i]) => i));
  for (const box of document.querySelectorAll("#modes input")) box.checked = box.value === state.mode;
  for (const box of document.querySelectorAll("#overlays input")) box.checked = box.value === state.overlay;
  by("opacity-box").hidden = !kind;
  by("blink-box").hidden = state.mode !== "blink";
  by("gain-box").hidden = state.mode !== "difference";
  by("explain").textContent = EXPLAIN[state.mode];
  blinkTold();
  overlayTold();
  keep();
}

// What the overlay means in this pair, or which command draws it.
function overlayTold() {
  const box = by("overlay-told");
  box.replaceChildren();
  const kind = state.overlay;
  if (!kind || !sides) return;
  const [title, full] = list.overlays[kind];
  if (state.mode === "difference") {
    box.append("Overlays are not drawn over the difference.");
    return;
  }
  for (const side of SIDES) {
    const { clip } = sides[side];
    const why = list.problems[clip.key];
    if (panes[side].has(kind)) {
      if (full && clip.width) box.append(`${side.toUpperCase()}: full strength is ${figure(full * clip.width, "")} px a second of its ${clip.width} px. `);
    } else if (why) box.append(`${side.toUpperCase()} has no overlays: ${why}. `);
    else {
      box.append(`${side.toUpperCase()} has no ${title.toLowerCase()} drawn. `);
    }
  }
  const lacking = SIDES.filter((side) => !panes[side].has(kind) && !list.problems[sides[side].clip.key]);
  if (lacking.length) {
    box.append("To draw it: ");
    make(box, "code", `steadybench report FOLDER --pairs ${SIDES.map((side) => sides[side].clip.key).join(",")}`);
    box.append(" with the run folder that holds this report. ");
  }
  make(box, "a", `What ${title.toLowerCase()} shows`, { href: `#overlay-${kind}` }).addEventListener("click", (event) => {
    event.preventDefault();
    by(`overlay-${kind}`).scrollIntoView();
  });
}

function heads() {
  for (const side of SIDES) {
    const { clip, data } = sides[side];
    const head = by(`head-${side}`);
    head.replaceChildren();
    head.className = `head m${clip.look}`;
    make(head, "b", side.toUpperCase());
    make(head, "i", clip.marker);
    make(head, "a", clip.called, { href: `prompt/${data.slug}.html#${clip.key}` });
    make(head, "small", sides.a.data === sides.b.data ? "" : data.title);
    make(head, "span", clip.verdict.text, { class: `badge k-${clip.verdict.kind}` });
  }
  const notes = [];
  if (sides.a.clip.key === sides.b.clip.key) notes.push("A and B are the same clip.");
  const [long, short] = SIDES.map((side) => [sides[side].clip.seconds, side.toUpperCase()]).sort(([x], [y]) => y - x);
  if (long[0] - short[0] > 0.05) notes.push(`${short[1]} is ${figure(long[0] - short[0], "s")} s shorter than ${long[1]}; after its end its last frame is held.`);
  const rates = SIDES.map((side) => sides[side].clip.fps);
  if (Math.abs(rates[0] - rates[1]) > 0.01) notes.push(`A runs at ${Number(rates[0].toFixed(2))} and B at ${Number(rates[1].toFixed(2))} frames a second; both follow the clock, and a step is a frame of the faster one.`);
  const shapes = SIDES.map((side) => sides[side].clip.width / sides[side].clip.height);
  if (Math.abs(shapes[0] - shapes[1]) > 0.01) notes.push("The pictures differ in shape, so that they do not cover each other.");
  say([...warned.splice(0), ...notes].join(" "));
}

const warned = [];
function say(text) { by("told").textContent = text; }

// ---- time

function tick(t) {
  bar.clock.textContent = `${t.toFixed(2)} s`;
  bar.slider.value = String(t);
  bar.slider.setAttribute("aria-valuetext", `${t.toFixed(1)} seconds`);
  for (const [cursor, seconds] of cursors) cursor.style.left = `${Math.min(100, (100 * t) / (seconds || 1))}%`;
  for (const chart of charts) chart.at(t);
  for (const side of SIDES) panes[side].at(t, length());
}

function told({ playing, rate, loop }) {
  bar.play.textContent = playing ? "Pause" : "Play";
  bar.play.setAttribute("aria-pressed", String(playing));
  bar.speed.value = String(rate);
  for (const button of bar.loops) button.setAttribute("aria-pressed", String(Boolean(loop) && button.dataset.start === loop[0].toFixed(3)));
  by("panes").classList.toggle("started", members.some(({ video }) => video.hasAttribute("src")));
  if (!playing) keep();
}

function scrub(element, seconds) {
  const seekTo = (event) => {
    const box = element.getBoundingClientRect();
    deck.seek(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * seconds);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("button, a, summary")) return;
    event.preventDefault();
    seekTo(event);
    element.addEventListener("pointermove", seekTo);
    const end = () => element.removeEventListener("pointermove", seekTo);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, end, { once: true });
  });
}

const onsets = () => SIDES.flatMap((side) => sides[side].clip.jumps.map(([at, axis]) => ({ at, axis, side }))).sort((a, b) => a.at - b.at);

function nextOnset() {
  const times = onsets();
  const next = times.find(({ at }) => at > deck.time + 0.01) ?? times[0];
  if (next) deck.seek(next.at);
  bar.said.textContent = next ? `${next.side.toUpperCase()}: ${titleOf(next.axis).toLowerCase()} at ${figure(next.at, "s")} s` : "No onset came in either clip.";
}

// The bin with the highest level of one clip, a second at least.
function worstSecond(side) {
  const { clip, data } = sides[side];
  let worst = null;
  for (const [axis, packed] of Object.entries(clip.levels)) {
    for (const curve of packed.map((each) => decode(each, data.grid))) {
      curve.values.forEach((value, k) => {
        if (value === null || (worst && value <= worst.value)) return;
        const width = Math.max(1, binOf(curve));
        const start = Math.max(0, Math.min(curve.t[k] - width / 2, clip.seconds - width));
        worst = { value, axis, side, start, end: Math.min(clip.seconds, start + width) };
      });
    }
  }
  return worst;
}

function loop(worst) {
  if (deck.loop && deck.loop[0] === worst.start) {
    deck.loop = null;
    return;
  }
  deck.seek(worst.start);
  deck.loop = [worst.start, worst.end];
  deck.play();
}

function loopWorst() {
  if (deck.loop) {
    deck.loop = null;
    return;
  }
  const [worst] = SIDES.map(worstSecond).filter(Boolean).sort((a, b) => b.value - a.value);
  if (worst) loop(worst);
  else bar.said.textContent = "No level was measured.";
}

// One button for each onset and for the worst second of each clip.
function onsetButtons() {
  bar.jumps.replaceChildren();
  bar.loops = [];
  for (const side of SIDES) {
    const { clip } = sides[side];
    const group = make(bar.jumps, "span", "", { class: `m${clip.look}`, role: "group", "aria-label": `Moments of ${side.toUpperCase()}` });
    make(group, "b", side.toUpperCase());
    for (const [at, axis] of clip.jumps) {
      const told = `${titleOf(axis)} ${figure(at, "s")} s`;
      make(group, "button", `✕ ${told}`, { type: "button", title: `Go to where ${side.toUpperCase()} fails`, "data-seek": at }).addEventListener("click", () => deck.seek(at));
    }
    if (!clip.jumps.length) make(group, "span", "no onset", { class: "none" });
    const worst = worstSecond(side);
    if (!worst || !members.length) continue;
    const button = make(group, "button", `↻ worst second, ${figure(worst.start, "s")} s`, {
      type: "button", "aria-pressed": "false", "data-start": worst.start.toFixed(3),
      title: `Loop the second with the highest level: ${titleOf(worst.axis).toLowerCase()} ${figure(worst.value, "")}`,
    });
    button.addEventListener("click", () => loop(worst));
    bar.loops.push(button);
  }
}

function strips() {
  const box = by("strips");
  box.replaceChildren();
  cursors = [];
  for (const side of SIDES) {
    const { clip } = sides[side];
    const line = make(box, "div", "", { class: `strip-line m${clip.look}` });
    const track = make(line, "div", "", { class: "track" });
    const strip = make(track, "div", "", { class: "strip" });
    strip.style.width = `${(100 * clip.seconds) / (length() || 1)}%`;
    if (clip.strip) make(strip, "img", "", { src: clip.strip, alt: `Seven stills of ${side.toUpperCase()}, ${clip.called}`, draggable: "false" });
    cursors.push([make(track, "i", "", { class: "cursor" }), length()]);
    scrub(track, length());
    const name = make(line, "span", "", { "aria-hidden": "true" });
    make(name, "b", side.toUpperCase());
    make(name, "i", clip.marker);
    name.append(` ${clip.called}`);
  }
}

function drawCharts() {
  const section = by("time");
  section.replaceChildren();
  make(section, "h2", "Over time");
  charts = [];
  const measured = distinct(SIDES.flatMap((side) => Object.keys(sides[side].clip.levels)));
  for (const axis of ["drift", "stagnation", "hardening", ...measured.filter((axis) => !["drift", "stagnation", "hardening"].includes(axis))]) {
    const lines = SIDES.map((side, i) => {
      const { clip, data } = sides[side];
      const curves = (clip.levels[axis] ?? []).map((each) => decode(each, data.grid));
      const onset = clip.jumps.filter(([, other]) => other === axis).map(([at]) => at);
      const found = readingsOf(data, clip).find(({ metric }) => metric === `${axis}.onset`);
      const why = found?.reason && found.value === null ? `${found.status}: ${found.reason}` : "no curve was kept";
      return { clip: { ...clip, called: `${side.toUpperCase()} ${clip.called}` }, place: i, curves, onset, why: curves.length ? "" : why };
    });
    const drawn = new Chart(section, {
      metric: `${axis}.level`, lines, small: false, end: length(), unit: "", limit: 0.5, ends: [0, 1],
      title: titleOf(axis), hint: "level, 0 steady to 1 worst",
    });
    drawn.show(new Set([0, 1]), (t) => deck.seek(t));
    scrub(drawn.plot, length());
    charts.push(drawn);
  }
  // Two clips of one method have one look; B's lines are then told apart by their dashes.
  section.classList.toggle("alike", sides.a.clip.look === sides.b.clip.look);
}

// ---- controls

function transport() {
  const box = by("bar");
  const button = (text, label, does) => {
    const made = make(box, "button", text, { type: "button", ...(label ? { "aria-label": label, title: label } : {}) });
    made.addEventListener("click", does);
    return made;
  };
  bar.play = button("Play", "", () => deck.toggle());
  bar.play.className = "play";
  button("−1", "One frame back", () => deck.step(-1));
  button("+1", "One frame on", () => deck.step(1));
  bar.slider = make(box, "input", "", { type: "range", min: 0, max: 1, step: 0.01, value: 0, "aria-label": "Time" });
  bar.slider.addEventListener("input", () => deck.seek(Number(bar.slider.value)));
  bar.clock = make(box, "output", "0.00 s", { class: "clock" });
  bar.speed = make(make(box, "label", "Speed "), "select");
  for (const speed of SPEEDS) make(bar.speed, "option", `${speed}×`, { value: speed });
  bar.speed.value = "1";
  bar.speed.addEventListener("change", () => { deck.rate = Number(bar.speed.value); });
  bar.loops = [];
  bar.jumps = make(box, "div", "", { class: "jumps" });
  bar.said = make(box, "output", "", { class: "said", role: "status" });
}

function faster(step) {
  const at = SPEEDS.indexOf(deck.rate);
  deck.rate = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + step))];
}

function setMode(mode) {
  state.mode = mode;
  stage.show(mode);
  if (mode === "blink") stage.turns(true);
  apply();
}

function setOverlay(kind) {
  state.overlay = kind;
  apply();
}

function blinkTold() {
  const button = by("blink");
  button.textContent = stage.mayBlink ? (stage.blinking ? "Stop blinking" : "Blink") : "Show the other";
  by("rate").disabled = !stage.mayBlink;
  if (stage.mode !== "blink") return;
  by("explain").textContent = EXPLAIN.blink + (stage.mayBlink ? " Key b stops and shows the other one." : " Your system asks for less motion, so nothing blinks by itself: key b shows the other one.");
}

function otherOne() {
  if (stage.mode !== "blink") return;
  stage.turns(false);
  stage.flip();
}

function looks() {
  for (const box of document.querySelectorAll("#modes input")) box.addEventListener("change", () => setMode(box.value));
  for (const box of document.querySelectorAll("#overlays input")) box.addEventListener("change", () => setOverlay(box.value));
  by("opacity").addEventListener("input", apply);
  by("gain").addEventListener("change", () => stage.setGain(Number(by("gain").value)));
  by("rate").addEventListener("change", () => {
    stage.rate = Number(by("rate").value);
    stage.turns(stage.blinking);
  });
  by("blink").addEventListener("click", () => (stage.mayBlink ? stage.turns(!stage.blinking) : otherOne()));
  for (const side of SIDES) panes[side].place.addEventListener("click", () => { if (members.length) deck.toggle(); });
}

function solo(side) {
  if (state.mode !== "side") return;
  state.solo = state.solo === side ? "" : side;
  apply();
}

const next = (values, now) => values[(values.indexOf(now) + 1) % values.length];

function keyed() {
  const kinds = ["", ...Object.keys(list.overlays)];
  const keys = {
    " ": () => deck.toggle(), k: () => deck.toggle(), ArrowLeft: () => deck.seek(deck.time - 1), ArrowRight: () => deck.seek(deck.time + 1),
    ",": () => deck.step(-1), ".": () => deck.step(1), "[": () => faster(-1), "]": () => faster(1), j: nextOnset, l: loopWorst,
    Home: () => deck.seek(0), End: () => deck.seek(deck.seconds), 1: () => solo("a"), 2: () => solo("b"), x: swap,
    m: () => setMode(next(MODES, state.mode)), b: otherOne, o: () => setOverlay(next(kinds, state.overlay)),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !deck) return;
    const on = event.target;
    const ranged = on.matches("input[type=range], input[type=radio]") && !/^(Arrow|Home|End|Page| )/.test(event.key);
    if (on.closest("input, select, textarea, summary, dialog") && !ranged) return;
    if ((event.key === " " && on.closest("button, a")) || (/^(Home|End|Arrow)/.test(event.key) && on.closest(".scroll"))) return;
    const does = keys[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
  window.steadybenchKeys?.(KEYS);
}

// ---- the address keeps what is shown

let waiting = 0;
function keep() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (!sides) return;
    const parts = [`a=${sides.a.clip.key}`, `b=${sides.b.clip.key}`];
    if (state.mode !== "side") parts.push(`mode=${state.mode}`);
    if (deck.time > 0) parts.push(`t=${Number(deck.time.toFixed(3))}`);
    if (state.overlay) parts.push(`overlay=${state.overlay}`);
    const wanted = `#${parts.join("&")}`;
    if (wanted !== location.hash) history.replaceState(null, "", wanted);
  }, 250);
}

function usual() {
  if (list.pairs.length) return list.pairs[0].map((key) => place.get(key));
  const [first] = clips.map((clip, i) => [i, clips.findIndex((other, k) => k > i && other.prompt === clip.prompt)]).filter(([, other]) => other > 0);
  return first ?? [0, 1];
}

function recall() {
  const named = new Map(location.hash.slice(1).split("&").filter(Boolean).map((part) => part.split("=")));
  const [first, second] = usual();
  const of = (side, instead) => {
    const key = named.get(side);
    if (key !== undefined && !place.has(key)) warned.push(`There is no clip ${key.slice(0, 40)} in this report; another one stands in its place.`);
    return place.get(key) ?? instead;
  };
  state.a = of("a", first);
  state.b = of("b", state.a === second ? first : second);
  for (const [name, known] of [["mode", MODES], ["overlay", ["", ...Object.keys(list.overlays)]]]) {
    const wanted = named.get(name) ?? known[0];
    if (!known.includes(wanted)) warned.push(`This page knows no ${name} ${wanted.slice(0, 40)}.`);
    state[name] = known.includes(wanted) ? wanted : known[0];
  }
  const strange = [...named.keys()].filter((name) => !["a", "b", "mode", "t", "overlay"].includes(name));
  if (strange.length) warned.push(`The address says ${strange.map((name) => name.slice(0, 40)).join(", ")}, which means nothing here.`);
  const [one, two] = [clips[state.a], clips[state.b]];
  by("linked").checked = one.prompt === two.prompt && one.seed === two.seed;
  load(Math.max(0, Number(named.get("t")) || 0));
}

const stage = by("pair") ? new Stage(by("panes"), by("divider"), () => blinkTold()) : null;
if (stage) {
  by("pair").hidden = false;
  transport();
  choices();
  looks();
  keyed();
  recall();
  addEventListener("hashchange", recall);
}
