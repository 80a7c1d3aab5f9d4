/** One call as the page knows it: what the tape says goes to the screen, the conversation, the voice and the inside. */

import { Discretion, DOT } from "./discretion.js";
import { alarm, announce, byId } from "./dom.js";
import { Inside } from "./inside.js";
import { Line } from "./line.js";
import { Comparison } from "./saving.js";
import { Talk } from "./talk.js";
import { Waiting } from "./waiting.js";
import { asClock, plainly } from "./words.js";

const TICK = 250;
const SILENT = 90;
// In a hurry words rush by, but a person still needs time to find a key, and to speak.
const HURRIED = { words: 8, keys: 2, voice: 1, nothing: 8 };

/** A call of `phone`, to be dialled or followed through its `line`. */
export class Call {
  constructor(phone, { from, to, hurried, hears }) {
    Object.assign(this, { phone, from, to, hurried, sid: "", ended: null, tickets: [], explained: false });
    this.speed = 1;
    this.listening = "nothing";
    this.discretion = new Discretion();
    this.talk = new Talk(this.discretion);
    this.inside = new Inside(this.discretion);
    this.waiting = new Waiting();
    this.comparison = hears && new Comparison(hears);
    this.line = new Line(this.#hears());
    this.typed = [];
    this.language = "en";
    this.recording = null;
    this.awaits = "";
    this.saying = false;
    this.elapsed = 0;
    this.asked = performance.now();
    this.timer = window.setInterval(() => this.#clock(), TICK);
    this.setSpeed(hurried || hears ? HURRIED.nothing : 1);
    this.#state("Ringing ...");
    this.#typed();
    this.#clock();
  }

  /** Show times as they pass at this speed. */
  setSpeed(speed) {
    this.#hold();
    Object.assign(this, { speed });
    Object.assign(this.talk, { speed });
    Object.assign(this.waiting, { speed });
  }

  /** Hurry from now on, or take the time that it takes. */
  hurry(on) {
    this.hurried = on;
    this.pace();
  }

  /** A key: sent, and shown or hidden. */
  press(key) {
    if (this.ended || !this.line.send({ keys: key })) return;
    const certainlySecret = this.discretion.certain && !this.discretion.open;
    this.typed.push(certainlySecret ? DOT : key);
    this.#typed();
    if (!this.saying) this.waiting.run();
  }

  /** Put the handset down. */
  leave() {
    if (this.line.send({ hangup: true })) this.#state("Hanging up ...");
    else this.phone.refused("The line to the exchange was gone already; it ends the call by itself.");
  }

  /** Nothing of this call moves any more. */
  stop() {
    this.line.close();
    this.#still();
  }

  #hears() {
    return {
      opened: (sid) => {
        this.sid = sid;
        const query = new URLSearchParams({ to: this.to, call: sid });
        byId("to-book").href = `/book?${query}`;
        this.phone.windows.postMessage({ sid, to: this.to });
      },
      event: (event) => this.#take(event),
      dropped: () => this.#lost("The line to the exchange dropped. Trying to take the call up again ..."),
      back: () => this.#lost("", "The line is back."),
      wrong: alarm,
      refused: (why) => this.phone.refused(why),
      over: () => this.phone.over(this),
    };
  }

  #take(event) {
    // The inside first: what a request carries was typed into the document before it.
    this.inside.take(event);
    this.discretion.take(event);
    this.talk.take(event);
    const moment = Date.parse(event.at);
    this.first ??= moment;
    this.elapsed = (moment - this.first) / 1000;
    this.asked = performance.now();
    DEEDS[event.kind]?.(this, event);
    if (this.typed.length) this.#typed();
  }

  /** A sentence begins: heard, and nobody waits meanwhile. */
  says(event) {
    this.saying = true;
    this.language = event.language;
    this.pace();
    this.phone.speaking.speaks(event.language);
    this.waiting.pause();
    this.#state("The hotline speaks");
    this.phone.voice.say(this.sid, event);
  }

  /** A sound is played; of sounds there are only the caller's own recordings. */
  plays({ url, seconds }) {
    this.saying = true;
    this.waiting.pause();
    this.#state("A recording is played");
    if (url && this.recording) this.phone.voice.replay(this.sid, this.recording, seconds);
  }

