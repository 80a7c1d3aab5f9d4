/** A sentence as it is said: all of it can be read, and what is still to come is paler. */

import { make } from "./dom.js";
import { browserTag } from "./words.js";

const PIECES = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+\s*|\s+/gu;
// As the exchange counts: 14 letters or 4 ideographs a second.
const IDEOGRAPH = 3.5;
const STEP = 60;

/** A paragraph whose words are said one after the other over `seconds` of the call's clock. */
export class Sentence {
  constructor({ text, language, seconds = 0 }, speed) {
    this.words = (text.match(PIECES) ?? []).map((piece) => make("span", { className: "ahead" }, piece));
    this.element = make("p", { className: "sentence", lang: browserTag(language) }, ...this.words);
    this.weights = this.words.map((word) => weight(word.textContent));
    this.whole = this.weights.reduce((sum, one) => sum + one, 0) || 1;
    this.said = 0;
    this.weightSaid = 0;
    this.rate = seconds > 0 ? (this.whole * speed) / seconds : Infinity;
    this.since = performance.now();
    this.timer = window.setInterval(() => this.#go(), STEP);
    this.#go();
  }

  /** The sentence is over: to its end, or cut where it was. */
  finish(complete) {
    if (!complete) this.#go();
    window.clearInterval(this.timer);
    if (complete) this.#sayTo(Infinity);
    else if (this.said < this.words.length) this.element.classList.add("cut");
  }

  #go() {
    this.#sayTo(((performance.now() - this.since) / 1000) * this.rate);
  }

  #sayTo(reached) {
    while (this.said < this.words.length && this.weightSaid <= reached) {
      this.words[this.said].className = "";
      this.weightSaid += this.weights[this.said];
      this.said += 1;
    }
  }
}

function weight(piece) {
  return /^[\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff]$/u.test(piece) ? IDEOGRAPH : piece.length;
}
