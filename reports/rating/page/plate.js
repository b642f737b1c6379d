"use strict";
// Brightness and contrast: digits just off black and just off white, which a screen that is set too dark, too bright or
// seen from aside does not part.

const PLATE = { tries: 3, digits: 4, dark: [8, 30], light: [247, 226], size: [360, 110] };

// True where the digits were read in one of three tries.
async function platePassed() {
  for (let left = PLATE.tries; left > 0; left -= 1) {
    if (await plateRead(left < PLATE.tries)) return true;
  }
  return false;
}

function plateRead(again) {
  const number = Array.from(crypto.getRandomValues(new Uint8Array(PLATE.digits)), (byte) => byte % 10).join("");
  const half = PLATE.digits / 2;
  return new Promise((done) => {
    const typed = el("input", { id: "typed", inputmode: "numeric", autocomplete: "off", maxlength: PLATE.digits, size: PLATE.digits + 2, required: true, pattern: "[0-9]*" });
    const send = (event) => { event.preventDefault(); done(typed.value.trim() === number); };
    show("Can you read both numbers?",
      again && el("p", { role: "alert" }, "That was not right. Make the screen brighter, look at it straight, keep light off it, and switch night colours off. Here are new numbers."),
      el("p", {}, "One stands on black, one on white; both are faint on purpose."),
      el("div", { class: "plates" },
        plate(number.slice(0, half), ...PLATE.dark, "Dark plate"), plate(number.slice(half), ...PLATE.light, "Light plate")),
      el("form", { onsubmit: send },
        el("label", { for: "typed" }, "Type all four digits, left to right"), typed,
        el("button", { type: "submit", class: "main" }, "Continue")));
    typed.focus();
  });
}

// Drawn, since it must be faint, and text may not be.
function plate(text, ground, ink, name) {
  const [width, height] = PLATE.size;
  const canvas = el("canvas", { width, height, role: "img", "aria-label": `${name}: a number of ${text.length} faint digits` });
  const pen = canvas.getContext("2d");
  const grey = (level) => `rgb(${level},${level},${level})`;
  pen.fillStyle = grey(ground);
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = grey(ink);
  pen.font = "600 64px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText([...text].join(" "), width / 2, height / 2 + 4);
  return canvas;
}