  /** The sentence is over; if none follows, the waiting begins. */
  said() {
    this.saying = false;
    this.phone.voice.stop();
    window.setTimeout(() => {
      if (this.saying || this.ended || !this.awaits) return;
      this.pace();
      this.#state(this.awaits);
      this.waiting.run();
    }, SILENT / this.speed);
  }

  /** The call waits for keys or a voice. */
  listens({ wants, timeout, max_length: longest, speech }) {
    this.#clear();
    this.#listens(wants);
    if (wants === "voice") {
      this.phone.tones.beep();
      this.awaits = "Recording: speak now";
      this.#state(this.awaits);
      announce("The hotline is recording. Speak, or type what you say.");
      this.waiting.arm(longest, "It records at most another");
      this.waiting.run();
      this.phone.speaking.offer();
    } else {
      this.phone.speaking.waits(speech !== undefined);
      this.awaits = "Waiting for a key";
      this.waiting.arm(timeout, "It waits another");
      if (!this.saying) this.said();
    }
  }

  /** Nothing is waited for: the hotline thinks. */
  asks() {
    this.awaits = "";
    this.waiting.stop();
    this.#clear();
    this.#listens("nothing");
    this.phone.speaking.withdraw();
  }

  /** What the hotline tells about the turn. */
  explains(turn) {
    this.explained = true;
    this.comparison?.take(turn);
    for (const ticket of turn.tickets ?? []) {
      this.tickets = [...this.tickets.filter((one) => one.number !== ticket.number), ticket];
    }
    if (turn.waits === "secret") this.typed = this.typed.map(() => DOT);
  }

  /** Say where the call stands. */
  tells(text) {
    this.#state(text);
  }

  /** The end. */
  ends(event) {
    this.ended = event;
    this.talk.note(`The call has ended (${plainly(event.status)}).`);
    this.#still();
  }

  #still() {
    window.clearInterval(this.timer);
    this.#listens("nothing");
    this.waiting.stop();
    this.phone.voice.stop();
    this.phone.tones.still();
    this.phone.speaking.end();
  }

  #listens(wants) {
    this.listening = wants;
    byId("desk").dataset.listens = wants;
    this.pace();
  }

  /** A scripted caller needs no time to think, and goes on as it was placed; whoever speaks is not hurried. */
  pace() {
    if (this.comparison || this.ended) return;
    const hurried = this.hurried && !this.phone.speaking.live;
    const speed = hurried ? HURRIED[this.saying ? "words" : this.listening] : 1;
    if (speed === this.speed) return;
    this.setSpeed(speed);
    this.line.send({ speed });
  }

  #clear() {
    this.typed = [];
    this.#typed();
  }

  #typed() {
    const shown = this.discretion.open ? this.typed.join("") : DOT.repeat(this.typed.length);
    byId("typed-keys").textContent = shown.slice(-18);
  }

  #state(text) {
    byId("state").textContent = text;
  }

  #lost(problem, news = "") {
    alarm(problem);
    if (news) announce(news);
  }

  #hold() {
    this.elapsed = this.#now();
    this.asked = performance.now();
  }

  #now() {
    return this.elapsed + ((performance.now() - this.asked) / 1000) * this.speed;
  }

  #clock() {
    byId("clock").textContent = asClock(this.#now());
  }
}

const DEEDS = {
  answered: (call) => call.tells("Connected"),
  requested: (call, event) => event.what === "voice" && call.asks(),
  saying: (call, event) => call.says(event),
  heard: (call) => call.said(),
  playing: (call, event) => call.plays(event),
  played: (call) => call.said(),
  listening: (call, event) => call.listens(event),
  stream: (call, event) => call.phone.speaking.streams(event),
  recorded: (call, event) => {
    call.recording = event.recording;
  },
  ringing: (call) => {
    call.tells("A person's telephone rings");
    call.phone.tones.ring();
  },
  bridged: (call) => {
    call.tells("Connected with a person");
    call.phone.tones.still();
  },
  "dial-ended": (call) => {
    call.tells("Back with the hotline");
    call.phone.tones.still();
  },
  inside: (call, event) => call.explains(event),
  ended: (call, event) => call.ends(event),
};
