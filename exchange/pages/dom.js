/** Makes elements from what is known: text is always text, never markup. */

/** An element; `told` holds its properties, `data` and `aria` its attributes of that kind. */
export function make(tag, told = {}, ...children) {
  const element = document.createElement(tag);
  const { aria = {}, data = {}, ...properties } = told;
  Object.assign(element, properties);
  Object.assign(element.dataset, data);
  for (const [name, value] of Object.entries(aria)) element.setAttribute(`aria-${name}`, value);
  element.append(...children);
  return element;
}

/** The element of the page with this id; a page without it is a fault of ours. */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/** A <dl> of pairs; a value may be a text or an element. */
export function pairs(className, entries) {
  const list = make("dl", { className });
  for (const [name, value] of entries) list.append(make("dt", {}, name), make("dd", {}, value));
  return list;
}

/** Says one thing to everybody: seen by nobody, heard by a screen reader. */
export function announce(text) {
  byId("news").textContent = text;
}

/** Says what went wrong, at once; an empty text takes it away. */
export function alarm(text) {
  byId("alarm").textContent = text;
}
