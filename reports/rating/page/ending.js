"use strict";
// How a visit ends: finished, screened out, failed, declined or withdrawn.

function download(store) {
  const { schema, study_digest, session_id, rater_digest, answers, events } = store.state;
  const text = JSON.stringify({ schema, study_digest, session_id, rater_digest, answers, events }, null, 1);
  const url = URL.createObjectURL(new Blob([`${text}\n`], { type: "application/json" }));
  const link = el("a", { href: url, download: `answers-${session_id}.json` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
  store.set({ downloaded: answers.length });
}

const onward = (address, label, kind = "main") => (address ? el("p", { class: "buttons" }, el("a", { class: `button ${kind}`, href: address, rel: "noreferrer" }, label)) : null);

// Shown where the device will not do; resolves when it is to be tried again.
function screenedOut(faults) {
  const again = ask("This device cannot show the clips as they are", [
    el("ul", {}, faults.map((fault) => el("li", {}, fault))),
    el("p", {}, "Nothing about you was kept or sent."),
  ], { again: "Try again" });
  const address = steadyStudy.outcomes.screened;
  if (address) byId("main").append(onward(address, "Return without taking part", ""));
  return again;
}

const declined = () => show("Thank you", el("p", {}, "You do not take part. Nothing about you was kept or sent. You may close this page."),
  onward(steadyStudy.outcomes.screened, "Return to the platform"));

// The last screen. Stays as it is for as long as it is open, and follows what the receiver says.
class Ending {
  #store;
  #receiver;
  #sitting;

  constructor(store, receiver, sitting) {
    Object.assign(this, { kind: store.state.outcome });
    this.#store = store;
    this.#receiver = receiver;
    this.#sitting = sitting;
  }

  async show() {
    const [finished, { contact }] = [this.kind === "finished", steadyStudy.texts];
    this.state = el("p", { id: "state", class: "lead", role: "status" });
    this.code = el("div", { id: "code" });
    show(finished ? "Thank you, that was all" : "The session ended early",
      !finished && el("p", {}, "The clips could not be shown as they should be. That is no fault of yours; what you answered stays."),
      this.state, el("p", { class: "buttons" },
        el("button", { type: "button", id: "download", onclick: () => { download(this.#store); this.tell(); } }, "Download my answers"),
        this.#another()), this.code, contact && el("p", {}, `Questions: ${contact}`));
    this.tell();
    if (this.#receiver && !this.#store.state.code && !this.#store.state.closed) await this.#finish();
    this.tell();
  }

  async #finish() {
    const code = await this.#receiver.finish(this.kind);
    const { closed, stage } = this.#store.state;
    if (!closed && stage !== "withdrawn") this.#store.set({ stage: "posted", code });
  }

  // Where neither the address nor a platform names the person, the next one may sit down here.
  #another() {
    const { session, rater } = visitor();
    if (session || rater) return null;
    return el("button", { type: "button", onclick: () => this.#next() }, "Next person on this computer");
  }

  async #next() {
    const left = this.#store.unsafe;
    if (left && !await confirmed("Not yet safe", `${left} answers were neither sent nor downloaded. They stay in this browser, but nobody will look for them there.`, "Go on all the same", "Back")) return;
    this.#store.archive();
    location.reload();
  }

  tell() {
    if (!this.state.isConnected) return; // withdrawn meanwhile
    const { closed, stage, downloaded, answers } = this.#store.state;
    const waiting = this.#store.unsent.length;
    if (!this.#receiver) this.state.textContent = downloaded < answers.length
      ? "Download your answers now and send the file to those who invited you: they are kept in this browser only."
      : "Your answers were downloaded. Send the file to those who invited you.";
    else if (closed) this.state.textContent = `The server no longer takes answers. ${closed} Download them and send the file to those who invited you.`;
    else if (stage === "posted") this.state.textContent = "All your answers have arrived. You may close this page.";
    else this.state.textContent = waiting ? `${waiting} answers are still on their way. Keep this page open.` : "Your answers have arrived; the session is being closed.";
    this.code.replaceChildren(...this.#code());
    byId("download").classList.toggle("main", !this.#receiver || Boolean(closed));
  }

  #code() {
    const { stage, code, closed } = this.#store.state;
    if (this.#receiver && stage !== "posted" && !closed) return [];
    const finished = this.kind === "finished";
    const own = finished ? code || this.#sitting.code : "";
    return [
      own && el("p", { class: "code" }, "Completion code ", el("strong", {}, own)),
      finished && !own && el("p", {}, "There is no completion code, since the server did not confirm the session. If a form asks for one, enter “none”."),
      onward(steadyStudy.outcomes[this.kind], "Return to the platform"),
    ].filter(Boolean);
  }
}

// Asks first; clips that run are interrupted meanwhile.
function withdrawalConfirmed(answers, receiver) {
  Trial.current?.interrupt("asked");
  const what = answers ? `Your ${answers} answers are deleted here${receiver ? " and on the server" : ""}.` : "No answer was given yet; the session is given up.";
  return confirmed("Withdraw from the study?", `${what} This cannot be undone.`, "Withdraw and delete", "Go on with the study");
}

// Tells the receiver to delete what it has, for as long as it takes.
async function withdrawal(store, receiver) {
  place();
  byId("withdraw").hidden = true;
  const pending = receiver && store.state.session_id;
  show("You have withdrawn", el("p", { id: "state", role: "status" }, pending
    ? "Your answers are deleted here. The server is being told; keep this page open." : "Your answers are deleted."));
  if (pending) await receiver.withdraw();
  store.forget();
  byId("state").textContent = "Your answers are deleted. You may close this page.";
}
