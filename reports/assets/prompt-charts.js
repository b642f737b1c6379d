"use strict";
// The charts of a prompt's page: levels and camera at once, what they are made of when it is asked for.

const charts = [];
const inSight = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) target.chart.seen = isIntersecting;
}, { rootMargin: "30% 0px" });

const curvesOf = (clip, metric) => {
  const [axis, name] = [axisOf(metric), metric.slice(axisOf(metric).length + 1)];
  const packed = name === "level" ? clip.levels[axis] ?? [] : clip.curves.filter(([at]) => data.curves[at] === metric).map(([, ...rest]) => rest);
  return packed.map((each) => decode(each, data.grid));
};

function whyNot(clip, axis) {
  const found = readingsOf(data, clip).find(({ metric }) => metric === `${axis}.onset`);
  return found?.reason ? `${found.status}: ${found.reason}` : "no curve was kept";
}

function chart(place, metric, small = false) {
  const axis = axisOf(metric);
  const level = metric.endsWith(".level");
  const { meaning, unit } = quantityOf(metric);
  const lines = data.clips.map((clip, i) => {
    const curves = curvesOf(clip, metric);
    const onset = small ? [] : clip.jumps.filter(([, other]) => other === axis).map(([at]) => at);
    return { clip, place: i, curves, onset, why: curves.length ? "" : whyNot(clip, axis) };
  });
  const seen = lines.flatMap(({ curves }) => curves.flatMap(({ low, high }) => [low, high]));
  const drawn = new Chart(place, {
    metric, lines, small, end: data.seconds, zoom: true, unit: level ? "" : unit, limit: level ? 0.5 : undefined,
    ends: level ? [0, 1] : [Math.min(0, ...seen), Math.max(0, ...seen)],
    title: level ? titleOf(axis) : small ? nameOf(metric) : `${titleOf(axis)}: ${nameOf(metric)}`,
    hint: level ? "level, 0 steady to 1 worst" : small ? meaning : "a tick where the camera is said to move",
  });
  scrub(drawn.plot, () => drawn.end);
  charts.push(drawn);
  drawn.figure.chart = drawn;
  if (small) inSight.observe(drawn.figure);
  return drawn;
}

function drawCharts() {
  const section = by("time");
  const measured = [...new Set(data.clips.flatMap(({ levels }) => Object.keys(levels)))];
  const absent = ["drift", "stagnation", "hardening"].filter((axis) => data.numbers.some(([, metrics]) => metrics.includes(`${axis}.onset`)) && !measured.includes(axis));
  const order = ["drift", "stagnation", "hardening"];
  const axes = [...measured, ...absent].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  for (const axis of axes) chart(section, `${axis}.level`);
  const camera = data.curves.find((metric) => metric === "premise.displacement");
  if (camera) chart(section, camera);
  const more = data.curves.filter((metric) => metric !== camera);
  if (more.length) furtherCurves(section, more);
  section.hidden = !section.querySelector(".chart");
}

// What the levels are made of is drawn when it is asked for.
function furtherCurves(section, metrics) {
  const details = make(section, "details", "", { id: "more" });
  make(details, "summary", `${metrics.length} more ${metrics.length === 1 ? "curve" : "curves"}`);
  details.addEventListener("toggle", () => {
    if (!details.open || details.querySelector("h3")) return;
    const wanted = [];
    for (const axis of new Set(metrics.map(axisOf))) {
      make(details, "h3", titleOf(axis), { class: `a-${styleOf(axis)}` });
      const grid = make(details, "div", "", { class: "smalls" });
      for (const metric of metrics.filter((each) => axisOf(each) === axis)) wanted.push([grid, metric]);
    }
    // One chart a frame, so that the page answers meanwhile.
    const draw = () => {
      const next = wanted.shift();
      if (!next) return;
      const drawn = chart(...next, true);
      drawn.show(new Set(shown()));
      drawn.at(deck.time);
      requestAnimationFrame(draw);
    };
    draw();
  });
}
