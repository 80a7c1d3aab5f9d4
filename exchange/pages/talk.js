/** The conversation as it is said: who says it, in its language, what is pressed, whom it rings, what is promised. */

import { byId, make } from "./dom.js";
import { Sentence, forgetMarks } from "./sentence.js";
import { ticketCard } from "./ticket.js";
import { languageName, outcomeOf, shortTag, spaced } from "./words.js";

const NEAR = 160;
const CUT_BY = { key: " by a key", speech: " by a word", moved: ", the hotline goes on", "hang-up": ": the caller hung up" };

/** The list of lines of one call. */
export class Talk {
  #bubble = null;
  #sentence = null;
  #tickets = new Set();
  #speaking = false;

  constructor(discretion) {
    this.discretion = discretion;
    this.lines = byId("lines");
    this.speed = 1;
    forgetMarks();
    this.lines.replaceChildren();
    // What opens below the lines takes room from them: the newest stays in sight.
    this.sized = new ResizeObserver(() => this.#follow(this.lines));
    this.sized.observe(this.lines);
  }

  /** Take an event of the tape; those that nobody hears are passed over. */
  take(event) {
    const shown = SHOWN[event.kind];
    if (shown) shown(this, event);
  }

  /** A sentence begins. */
  say(event) {
    this.#speaking = false;
    const who = event.by === "carrier" ? "carrier" : "hotline";
    const sentence = new Sentence(event, this.speed);
    const same = this.#bubble?.who === who && this.#bubble.language === event.language;
    if (!same) this.#bubble = this.#newBubble(who, event.language);
    this.#bubble.element.append(sentence.element);
    this.#sentence = sentence;
    this.#follow(sentence.element);
  }

  /** The sentence is over. */
  heard({ complete, cut_by: cutBy }) {
    this.#sentence?.finish(complete);
    if (!complete && this.#sentence) {
      const words = ` (cut short${CUT_BY[cutBy]})`;
      this.#sentence.element.append(make("span", { className: "unseen", lang: "en" }, words));
    }
    this.#sentence = null;
  }

  /** The caller pressed keys: themselves, or dots. */
  pressed({ keys, digits, finished_on: finishedOn, lost }) {
    const shown = make("span", { className: "keys" });
    const who = make("span", { className: "who" }, lost ? "You pressed, and nobody listened: " : "You pressed ");
    this.#line(make("p", { className: "pressed-line" }, who, shown));
    this.discretion.show(digits ?? keys, (text) => {
      shown.textContent = text + (finishedOn ?? "");
    });
  }

  /** What the caller said, as far as anybody knows it. */
  spoke(words, language) {
    this.#speaking = true;
    const said = make("span", { lang: language }, words);
    this.#line(make("p", { className: "pressed-line" }, make("span", { className: "who" }, "You say: "), said));
  }

  /** The call is led on while somebody speaks: no key is waited for until the next sentence. */
  moved() {
    this.#speaking = true;
  }

  silence() {
    if (!this.#speaking) this.note("Nothing came in time.");
  }

  /** Something that happened, in plain words. */
  note(text, kind = "") {
    this.#line(make("p", { className: `note-line ${kind}`.trim() }, text));
  }

  /** What a turn left behind: its tickets. */
  promised(tickets) {
    for (const ticket of tickets) {
      if (this.#tickets.has(ticket.number)) continue;
      this.#tickets.add(ticket.number);
      this.#line(ticketCard(ticket));
    }
  }

  #newBubble(who, language) {
    const named = { hotline: "The hotline", carrier: "The telephone company" };
    const element = make(
      "div",
      { className: `said ${who}` },
      make("p", { className: "who" }, make("b", {}, named[who]), make("span", { lang: shortTag(language) }, languageName(language))),
    );
    this.lines.append(element);
    return { who, language, element };
  }

  #line(element) {
    this.#bubble = null;
    this.lines.append(element);
    this.#follow(element);
  }

  /** Keep the newest in sight, unless somebody has scrolled back to read. */
  #follow(element) {
    const list = this.lines;
    if (list.scrollHeight > list.clientHeight + 1) {
      const from = list.scrollHeight - list.scrollTop - list.clientHeight;
      if (from < list.clientHeight || from < NEAR + element.offsetHeight) list.scrollTop = list.scrollHeight;
    } else {
      const page = document.documentElement;
      const from = page.scrollHeight - page.scrollTop - page.clientHeight;
      if (from < page.clientHeight) element.scrollIntoView({ block: "nearest" });
    }
  }
}

const SHOWN = {
  saying: (talk, event) => talk.say(event),
  heard: (talk, event) => talk.heard(event),
  pressed: (talk, event) => talk.pressed(event),
  playing: (talk, event) => talk.note(event.url ? "Your recording is played to you." : "Tones are played."),
  spoken: (talk, event) => talk.spoke(event.words, shortTag(event.language)),
  moved: (talk) => talk.moved(),
  silence: (talk) => talk.silence(),
  recorded: (talk, event) => talk.note(`Recorded: ${event.seconds} s.`),
  ringing: (talk, event) => talk.note(`A person's telephone rings: ${spaced(event.number)}`),
  bridged: (talk) => talk.note("A person answers: you are connected."),
  "dial-ended": (talk, event) => talk.note(outcomeOf(event.status)),
  fault: (talk, event) => talk.note(`The telephone company finds a fault (${event.code}): ${event.what}`, "fault"),
  mismatch: (talk, event) => talk.note(`The script does not fit the call: ${event.what}`, "fault"),
  inside: (talk, event) => talk.promised(event.tickets ?? []),
};
