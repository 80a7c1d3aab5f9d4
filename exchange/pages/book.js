/** The page of the book: gets the drawing, and lights the places of the call that it follows. */

import { alarm, announce, byId, make } from "./dom.js";
import { Drawing } from "./drawing.js";
import { ask, askText } from "./exchange.js";
import { Line } from "./line.js";
import { lookSwitch } from "./switches.js";

const STEP = 1.25;
const asked = new URLSearchParams(window.location.search);

class BookPage {
  constructor() {
    this.drawing = new Drawing(byId("sheet"));
    this.to = "";
    this.line = null;
  }

  /** Get the drawing of a number's book; a sentence in its place if there is none. */
  async show(to) {
    try {
      this.drawing.show(await askText(`/exchange/book.svg?${new URLSearchParams({ to })}`));
    } catch (fault) {
      byId("sheet").replaceChildren(make("p", { className: "missing" }, `There is no drawing of this book: ${fault.message}`));
      return;
    }
    this.to = to;
    byId("nodes").replaceChildren(...this.drawing.names().map((value) => make("option", { value })));
    byId("about").textContent = `${this.drawing.names().length} places a caller can be, and every way between them.`;
  }

  /** Light the places of a call, from its beginning on. */
  follow(sid) {
    this.line?.close();
    this.drawing.clear();
    this.#following("Following a call.");
    this.line = new Line({
      opened: () => undefined,
      event: (event) => this.#take(event),
      dropped: () => this.#following("The line to the exchange dropped. Trying again ..."),
      back: () => this.#following("The line is back."),
      wrong: () => undefined,
      refused: (why) => this.#following(`This call cannot be followed: ${why}`),
      over: () => this.#following("The call has ended."),
    });
    this.line.follow(sid, { watch: true });
  }

  find(name) {
    if (this.drawing.find(name)) announce(`${name} is in the middle of the drawing.`);
    else alarm(`There is no node ${name} in this book.`);
  }

  #take(event) {
    if (event.kind === "inside" && this.to) {
      this.drawing.walk(event.nodes ?? [], event.node);
      this.#following("The call stands at ", make("b", {}, event.node));
    }
  }

  #following(...words) {
    byId("following").replaceChildren(...words);
  }
}

function tools(page) {
  byId("larger").addEventListener("click", () => page.to && page.drawing.zoom(STEP));
  byId("smaller").addEventListener("click", () => page.to && page.drawing.zoom(1 / STEP));
  byId("fit").addEventListener("click", () => page.to && page.drawing.fit());
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    alarm("");
    const name = byId("node").value.trim();
    if (name) page.find(name);
  });
}

async function start() {
  const page = new BookPage();
  lookSwitch(byId("dark"));
  tools(page);
  try {
    const to = asked.get("to") ?? (await ask("/exchange/numbers"))[0]?.number ?? "";
    await page.show(to);
  } catch (fault) {
    alarm(`The exchange does not tell its numbers: ${fault.message}`);
  }
  if (asked.get("call")) page.follow(asked.get("call"));
  if (asked.get("node")) page.find(asked.get("node"));
  // The telephone in another window begins a call: this page follows it.
  new BroadcastChannel("call").addEventListener("message", async ({ data }) => {
    if (data.to !== page.to) await page.show(data.to);
    page.follow(data.sid);
  });
}

start();
