/** Conversation files: a call is saved as one, and one is played and compared with what is heard. */

import { byId, make } from "./dom.js";
import { askText, tell } from "./exchange.js";
import { languages } from "./words.js";

const LARGEST = 60 * 1024;
const WITHHELD = /^from\s*=\s*["']withheld["']/mu;

/** The address of a call as a conversation file. */
export function fileOf(sid) {
  return `/exchange/calls/${sid}/conversation`;
}

/** A call as the text of a conversation file. */
export function saved(sid) {
  return askText(fileOf(sid));
}

/** Place a scripted call; {"sid", "hears"}. Raises Error with the exchange's sentence.
 *
 *  It comes from a number that the hotline does not know yet: what it remembers of another call (a language,
 *  an open ticket) would change what is heard. A file whose caller withholds the number does so here too.
 */
export function place(conversation, { to, language, speed }) {
  const told = { conversation, to, language, speed };
  if (!WITHHELD.test(conversation)) told.from = `+62812${String(Math.floor(Math.random() * 1e8)).padStart(8, "0")}`;
  return tell("/exchange/play", told);
}

/** The form to choose a file; `play(text, language)` is called with what was chosen, `wrong(text)` says what was not. */
export function playForm(play, wrong) {
  byId("play-language").append(...languages.map(([tag, name]) => make("option", { value: tag, lang: tag }, name)));
  byId("play-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const [file] = byId("play-file").files;
    if (!file) wrong("Choose a conversation file first.");
    else if (file.size > LARGEST) wrong("That file is too large to be a conversation.");
    else play(await file.text(), byId("play-language").value);
  });
}

/** Compares what a file expects with what is heard, turn by turn. */
export class Comparison {
  constructor(hears) {
    this.expected = hears.filter((prompts) => prompts.length > 0);
    this.heard = [];
  }

  /** Take an `inside` event. */
  take({ prompts }) {
    if (prompts?.length) this.heard.push(prompts);
  }

  /** The first difference, or null. */
  difference() {
    const turns = Math.max(this.expected.length, this.heard.length);
    for (let turn = 0; turn < turns; turn += 1) {
      const expected = (this.expected[turn] ?? []).join(", ");
      const heard = (this.heard[turn] ?? []).join(", ");
      if (expected !== heard) return { turn: turn + 1, expected: expected || "nothing more", heard: heard || "nothing" };
    }
    return null;
  }

  /** The verdict as an element. */
  verdict() {
    const found = this.difference();
    if (found === null) return make("p", { className: "verdict" }, `All ${this.expected.length} turns were heard as the file says.`);
    const text = `Turn ${found.turn} differs. Expected: ${found.expected}. Heard: ${found.heard}.`;
    return make("p", { className: "verdict differs" }, text);
  }
}
