/** A sentence as it is said: all of it can be read at once, and what is still to come is drawn paler. */

import { make } from "./dom.js";
import { browserTag } from "./words.js";

const PIECES = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+\s*|\s+/gu;
const IDEOGRAPHS = /^[\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff]$/u;
// As the exchange counts: 14 letters or 4 ideographs a second.
const IDEOGRAPH = 3.5;
const STEP = 80;

/** Drawn over the text, not into it: a screen reader must hear a sentence once, and not word by word again. */
const drawn = (name) => {
  if (!("highlights" in CSS)) return null;
  if (!CSS.highlights.has(name)) CSS.highlights.set(name, new Highlight());
  return CSS.highlights.get(name);
};

/** A paragraph whose words are said one after the other over `seconds` of the call's clock. */
export class Sentence {
  constructor({ text, language, seconds = 0 }, speed) {
    this.element = make("p", { className: "sentence", lang: browserTag(language) }, text);
    this.range = new Range();
    this.range.selectNodeContents(this.element);
    this.words = (text.match(PIECES) ?? []).map((piece) => ({ length: piece.length, weight: weight(piece) }));
    const whole = this.words.reduce((sum, one) => sum + one.weight, 0);
    this.rate = seconds > 0 ? (whole * speed) / seconds : Infinity;
    this.since = performance.now();
    this.said = { words: 0, letters: 0, weight: 0 };
    drawn("ahead")?.add(this.range);
    this.timer = window.setInterval(() => this.#go(), STEP);
    this.#go();
  }

  /** The sentence is over: to its end, or cut where it was. */
  finish(complete) {
    window.clearInterval(this.timer);
    drawn("ahead")?.delete(this.range);
    if (complete) return;
    this.#go();
    drawn("cut")?.add(this.range);
  }

  #go() {
    const reached = ((performance.now() - this.since) / 1000) * this.rate;
    const { said } = this;
    while (said.words < this.words.length && said.weight <= reached) {
      const word = this.words[said.words];
      said.words += 1;
      said.letters += word.length;
      said.weight += word.weight;
    }
    this.range.setStart(this.element.firstChild ?? this.element, said.letters);
  }
}

/** The sentences of a former call are gone: nothing is drawn over them any more. */
export function forgetMarks() {
  for (const name of ["ahead", "cut"]) drawn(name)?.clear();
}

function weight(piece) {
  return IDEOGRAPHS.test(piece) ? IDEOGRAPH : piece.length;
}
