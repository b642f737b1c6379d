"use strict";
// What the pair view shows along time: stills, curves, and the moments to go to or to loop.

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
    scrub(track, length);
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
    scrub(drawn.plot, length);
    charts.push(drawn);
  }
  // Two clips of one method have one look; B's lines are then told apart by their dashes.
  section.classList.toggle("alike", sides.a.clip.look === sides.b.clip.look);
}
