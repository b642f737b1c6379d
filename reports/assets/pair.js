"use strict";
// The pair view: chooses two clips, plays them on one clock, and keeps in the address what is shown.

const MODES = ["side", "swipe", "blink", "difference"];
const KEYS = [
  ["Space k", "play or pause"], ["← →", "one second back or on"], [", .", "one frame back or on"], ["[ ]", "slower, faster"],
  ["Home End", "first or last frame"], ["j", "next onset of either clip"], ["l", "loop the worst second, and stop looping"],
  ["1 2", "A alone, B alone, and both again"], ["m", "next view"], ["b", "the other clip, while they blink"], ["o", "next overlay"], ["x", "swap A and B"],
];

const bar = {};
const panes = { a: new Pane(by("pane-a"), "A"), b: new Pane(by("pane-b"), "B") };
let sides = null; // what the scripts of the prompts told of both clips
let deck = null;
let members = [];
let charts = [];
let cursors = [];

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
    panes[side].lay(state.on.includes(side) ? kind : "", Number(by("opacity").value) / 100);
    panes[side].place.hidden = state.mode === "side" && state.solo !== "" && state.solo !== side;
  }
  by("panes").classList.toggle("one", state.mode === "side" && state.solo !== "");
  deck?.use(members.map(({ side, kind: each }, i) => [each === "" || each === panes[side].shown, i]).filter(([used]) => used).map(([, i]) => i));
  for (const box of document.querySelectorAll("#modes input")) box.checked = box.value === state.mode;
  for (const box of document.querySelectorAll("#overlays input")) box.checked = box.value === state.overlay;
  by("over-box").hidden = !kind;
  by("on").value = state.on;
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
  by("overlay-key").replaceChildren();
  const kind = state.overlay;
  if (!kind || !sides) return;
  const [title, full] = list.overlays[kind];
  if (state.mode === "difference") {
    box.append("Overlays are not drawn over the difference.");
    return;
  }
  const wanted = SIDES.filter((side) => state.on.includes(side));
  for (const side of wanted) {
    const { clip } = sides[side];
    const why = list.problems[clip.key];
    if (panes[side].has(kind)) {
      if (full && clip.width) box.append(`${side.toUpperCase()}: full strength is ${figure(full * clip.width, "")} px a second of its ${clip.width} px. `);
    } else if (why) box.append(`${side.toUpperCase()} has no overlays: ${why}. `);
    else box.append(`${side.toUpperCase()} has no ${title.toLowerCase()} drawn. `);
  }
  if (wanted.some((side) => panes[side].has(kind))) by("overlay-key").append(by(`overlay-${kind}`).querySelector("ul").cloneNode(true));
  const lacking = wanted.filter((side) => !panes[side].has(kind) && !list.problems[sides[side].clip.key]);
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
  by("on").addEventListener("change", () => {
    state.on = by("on").value;
    apply();
  });
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
  onKeys((key) => keys[key]);
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
    if (state.overlay && state.on !== "ab") parts.push(`on=${state.on}`);
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
  // A fragment without an equals sign, such as that of the skip link, is a place on the page.
  const named = new Map(location.hash.slice(1).split("&").filter((part) => part.includes("=")).map((part) => part.split("=")));
  const [first, second] = usual();
  const of = (side, instead) => {
    const key = named.get(side);
    if (key !== undefined && !place.has(key)) warned.push(`There is no clip ${key.slice(0, 40)} in this report; another one stands in its place.`);
    return place.get(key) ?? instead;
  };
  state.a = of("a", first);
  state.b = of("b", state.a === second ? first : second);
  for (const [name, known] of [["mode", MODES], ["overlay", ["", ...Object.keys(list.overlays)]], ["on", ["ab", "a", "b"]]]) {
    const wanted = named.get(name) ?? known[0];
    if (!known.includes(wanted)) warned.push(`This page knows no ${name} ${wanted.slice(0, 40)}.`);
    state[name] = known.includes(wanted) ? wanted : known[0];
  }
  const strange = [...named.keys()].filter((name) => !["a", "b", "mode", "t", "overlay", "on"].includes(name));
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
  addEventListener("hashchange", () => {
    if (!location.hash.includes("=")) return;
    recall();
    by("pair").scrollIntoView();
  });
}
