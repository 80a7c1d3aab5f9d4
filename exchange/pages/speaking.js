/** What the caller says, at any moment of the call: by microphone, or typed, and then a voice says it. */

import { alarm, byId, make } from "./dom.js";
import { CALL_OVER, openMicrophone, whyNot } from "./microphone.js";
import { languages, shortTag } from "./words.js";

const TITLES = { records: "The hotline is recording: say something", hears: "The hotline hears you", keys: "Say something" };
const HINTS = {
  records: "When you are done, press # or simply stay quiet.",
  hears: "Say what you want, also while it speaks. The keys work as well.",
  keys: "At this moment the hotline hears keys alone.",
};

/** The box for speaking; `phone` sends deeds, and goes at the pace of life while a microphone is open. */
export class Speaking {
  #close = null;
  #opening = false;
  #records = false;
  #ears = new Set();
  #words = false;

  constructor(phone) {
    this.phone = phone;
    byId("say-language").append(...languages.map(([tag, name]) => make("option", { value: tag, lang: tag }, name)));
    byId("microphone").addEventListener("click", () => this.#pressed());
    byId("say-form").addEventListener("submit", (event) => this.#say(event));
  }

  /** Whether a microphone is open. */
  get live() {
    return this.#close !== null;
  }

  /** A call begins. */
  begin() {
    this.#ears.clear();
    this.#records = false;
    this.#words = false;
    byId("speak").hidden = false;
    this.#look();
  }

  /** The hotline speaks this language. */
  speaks(language) {
    if (document.activeElement !== byId("say-language")) byId("say-language").value = shortTag(language);
  }

  /** The hotline records now. */
  offer() {
    this.#records = true;
    this.#look();
    byId("speak").scrollIntoView({ block: "nearest" });
  }

  /** It waits for keys; `words`: the telephone company takes words too. */
  waits(words) {
    this.#words = words;
    this.#look();
  }

  /** It thinks, and records no more. */
  withdraw() {
    this.#records = false;
    this.#words = false;
    this.#look();
  }

  /** A stream to whoever listens began, or is over. */
  streams({ what, stream }) {
    if (what === "started") this.#ears.add(stream);
    else this.#ears.delete(stream);
    this.#look();
  }

  /** The call is over. */
  end() {
    byId("speak").hidden = true;
    return this.#shut();
  }

  /** The caller has said everything: it is on its way, then the key that ends a recording. */
  async #done() {
    await this.#shut();
    this.phone.press("#");
  }

  #pressed() {
    if (this.#opening) return;
    if (this.live) (this.#records ? this.#done() : this.#shut());
    else this.#open();
  }

  async #open() {
    const { sid } = this.phone;
    this.#opening = true;
    byId("microphone-note").textContent = "";
    try {
      this.#close = await openMicrophone(sid, (closed) => this.#lost(closed));
    } catch (fault) {
      byId("microphone-note").textContent = whyNot(fault);
      byId("say-words").focus();
      return;
    } finally {
      this.#opening = false;
    }
    if (this.phone.sid !== sid || !this.phone.inCall) await this.#shut();
    this.#changed();
  }

  #lost({ code }) {
    const { inCall } = this.phone;
    this.#shut();
    if (inCall && code !== CALL_OVER) alarm("The exchange no longer takes what the microphone hears.");
  }

  async #shut() {
    const close = this.#close;
    this.#close = null;
    this.#changed();
    await close?.();
  }

  #changed() {
    this.#look();
    byId("microphone-note").textContent = this.live ? "Your microphone is open." : "";
    this.phone.pace();
  }

  #look() {
    const state = this.#records ? "records" : this.#ears.size || this.#words ? "hears" : "keys";
    const button = byId("microphone");
    if (byId("speak-title").textContent !== TITLES[state]) byId("speak-title").textContent = TITLES[state];
    byId("speak-hint").textContent = HINTS[state];
    byId("speak").dataset.hears = state;
    button.textContent = this.live ? (this.#records ? "I am done" : "Close the microphone") : "Use the microphone";
    button.classList.toggle("on", this.live);
  }

  #say(event) {
    event.preventDefault();
    const words = byId("say-words").value.trim();
    const language = byId("say-language").value;
    if (words && this.phone.speakWords(words, language)) byId("say-words").value = "";
  }
}
