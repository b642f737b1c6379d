"use strict";
// The screens that are read: invitation, consent, question, break.

function welcome() {
  return ask(steadyStudy.title, [
    el("p", { class: "lead" }, `You will compare pairs of short silent clips. It takes about ${steadyStudy.minutes} minutes.`),
    el("p", {}, "First this page looks, for some seconds, whether your screen can show the clips as they are. Nothing is kept or sent before you have read more and agreed."),
  ], { on: "Check this screen" });
}

function consentGiven() {
  const { texts, minutes } = steadyStudy;
  const rows = [
    ["Time", `About ${minutes} minutes, with a break half way`],
    texts.pay && ["Pay", texts.pay],
    texts.contact && ["Contact", texts.contact],
  ].filter(Boolean);
  const kept = "For each answer: what you chose, when, how long it took and how often you watched; how smoothly the clips ran; the size and "
    + "repaint rate of the screen and the family of the browser. No name and no address; an id of a platform only as a keyed digest.";
  return ask("Would you like to take part?", [
    el("dl", { class: "facts" }, rows.map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text)))),
    el("section", {}, paragraphs(texts.consent)),
    el("section", { class: "warning" }, el("h2", {}, "Flashing pictures"), paragraphs(texts.flashing)),
    el("section", {}, el("h2", {}, "What is kept"), el("p", {}, kept)),
    el("section", {}, el("h2", {}, "Stopping"), paragraphs(texts.withdrawal)),
  ], { yes: "I agree and take part", no: "I do not take part" }).then((choice) => choice === "yes");
}

function questionRead(question, trials) {
  return ask("What you will judge", [
    el("p", { class: "question" }, question.text), paragraphs(question.definition),
    el("ol", { class: "steps" },
      el("li", {}, "One press starts both clips. Watch both to their end."),
      el("li", {}, "Then choose: left, right, or no clear difference. “Could not judge” is for clips that did not play well."),
      el("li", {}, "You may watch again before you answer. An answer is final.")),
    el("p", {}, `First comes one example with its answer, then ${trials} pairs.`),
  ], { on: "Show the example" });
}

// The example is answered like a trial, then explained. Gives what is wanted next, `ended` where the page went elsewhere.
async function trained(question, clips, note) {
  place("Example");
  const seen = await Trial.run({
    clips, question, left: question.example_left, right: question.example_right, faults: 0, onEvent: note,
  });
  if (seen.slot === "ended") return "ended";
  place();
  note("example", { slot: seen.slot });
  const side = question.example_answer === "1" ? "left" : "right";
  const agreed = seen.slot === question.example_answer && el("p", {}, "You chose that too.");
  return ask(`Here the ${side} clip is the answer`, [agreed, paragraphs(question.example_why)],
    { on: "Begin", again: "See the example again" });
}

function rested(done, all) {
  return ask("Time for a break", [
    el("p", {}, `${done} of ${all} pairs are done, and your answers are kept.`),
    el("p", {}, "Look at something far away for a minute, then go on when you like."),
  ], { on: "Go on" });
}
