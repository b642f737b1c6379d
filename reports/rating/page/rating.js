"use strict";
// The way through a session. Each step is kept before the next begins, so that a reload goes on where it was.

class Session {
  #clips = new Clips();
  #visitor = visitor();
  #store;
  #receiver = null;
  #sitting;
  #question;
  #over = false;

  async run() {
    const slot = slotOf(this.#visitor);
    const owns = await onlyTab(slot, elsewhere);
    this.#store = new Store(slot, freshState("", this.#visitor.rater || digest.random(32)));
    this.#store.guard(() => owns() || this.#lost(owns));
    if (!this.#store.kept) Store.warn();
    this.#guardLeaving();
    const address = Receiver.address();
    if (address) this.#receiver = new Receiver(address, this.#store, (what) => this.#told(what));
    if (this.#store.state.stage === "withdrawn") await withdrawal(this.#store, this.#receiver);
    else await this.#through();
  }

  async #through() {
    const { stage } = this.#store.state;
    if (stage === "new" && !await this.#admitted()) return;
    if (!await this.#seated()) return;
    byId("withdraw").hidden = false;
    byId("withdraw").onclick = () => this.#withdraw();
    if (this.#store.state.stage === "agreed") await this.#train();
    if (this.#store.state.stage === "trials") await this.#rate();
    if (!this.#over) await this.#end();
  }

  // Device, screen and consent. Nothing is kept or sent before consent.
  async #admitted() {
    await welcome();
    const screening = new Screening(this.#clips);
    for (let faults; (faults = await screening.faults()).length;) await screenedOut(faults);
    while (!await platePassed()) await screenedOut(["The faint numbers could not be read. Make the screen brighter or use another one."]);
    if (!await consentGiven()) {
      declined();
      return false;
    }
    this.#store.set({ stage: "agreed", refresh_hz: screening.refresh });
    return this.#store.note("agreed", { screen: screenTold(), page_version: steadyStudy.page_version });
  }

  // False where there is no session for this person.
  async #seated() {
    this.#sitting = await new Seating(this.#visitor, this.#store, this.#receiver).sitting();
    if (!this.#sitting) return false;
    this.#question = steadyStudy.questions.find(({ id }) => id === this.#sitting.question);
    this.#receiver?.send();
    return true;
  }

  async #train() {
    const { trials } = this.#sitting;
    const note = (what, more) => this.#store.note(what, { ...more, trial: "example" });
    await questionRead(this.#question, trials.length);
    for (let choice = "again"; choice === "again" && !this.#over;) choice = await trained(this.#question, this.#clips, note);
    if (!this.#over) this.#store.set({ stage: "trials" });
  }

  async #rate() {
    const { trials, break_after: half } = this.#sitting;
    for (const [i, trial] of trials.entries()) {
      if (this.#over) return;
      if (this.#store.answered(trial.id)) continue;
      if (half && i >= half && !this.#store.state.rested) await this.#rest(i, trials.length);
      place(`${i + 1} of ${trials.length}`, i / trials.length);
      this.#clips.keep([trial, trials[i + 1]].filter(Boolean).flatMap(({ left, right }) => [left, right]));
      const seen = await Trial.run(this.#options(trial, trials[i + 1]));
      if (this.#over) return;
      if (seen.slot === "ended") return this.#done("failed");
      if (!this.#store.add(this.#answer(trial, seen))) return;
      this.#told("answered");
      this.#receiver?.send();
    }
    if (!this.#over) this.#done("finished");
  }

  async #rest(done, all) {
    place();
    await rested(done, all);
    this.#store.note("rested");
    this.#store.set({ rested: true });
  }

  #options(trial, next) {
    return {
      clips: this.#clips, question: this.#question, left: trial.left, right: trial.right, faults: this.#faults,
      onEvent: (what, more) => this.#store.note(what, { ...more, trial: trial.id }),
      onLoaded: () => { if (next) this.#clips.ahead([next.left, next.right]); },
    };
  }

  // Trials of this session that could not be shown.
  get #faults() {
    return this.#store.state.answers.filter((answer) => answer.slot_chosen === "unable" && answer.watched_ms === 0).length;
  }

  #answer(trial, seen) {
    const { study_digest, session_id, rater_digest, refresh_hz } = this.#store.state;
    return {
      study_digest, session_id, rater_digest, trial_id: trial.id, question_id: this.#question.id,
      answer_id: digest.random(16), slot_chosen: seen.slot, rt_ms: seen.rt_ms, watched_ms: seen.watched_ms, clip_ms: seen.clip_ms,
      replays_left: seen.replays, replays_right: seen.replays, stall_ms: seen.stall_ms,
      frames_presented_left: seen.frames[0], frames_presented_right: seen.frames[1], screen: screenTold(), refresh_hz,
      ua_family: browserFamily(), started: seen.started, submitted: seen.submitted, page_version: steadyStudy.page_version,
    };
  }

  #done(outcome) { this.#store.set({ stage: "done", outcome }); }

  async #end() {
    place();
    this.#ending = new Ending(this.#store, this.#receiver, this.#sitting);
    await this.#ending.show();
  }

  #ending = null;

  // What the receiver is at, in one line above the screen; the end says it itself.
  #told() {
    if (this.#ending) { this.#ending.tell(); return; }
    const [waiting, { closed }] = [this.#store.unsent.length, this.#store.state];
    if (!this.#receiver) return;
    if (closed) notice("sending", `The server no longer takes answers. Go on; you can download them at the end.`);
    else notice("sending", waiting > 1 ? `${waiting} answers are kept here and not yet sent.` : "");
  }

  async #withdraw() {
    if (!await withdrawalConfirmed(this.#store.state.answers.length, this.#receiver)) return;
    this.#over = true;
    Trial.current?.abandon();
    notice("sending", "");
    this.#store.withdraw();
    await withdrawal(this.#store, this.#receiver);
  }

  // Another tab took over, for instance while the browser had this one asleep.
  #lost(owns) {
    if (this.#over) return false;
    this.#over = true;
    Trial.current?.abandon();
    elsewhere();
    setInterval(() => { if (owns()) location.reload(); }, TAB.beat);
    return false;
  }

  #guardLeaving() {
    addEventListener("beforeunload", (event) => {
      const { stage, downloaded, answers } = this.#store.state;
      const safe = stage === "posted" || (stage === "done" && downloaded >= answers.length) || !answers.length;
      if (!safe && this.#store.unsafe) event.preventDefault();
    });
  }
}

function elsewhere() {
  place();
  byId("withdraw").hidden = true;
  show("Open in another tab", el("p", {}, "This study runs in another tab of this browser. Go on there. Once that tab is closed, this one goes on by itself."));
}

// A page brought back by the browser's own memory may be behind what was kept since.
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
addEventListener("unhandledrejection", () => notice("fault", "This page met a fault. Load it again; what you answered is kept."));
new Session().run();
