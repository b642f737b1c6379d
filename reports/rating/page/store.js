"use strict";
// What one person has done in this study, kept in the browser after every step: a reload loses nothing.

class Store {
  #owns = () => true;

  // `slot` names the place in the browser's storage. `state` is what it holds, or a new beginning.
  constructor(slot, fresh) {
    this.slot = slot;
    this.kept = Store.works();
    this.state = this.#read() ?? fresh;
  }

  static works() {
    try {
      localStorage.setItem("study:probe", "1");
      localStorage.removeItem("study:probe");
      return true;
    } catch {
      return false;
    }
  }

  // `owns` says whether this tab may still write.
  guard(owns) { this.#owns = owns; }

  #read() {
    const text = this.kept ? localStorage.getItem(this.slot) : null;
    if (text === null) return null;
    try {
      const state = JSON.parse(text);
      if (state.schema === 1 && state.study_digest === steadyStudy.study_digest) return state;
    } catch { /* told below: set aside, not deleted */ }
    localStorage.setItem(`${this.slot}:damaged:${Date.now()}`, text);
    notice("damaged", "What this browser had kept of an earlier visit could not be read. It was set aside.");
    return null;
  }

  // False where another tab has taken over: then nothing was changed.
  save() {
    if (!this.#owns()) return false;
    if (!this.kept) return true;
    try {
      localStorage.setItem(this.slot, JSON.stringify(this.state));
    } catch {
      this.kept = false;
    }
    if (!this.kept) Store.warn();
    return true;
  }

  static warn() {
    notice("storage", "This browser keeps nothing between visits. Do not close or reload this page, and download "
      + "your answers at the end.");
  }

  set(changes) {
    Object.assign(this.state, changes);
    return this.save();
  }

  note(what, more = {}) {
    this.state.events.push({ at: now(), what, ...more });
    return this.save();
  }

  answered(trial) {
    return this.state.skip.includes(trial) || this.state.answers.some(({ trial_id: id }) => id === trial);
  }

  // Keeps an answer unless its trial has one.
  add(answer) {
    if (this.answered(answer.trial_id)) return true;
    this.state.answers.push(answer);
    return this.save();
  }

  get unsent() {
    return this.state.answers.filter(({ answer_id: id }) => !(id in this.state.sent));
  }

  // Answers that are in this page alone: neither received nor in a downloaded file.
  get unsafe() {
    return Math.min(this.unsent.length + Object.values(this.state.sent).filter((how) => how !== "kept").length,
      this.state.answers.length - this.state.downloaded);
  }

  // Deletes everything of this person, but for what is needed to have the receiver delete it too.
  withdraw() {
    const { session_id: session, rater_digest: rater, ticket } = this.state;
    this.state = { ...freshState(session, rater), ticket, stage: "withdrawn" };
    this.save();
  }

  // Leaves nothing behind, and keeps nothing any more.
  forget() {
    if (this.kept) localStorage.removeItem(this.slot);
    this.kept = false;
  }

  // Makes room for the next person on this computer; the finished answers stay in the browser.
  archive() {
    if (!this.kept) return;
    localStorage.setItem(`${this.slot}:done:${Date.now()}`, JSON.stringify(this.state));
    localStorage.removeItem(this.slot);
  }
}

function freshState(session, rater) {
  return {
    schema: 1, study_digest: steadyStudy.study_digest, session_id: session, rater_digest: rater, ticket: "",
    stage: "new", refresh_hz: 0, answers: [], events: [], sent: {}, skip: [], rested: false, downloaded: 0, code: "",
    outcome: "", closed: "",
  };
}
