/** The twelve keys: pressed by mouse, by touch, or by the keyboard while nobody types text. */

import { make } from "./dom.js";

const KEYS = [
  ["1", ""], ["2", "ABC"], ["3", "DEF"],
  ["4", "GHI"], ["5", "JKL"], ["6", "MNO"],
  ["7", "PQRS"], ["8", "TUV"], ["9", "WXYZ"],
  ["*", ""], ["0", "+"], ["#", ""],
];
const NAMES = { "*": "star", "#": "hash" };
const DOWN = 130;

/** Fill `pad` with keys; `pressed(key)` is called for each, `left()` for Escape. */
export function keypad(pad, pressed, left) {
  const buttons = new Map(KEYS.map(([key, letters]) => [key, keyButton(key, letters)]));
  pad.append(...buttons.values());
  const press = (key) => {
    sink(buttons.get(key));
    pressed(key);
  };
  for (const [key, button] of buttons) button.addEventListener("click", () => press(key));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || types(event.target)) return;
    if (event.key === "Escape") left();
    else if (buttons.has(event.key)) {
      event.preventDefault();
      press(event.key);
    }
  });
}

function keyButton(key, letters) {
  const aria = key in NAMES ? { label: NAMES[key] } : {};
  // The letters are drawn by the style sheet: they are no part of the key's name.
  return make("button", { type: "button", className: "key", data: { letters }, aria }, key);
}

function sink(button) {
  button.classList.add("down");
  window.setTimeout(() => button.classList.remove("down"), DOWN);
}

/** Whether keys belong to what has the focus: a field for text, a list to choose from. */
function types(target) {
  return target instanceof Element && target.closest("input, select, textarea, [contenteditable]") !== null;
}
