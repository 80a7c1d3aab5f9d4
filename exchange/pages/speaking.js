/** While the hotline records: the caller speaks by microphone, or types what a voice then says. */

import { alarm, byId, make } from "./dom.js";
import { speak } from "./exchange.js";
import { openMicrophone, whyNot } from "./microphone.js";
import { languages, shortTag } from "./words.js";

/** The box for speaking; `phone` sends deeds and writes down what was said. */
export class Speaking {
  #close = null;
  #sent = Promise.resolve();

  constructor(phone) {
    this.phone = phone;
    byId("say-language").append(...languages.map(([tag, name]) => make("option", { value: tag, lang: tag }, name)));
    byId("microphone").addEventListener("click", () => (this.#close ? this.done() : this.#open()));
    byId("say-form").addEventListener("submit", (event) => this.#say(event));
  }

  /** The hotline records now, in the language it last spoke. */
  offer(language) {
    byId("say-language").value = shortTag(language);
    byId("microphone-note").textContent = "";
    byId("speak").hidden = false;
    byId("speak").scrollIntoView({ block: "nearest" });
  }

  /** It records no more: nobody hears what is left. */
  withdraw() {
    byId("speak").hidden = true;
    return this.#shut();
  }

  /** The caller has said everything: what is left of it goes out, then the key that ends a recording. */
  async done() {
    const { sid } = this.phone;
    const rest = await this.#shut();
    if (rest) this.#send(sid, rest);
    await this.#sent;
    this.phone.press("#");
  }

  async #open() {
    const sid = this.phone.sid;
    try {
      this.#close = await openMicrophone((wav) => this.#send(sid, wav));
    } catch (fault) {
      byId("microphone-note").textContent = whyNot(fault);
      byId("say-words").focus();
      return;
    }
    if (byId("speak").hidden) {
      await this.#shut();
      return;
    }
    this.#look("I am done", "Speak now: the hotline hears your microphone.");
  }

  async #shut() {
    const close = this.#close;
    this.#close = null;
    this.#look("Use the microphone", "");
    return (await close?.()) ?? null;
  }

  #look(text, note) {
    const button = byId("microphone");
    button.textContent = text;
    button.classList.toggle("on", this.#close !== null);
    byId("microphone-note").textContent = note;
  }

  #send(sid, wav) {
    this.#sent = this.#sent.then(() => speak(sid, wav)).catch((fault) => alarm(`What you said did not arrive: ${fault.message}`));
  }

  #say(event) {
    event.preventDefault();
    const words = byId("say-words").value.trim();
    const language = byId("say-language").value;
    if (words && this.phone.speakWords(words, language)) byId("say-words").value = "";
  }
}
