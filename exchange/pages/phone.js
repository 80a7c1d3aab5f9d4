/** The telephone page: puts the parts together and leads one call after the other through them. */

import { Call } from "./call.js";
import { alarm, announce, byId } from "./dom.js";
import { ask } from "./exchange.js";
import { rememberFolding } from "./inside.js";
import { keypad } from "./keypad.js";
import { place, playForm, saved } from "./saving.js";
import { Setup } from "./setup.js";
import { Voice } from "./sound.js";
import { Speaking } from "./speaking.js";
import { hideSummary, showSummary } from "./summary.js";
import { asSwitch, lookSwitch } from "./switches.js";
import { Tones } from "./tones.js";
import { shortTag } from "./words.js";

// A file is played this much faster than it was spoken.
const PLAYED = 16;
// Where the phone stands beside the conversation, as in phone.css.
const ROOMY = "(min-width: 56rem)";

class Phone {
  constructor() {
    this.call = null;
    this.hurried = false;
    this.setup = new Setup();
    this.voice = new Voice((text) => {
      if (byId("voice-note").textContent !== text) byId("voice-note").textContent = text;
    });
    this.tones = new Tones(() => !this.voice.on);
    this.speaking = new Speaking(this);
    // A window with the book follows the calls of this one.
    this.windows = new BroadcastChannel("call");
  }

  get sid() {
    return this.call?.sid ?? "";
  }

  get inCall() {
    return this.call !== null && this.call.ended === null;
  }

  /** Call from the chosen number. */
  dial() {
    const chosen = this.inCall ? null : this.setup.chosen();
    if (!chosen) return;
    this.#begin(chosen);
    this.call.line.dial(chosen.from, chosen.to, this.call.speed);
  }

  /** Have a conversation file played by a scripted caller, and follow the call. */
  async play(text, language) {
    if (this.inCall) return;
    const to = byId("to").value;
    try {
      const { sid, hears, notes = [] } = await place(text, { to, language, speed: PLAYED });
      this.#begin({ from: "", to }, hears);
      this.call.setSpeed(PLAYED);
      for (const note of notes) this.call.talk.note(`Not arranged here: ${note}.`);
      this.call.line.follow(sid);
    } catch (fault) {
      alarm(`The file cannot be played: ${fault.message}`);
    }
  }

  #begin({ from, to }, hears = null) {
    alarm("");
    hideSummary();
    this.voice.hurried = this.hurried || hears !== null;
    this.call = new Call(this, { from, to, hurried: this.hurried, hears });
    this.#show("call");
    this.speaking.begin();
    byId("called").textContent = this.setup.nameOf(to);
    byId("to-book").href = `/book?${new URLSearchParams({ to })}`;
    byId("state").focus();
    announce("Calling.");
  }

  /** A key of the keypad or the keyboard. */
  press(key) {
    this.tones.key(key);
    this.call?.press(key);
  }

  /** The caller says typed words; false if nobody can hear them. */
  speakWords(words, language) {
    return this.call?.line.send({ says: words, language }) ?? false;
  }

  /** Go at the pace that fits what happens now. */
  pace() {
    if (this.inCall) this.call.pace();
  }

  /** Put the handset down. */
  leave() {
    if (this.inCall) this.call.leave();
  }

  /** The call is over; `inside` has told everything that it will tell. */
  over(call) {
    if (call !== this.call) return;
    this.#show("idle");
    announce("The call has ended.");
    const title = showSummary(call, {
      again: () => this.dial(),
      replay: async () => {
        try {
          await this.play(await saved(call.sid), shortTag(call.language));
        } catch (fault) {
          alarm(fault.message);
        }
      },
      verdict: call.comparison?.verdict(),
    });
    title.focus({ preventScroll: true });
  }

  /** The call could not be placed or its line is gone. */
  refused(why) {
    alarm(why);
    this.call.stop();
    this.call = null;
    this.#show("idle");
    byId("call").focus();
  }

  /** Hurry, or take the time that it takes. */
  hurry(on) {
    this.hurried = on;
    this.voice.hurried = on;
    if (on) this.voice.stop();
    if (this.inCall) this.call.hurry(on);
  }

  /** Sound on or off. */
  sound(on) {
    this.voice.on = on;
    if (!on) {
      this.voice.stop();
      this.tones.still();
    }
  }

  #show(state) {
    const calling = state === "call";
    byId("desk").dataset.state = state;
    byId("setup").hidden = calling;
    byId("display").hidden = !calling;
    byId("call").hidden = calling;
    byId("leave").hidden = !calling;
    byId("play").hidden = calling;
    if (calling) byId("welcome").hidden = true;
    byId("card").open = !calling || window.matchMedia(ROOMY).matches;
  }
}

async function start() {
  const phone = new Phone();
  lookSwitch(byId("dark"));
  asSwitch(byId("sound"), { on: true, name: "sound", turned: (on) => phone.sound(on) });
  asSwitch(byId("hurry"), { on: false, turned: (on) => phone.hurry(on) });
  rememberFolding();
  keypad(byId("keypad"), (key) => phone.press(key), () => phone.leave());
  byId("call").addEventListener("click", () => phone.dial());
  byId("leave").addEventListener("click", () => phone.leave());
  byId("setup").addEventListener("submit", (event) => {
    event.preventDefault();
    phone.dial();
  });
  playForm((text, language) => phone.play(text, language), alarm);
  try {
    const [voices] = await Promise.all([ask("/exchange/voices"), phone.setup.fill()]);
    phone.voice.know(voices);
    byId("desk").dataset.ready = "yes";
  } catch (fault) {
    alarm(`The exchange does not tell who may call: ${fault.message}`);
  }
}

start();
