/** The drawing of a book on its sheet: put in without its scripts, sized, searched, its nodes lit. */

const SMALLEST = 0.1;
const LARGEST = 3;
const READABLE = 0.8;
const STYLE = /<style[^>]*>([^]*?)<\/style>/gu;

/** A drawing inside the scrolling element `sheet`. */
export class Drawing {
  #svg = null;
  #zoom = 1;
  #now = "";

  constructor(sheet) {
    this.sheet = sheet;
  }

  /** Show an SVG text. Raises Error if it is no drawing. */
  show(text) {
    // Taken out before it is read: our policy lets no style stand inside a document, only sheets of the page.
    const styles = [...text.matchAll(STYLE)].map((found) => read(`<text>${found[1]}</text>`).textContent);
    const parsed = read(text.replaceAll(STYLE, ""));
    if (parsed.localName !== "svg") throw new Error("what came is no drawing");
    for (const unwanted of parsed.querySelectorAll("script, foreignObject")) unwanted.remove();
    document.adoptedStyleSheets = styles.map(adopted);
    this.#svg = document.importNode(parsed, true);
    this.sheet.replaceChildren(this.#svg);
    this.fit();
  }

  /** The names of its nodes, in order. */
  names() {
    return [...(this.#svg?.querySelectorAll(".node") ?? [])].map((node) => node.id.replace(/^node-/u, "")).sort();
  }

  /** As wide as the sheet, so that all of its width is seen. */
  fit() {
    this.#size(this.sheet.clientWidth / this.#svg.viewBox.baseVal.width);
  }

  /** Larger or smaller by a factor, the middle staying the middle. */
  zoom(factor) {
    const { sheet } = this;
    const middle = [(sheet.scrollLeft + sheet.clientWidth / 2) / this.#zoom, (sheet.scrollTop + sheet.clientHeight / 2) / this.#zoom];
    this.#size(this.#zoom * factor);
    sheet.scrollLeft = middle[0] * this.#zoom - sheet.clientWidth / 2;
    sheet.scrollTop = middle[1] * this.#zoom - sheet.clientHeight / 2;
  }

  /** Bring a node into the middle, marked; false if there is none of that name. */
  find(name) {
    for (const one of this.sheet.querySelectorAll(".found")) one.classList.remove("found");
    const node = this.#node(name);
    node?.classList.add("found");
    if (node) this.#bringIn(node);
    return node !== null;
  }

  /** A call walked through `nodes` and now stands at `now`. */
  walk(nodes, now) {
    for (const name of [...nodes, this.#now]) this.#node(name)?.classList.add("passed");
    this.#node(this.#now)?.classList.remove("now");
    this.#now = now;
    const node = this.#node(now);
    if (!node) return;
    node.classList.remove("passed");
    node.classList.add("now");
    this.#bringIn(node);
  }

  /** Another call: nothing has been walked through. */
  clear() {
    this.#now = "";
    for (const one of this.sheet.querySelectorAll(".now, .passed")) one.classList.remove("now", "passed");
  }

  #node(name) {
    return name ? (this.#svg?.getElementById(`node-${name}`) ?? null) : null;
  }

  #size(zoom) {
    this.#zoom = Math.min(LARGEST, Math.max(SMALLEST, zoom));
    const { width, height } = this.#svg.viewBox.baseVal;
    this.#svg.setAttribute("width", String(width * this.#zoom));
    this.#svg.setAttribute("height", String(height * this.#zoom));
  }

  #bringIn(node) {
    if (this.#zoom < READABLE) this.#size(READABLE);
    const box = node.getBoundingClientRect();
    const frame = this.sheet.getBoundingClientRect();
    const left = box.left - frame.left - (frame.width - box.width) / 2;
    this.sheet.scrollBy({ left, top: box.top - frame.top - (frame.height - box.height) / 2 });
  }
}

function read(text) {
  return new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
}

/** The drawing's own style as a sheet of the page; its dark look follows the page's switch, not the system's. */
function adopted(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  for (let place = sheet.cssRules.length - 1; place >= 0; place -= 1) {
    const rule = sheet.cssRules[place];
    if (rule instanceof CSSMediaRule && rule.conditionText.includes("dark")) {
      const inner = [...rule.cssRules].map((one) => `:root[data-theme="dark"] ${one.cssText}`);
      sheet.deleteRule(place);
      for (const one of inner.reverse()) sheet.insertRule(one, place);
    }
  }
  return sheet;
}
