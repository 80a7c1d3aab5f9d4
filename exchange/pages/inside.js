/** What happens inside: a card for each turn, with the request, the TwiML, and what the hotline made of it. */

import { byId, make, pairs } from "./dom.js";
import { keep, recalled } from "./memory.js";
import { ticketCard } from "./ticket.js";
import { prettyTwiml } from "./twiml.js";
import { plainly } from "./words.js";

const WIDE = "(min-width: 84rem)";
const MARGIN = 12;
const TELLING = ["Digits", "FinishedOnKey", "From", "CallStatus", "RecordingDuration", "DialCallStatus", "ErrorCode"];
const WAITS = {
  keys: "keys",
  secret: "a secret, never shown and never kept with the call",
  voice: "a voice",
  person: "a person's telephone",
  end: "nothing more: the end",
};
/** What became of words that the caller said. */
const SAID = {
  Understood: (one) => (one.believed ? "believed" : "asked about"),
  Misheard: () => "not understood",
};

/** Whether the panel is open is remembered; at first it is open where there is room for it. */
export function rememberFolding() {
  const panel = byId("inside");
  const usual = window.matchMedia(WIDE).matches ? "open" : "folded";
  panel.open = recalled("inside", usual) === "open";
  panel.addEventListener("toggle", () => keep("inside", panel.open ? "open" : "folded"));
}

/** The timeline of one call. */
export class Inside {
  #cards = [];
  #touched = false;

  constructor(discretion) {
    this.discretion = discretion;
    this.list = byId("turns");
    this.list.replaceChildren();
    byId("inside-note").textContent = "Each turn of a call: what the telephone company asks, what the hotline answers, and why.";
  }

  /** Take an event of the tape. */
  take(event) {
    if (event.kind === "requested" && event.what === "voice") this.#requested(event);
    else if (event.kind === "document") this.#answered(event);
    else if (event.kind === "inside") this.#explained(event);
  }

  #requested(event) {
    const path = new URL(event.url).pathname;
    const card = this.#card(path);
    const parts = [make("h3", {}, "The telephone company asks"), wire(event.method, path)];
    card.parts.append(make("section", {}, ...parts, ...this.#fields(event.fields)));
  }

  /** Digits may be a secret: they are shown as the discretion allows. */
  #fields(fields) {
    const shown = { ...fields };
    const digits = make("span", {});
    if (shown.Digits) {
      this.discretion.show(shown.Digits, (text) => {
        digits.textContent = text;
      });
      shown.Digits = digits;
    }
    const entries = Object.entries(shown).filter(([, value]) => value !== "");
    const telling = TELLING.flatMap((wanted) => entries.filter(([name]) => name === wanted));
    const rest = entries.filter(([name]) => !TELLING.includes(name));
    const all = make("details", { className: "fields-all" }, make("summary", {}, rest.length === 1 ? "1 more field" : `${rest.length} more fields`), pairs("fields", rest));
    return rest.length ? [pairs("fields", telling), all] : [pairs("fields", telling)];
  }

  #answered({ status, seconds, body, what, url }) {
    const card = this.#cards.at(-1);
    if (!card || what !== "voice") return;
    card.path = new URL(url).pathname;
    const took = typeof seconds === "number" ? ` after ${Math.round(seconds * 1000)} ms` : "";
    const heading = make("h3", {}, `The hotline answers with ${status}${took}`);
    card.parts.append(make("section", {}, heading, prettyTwiml(body)));
    this.#bringIn();
  }

  #explained(turn) {
    const known = this.#cards.findLast((one) => turn.path && one.path.endsWith(turn.path) && !one.turn);
    const card = known ?? this.#card(turn.path);
    card.turn = turn.turn;
    card.element.dataset.turn = turn.turn;
    for (const one of this.#cards.slice(0, this.#cards.indexOf(card)))
      if (one.turn === undefined && !one.onTheWay) {
        one.onTheWay = true;
        one.title.textContent = `On the way to turn ${turn.turn}`;
      }
    card.title.textContent = turn.path ? `Turn ${turn.turn}` : `Turn ${turn.turn}: the end`;
    card.where.textContent = `${turn.heard || turn.source} → ${turn.node}`;
    card.parts.prepend(whatItWas(turn));
    for (const ticket of turn.tickets ?? []) card.parts.append(ticketCard(ticket));
    this.#bringIn();
  }

  #card(path) {
    const title = make("b", {}, "No turn yet");
    const where = make("span", { className: "where" });
    const parts = make("div", { className: "parts" });
    const summary = make("summary", {}, title, " ", where);
    const element = make("details", { className: "turn" }, summary, parts);
    summary.addEventListener("click", () => {
      this.#touched = true;
    });
    if (!this.#touched) {
      for (const one of this.#cards) one.element.open = false;
      element.open = true;
    }
    const card = { path, title, where, parts, element, turn: undefined };
    this.#cards.push(card);
    this.list.append(make("li", {}, element));
    this.#bringIn();
    return card;
  }

  /** Where the panel scrolls by itself, the newest turn comes to its top, until somebody chooses one. */
  #bringIn() {
    const panel = this.list.closest("aside");
    if (this.#touched || panel.scrollHeight <= panel.clientHeight) return;
    const { element } = this.#cards.at(-1);
    panel.scrollTop += element.getBoundingClientRect().top - panel.getBoundingClientRect().top - MARGIN;
  }
}

function wire(method, path) {
  return make("p", { className: "wire" }, make("span", { className: "method" }, method), ` ${path}`);
}

function whatItWas(turn) {
  const nodes = (turn.nodes ?? []).map((name) => nodeName(name, name === turn.node));
  const missed = (turn.events ?? []).filter((one) => one.event === "Missed").length;
  const entries = [
    ["Heard", turn.heard || "nothing"],
    ["Walked through", names(nodes)],
    ["Stands at", names(turn.node ? [nodeName(turn.node, true)] : [])],
    ["Says", names((turn.prompts ?? []).map((name) => nodeName(name, false)))],
    ["Waits for", WAITS[turn.waits] ?? turn.waits],
    ["Knows the caller", plainly(turn.level)],
  ];
  for (const one of turn.events ?? []) {
    if (SAID[one.event]) entries.push(["Said", `${one.said || "nothing"}, ${Math.round(one.sure * 100)} % sure: ${SAID[one.event](one)}`]);
  }
  if (missed) entries.push(["Missed", `${missed} time${missed > 1 ? "s" : ""}`]);
  const facts = (turn.events ?? []).map((one) => one.event).filter((name) => name !== "Missed");
  if (facts.length) entries.push(["For the journal", facts.join(", ")]);
  return make("section", {}, make("h3", {}, "What the hotline made of it"), pairs("facts", entries));
}

function names(elements) {
  return elements.length ? make("span", { className: "names" }, ...elements) : "none";
}

function nodeName(name, now) {
  return make("span", { className: now ? "node-name now" : "node-name" }, name);
}
