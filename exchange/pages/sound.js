/** Lets sentences be heard: espeak-ng of this machine, else the browser's own voice, else silence, and says which. */

import { browserTag, languageName, shortTag } from "./words.js";

// Outside this span a voice is no longer understood; a sentence that does not fit is cut at its end.
const SLOWEST = 0.7;
const FASTEST = 2.2;

/** The one voice of the page. `told(text)` says in words what is heard now. */
export class Voice {
  constructor(told) {
    this.told = told;
    this.espeak = { espeak: false, languages: [] };
    this.on = true;
    this.hurried = false;
    this.audio = null;
    this.sentence = 0;
  }

  /** Learn which voices the exchange has: {"espeak", "languages"}. */
  know(voices) {
    this.espeak = voices;
  }

  /** Say a sentence of a call (a `saying` event). */
  say(sid, { sequence, text, language, seconds }) {
    this.stop();
    if (this.#silenced()) return;
    if (this.espeak.espeak && this.espeak.languages.includes(shortTag(language))) {
      this.told("You hear espeak-ng, the voice of this machine.");
      this.#play(`/exchange/calls/${sid}/sounds/${sequence}`, seconds, () => this.#speak(text, language));
    } else {
      this.#speak(text, language);
    }
  }

  /** Play what the caller recorded. */
  replay(sid, recording, seconds) {
    this.stop();
    if (this.#silenced()) return;
    this.told("You hear what you recorded.");
    this.#play(`/exchange/calls/${sid}/recordings/${recording}`, seconds, () => this.told("The recording cannot be played here."));
  }

  /** Be quiet at once. */
  stop() {
    this.sentence += 1;
    this.audio?.pause();
    this.audio = null;
    window.speechSynthesis?.cancel();
  }

  #silenced() {
    if (this.on && !this.hurried) return false;
    this.told(this.on ? "In a hurry: the sound is off." : "The sound is switched off.");
    return true;
  }

  #play(address, seconds, otherwise) {
    const { sentence } = this;
    const audio = new Audio(address);
    const began = performance.now();
    this.audio = audio;
    const failed = () => {
      if (sentence === this.sentence) otherwise();
    };
    audio.addEventListener("error", failed);
    audio.addEventListener("loadedmetadata", () => fit(audio, seconds - (performance.now() - began) / 1000));
    audio.play().catch((fault) => {
      if (fault.name === "NotAllowedError") this.told("This browser plays no sound until you touch the page.");
    });
  }

  #speak(text, language) {
    const voices = window.speechSynthesis?.getVoices() ?? [];
    const voice = voices.find((one) => shortTag(one.lang) === shortTag(language));
    if (voice === undefined) {
      this.told(`Silent: neither this machine nor your browser has a voice for ${languageName(language)}.`);
      return;
    }
    this.told("You hear a voice of your browser.");
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.voice = voice;
    spoken.lang = browserTag(language);
    window.speechSynthesis.speak(spoken);
  }
}

/** Have a sound last as long as the call's clock says. */
function fit(audio, seconds) {
  if (!(seconds > 0) || !Number.isFinite(audio.duration)) return;
  audio.playbackRate = Math.min(FASTEST, Math.max(SLOWEST, audio.duration / seconds));
}
