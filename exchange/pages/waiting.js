/** The bar that shows how long the hotline still waits, on the clock of the call. */

import { byId } from "./dom.js";

const SOON = 2;
const LOOK = 100;

/** One bar. It runs once nothing is being said any more, and anew after each key. */
export class Waiting {
  #seconds = 0;
  #until = 0;
  #timer = 0;
  #words = "";

  constructor() {
    this.speed = 1;
  }

  /** The call waits for keys (or a voice): so many seconds, from when `run` is called. */
  arm(seconds, words) {
    this.stop();
    this.#seconds = Number(seconds) || 0;
    this.#words = words;
  }

  /** Count from now on. */
  run() {
    if (!this.#seconds) return;
    window.clearInterval(this.#timer);
    this.#until = performance.now() + (this.#seconds * 1000) / this.speed;
    this.#timer = window.setInterval(() => this.#show(), LOOK);
    this.#show();
  }

  /** Not now: something is said. What was armed stays so. */
  pause() {
    window.clearInterval(this.#timer);
    byId("wait").dataset.waits = "no";
  }

  /** Nothing is waited for. */
  stop() {
    this.#seconds = 0;
    this.pause();
  }

  #show() {
    const left = Math.max(0, ((this.#until - performance.now()) / 1000) * this.speed);
    byId("wait").dataset.waits = left > SOON ? "yes" : "soon";
    byId("wait-bar").style.transform = `scaleX(${left / this.#seconds})`;
    const words = `${this.#words} ${Math.ceil(left)} s`;
    if (byId("wait-words").textContent !== words) byId("wait-words").textContent = words;
    if (left === 0) window.clearInterval(this.#timer);
  }
}
