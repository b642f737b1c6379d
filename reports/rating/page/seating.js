"use strict";
// Finds the session of a person who has agreed, and loads it.

const SESSION_TRIES = 3;

class Seating {
  #visitor;
  #store;
  #receiver;

  constructor(visitor, store, receiver) {
    this.#visitor = visitor;
    this.#store = store;
    this.#receiver = receiver;
  }

  // The session; nothing where there is none for this person, who was told so.
  async sitting() {
    const { session_id: session, ticket, closed } = this.#store.state;
    const known = session && (!this.#receiver || ticket || closed);
    if (!known && !await this.#assigned()) return null;
    return sittingOf(this.#store.state.session_id);
  }

  async #assigned() {
    const { session, rater } = this.#visitor;
    let wanted = this.#store.state.session_id || session;
    if (wanted && !steadyStudy.sessions.includes(wanted)) wanted = await sessionTyped(wanted);
    if (this.#receiver) return this.#claimed(wanted);
    return this.#store.set({ session_id: wanted || (rater ? sessionByRater(rater) : await sessionTyped("")) });
  }

  async #claimed(wanted) {
    for (;;) {
      try {
        const { state } = await this.#receiver.claim(wanted);
        if (state === "finished") this.#store.set({ stage: "done", outcome: "finished" });
        return true;
      } catch (fault) {
        if (fault instanceof Refused && fault.final) return this.#unclaimed(fault, wanted);
        if (this.#store.state.answers.length) return true;
        await ask("The study's server does not answer", "It may be busy, or the connection may have failed.", { again: "Try again" });
      }
    }
  }

  // With answers at hand the session goes on to its download; without, there is nothing to do here.
  #unclaimed(fault, wanted) {
    if (wanted && this.#store.state.answers.length) return this.#store.set({ closed: fault.message });
    const why = {
      full: "All sessions of this study are taken.", taken: "This session belongs to somebody else. Look at the link or the code once more.",
      withdrawn: "You have withdrawn from this study.",
    };
    show("There is no session for you here", el("p", {}, why[fault.reason] ?? fault.message), onward(steadyStudy.outcomes.failed, "Return to the platform"));
    this.#store.forget();
    return false;
  }
}

// A session's trials in order. Comes as a script, since a page opened from disk can fetch nothing.
async function sittingOf(session) {
  for (;;) {
    for (let tries = 0; tries < SESSION_TRIES; tries += 1) {
      await sleep(1000 * tries);
      const sitting = await loadedSitting(session);
      if (sitting) return sitting;
    }
    await ask("The session could not be loaded", "The connection may have failed. Nothing is lost.", { again: "Try again" });
  }
}

function loadedSitting(session) {
  return new Promise((done) => {
    const script = el("script", { src: `sessions/${session}.js`, onerror: () => { script.remove(); done(null); } });
    window.steadySession = (sitting) => done(sitting.id === session ? sitting : null);
    script.addEventListener("load", () => done(null));
    document.head.append(script);
  });
}
