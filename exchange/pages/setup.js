/** Who calls and which number: the invented customers with what they know by heart, a withheld number, a free one. */

import { alarm, byId, make, pairs } from "./dom.js";
import { ask } from "./exchange.js";
import { keep, recalled } from "./memory.js";
import { inGroups, languageName, shortTag, spaced } from "./words.js";

const WITHHELD = "anonymous";
const FREE = "free";

/** Fills the two lists, shows the card of the chosen customer, and says what was chosen. */
export class Setup {
  #callers = new Map();
  #names = new Map();

  /** Ask the exchange and fill the lists. */
  async fill() {
    const [callers, numbers] = await Promise.all([ask("/exchange/callers"), ask("/exchange/numbers")]);
    this.#callers = new Map(callers.map((caller) => [caller.number, caller]));
    this.#names = new Map(numbers.map(({ number, name }) => [number, capital(name || spaced(number))]));
    const people = callers.map(({ number, name, language }) => option(number, `${name}, ${languageName(language)}`));
    const others = [option(WITHHELD, "Nobody knows: number withheld"), option(FREE, "Another number ...")];
    byId("from").append(...people, ...others);
    byId("to").append(...[...this.#names].map(([number, name]) => option(number, name)));
    choose(byId("from"), recalled("from", ""));
    choose(byId("to"), recalled("to", ""));
    byId("from").addEventListener("change", () => this.#show());
    byId("to").addEventListener("change", () => this.#show());
    this.#show();
  }

  /** The chosen {from, to}; null, and said so, if the number is none. */
  chosen() {
    const kind = byId("from").value;
    const from = kind === FREE ? byId("free-number").value.replaceAll(/[\s().-]/gu, "") : kind;
    const to = byId("to").value;
    if (kind === FREE && !/^\+[0-9]{7,15}$/u.test(from)) {
      alarm("Your number begins with + and its country code, then 7 to 15 digits.");
      byId("free-number").focus();
      return null;
    }
    keep("from", kind);
    keep("to", to);
    return { from, to };
  }

  /** A number's name, or the number. */
  nameOf(number) {
    return this.#names.get(number) || spaced(number);
  }

  #show() {
    byId("to-number").textContent = spaced(byId("to").value);
    const kind = byId("from").value;
    byId("free").hidden = kind !== FREE;
    const caller = this.#callers.get(kind);
    const card = byId("card");
    card.hidden = caller === undefined;
    card.open = true;
    if (caller) card.replaceChildren(...cardOf(caller));
  }
}

function cardOf({ name, number, account, pin, language }) {
  return [
    make("summary", {}, make("b", {}, `You are ${name}`)),
    pairs("", [
      ["Number", spaced(number)],
      ["Account", account ? inGroups(account, 5) : "none"],
      ["Telephone PIN", pin ?? "none"],
      ["Speaks", make("span", { lang: shortTag(language) }, languageName(language))],
    ]),
    make("p", { className: "hint" }, "Invented: type them when you are asked."),
  ];
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function option(value, text) {
  return make("option", { value }, text);
}

function choose(list, value) {
  if ([...list.options].some((one) => one.value === value)) list.value = value;
}
