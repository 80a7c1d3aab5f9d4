/** Decides whether keys may be shown: what was typed as a secret, or might be one, is only ever dots. */

export const DOT = "•";

/** As many dots as there were keys. */
export function dots(keys) {
  return DOT.repeat(keys.length);
}

/** Follows one call. A document is a secret's once the inside says so, and may be one until it says no. */
export class Discretion {
  #path = "";
  #waits = "";
  #single = false;
  #undecided = [];

  /** Called with each event of the tape, before anybody shows it. */
  take(event) {
    if (event.kind === "requested" && event.what === "voice") {
      this.#path = new URL(event.url).pathname;
      this.#waits = "";
      this.#single = false;
    } else if (event.kind === "listening") {
      this.#single = event.wants === "keys" && event.num_digits === 1;
    } else if (event.kind === "inside" && event.path) {
      this.#learn(event);
    }
  }

  /** Whether keys pressed now may be shown as they are. */
  get open() {
    if (this.#waits) return this.#waits !== "secret";
    return this.#single;
  }

  /** Whether it is certain by now. */
  get certain() {
    return this.#waits !== "" || this.#single;
  }

  /** Show keys through `show(text)`: themselves, or dots; mended once it is known that they are no secret. */
  show(keys, show) {
    if (this.open) {
      show(keys);
      return;
    }
    show(dots(keys));
    if (!this.certain) this.#undecided.push({ path: this.#path, keys, show });
  }

  #learn({ path, waits }) {
    if (this.#path.endsWith(path)) this.#waits = waits;
    const settled = this.#undecided.filter((one) => one.path.endsWith(path));
    this.#undecided = this.#undecided.filter((one) => !settled.includes(one));
    for (const { keys, show } of settled) if (waits !== "secret") show(keys);
  }
}
