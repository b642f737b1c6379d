"use strict";
// Who rates, and which session is theirs: the address says so, or the receiver, or a platform's id, or a code typed in.

const PLATFORM_IDS = ["PROLIFIC_PID", "workerId"];

// `session` as the address names it; `rater` is the keyed digest of the platform's id, empty without one. The id itself
// goes no further than this.
function visitor() {
  const query = new URLSearchParams(location.search);
  const id = PLATFORM_IDS.map((name) => query.get(name)?.trim()).find(Boolean) ?? "";
  return { session: query.get("session")?.trim().toLowerCase() ?? "", rater: id && digest.hmac(steadyStudy.rater_salt, id) };
}

// Place in the browser's storage: one for each person and session that the address names.
const slotOf = ({ session, rater }) => ["study", steadyStudy.study_digest.slice(0, 16), session, rater.slice(0, 16)].join(":");

// Sessions by chance of the id: the same person gets the same one, but sessions are not filled evenly.
const sessionByRater = (rater) => steadyStudy.sessions[parseInt(rater.slice(0, 8), 16) % steadyStudy.sessions.length];

// Asks for a session's code until one is right; enough of its beginning to tell it apart will do.
function sessionTyped(wrong) {
  return new Promise((done) => {
    const typed = el("input", { id: "typed", autocomplete: "off", spellcheck: "false", size: 20, required: true, "aria-describedby": "told" });
    const told = el("p", { id: "told", role: "alert" }, wrong ? `There is no session ${wrong} in this study. Look at the code once more.` : "");
    const send = (event) => {
      event.preventDefault();
      const code = typed.value.trim().toLowerCase();
      const fits = steadyStudy.sessions.filter((id) => code.length >= 4 && id.startsWith(code));
      if (fits.length === 1) done(fits[0]);
      else told.textContent = code.length < 4 ? "A code has 16 signs; type at least four of them." : `No session of this study begins with ${code}. Look at the code once more.`;
    };
    show("Which session is yours?", el("p", {}, "Type the code that you were given with the invitation."),
      el("form", { onsubmit: send }, el("label", { for: "typed" }, "Session code"), typed,
        el("button", { type: "submit", class: "main" }, "Continue")), told);
    typed.focus();
  });
}
