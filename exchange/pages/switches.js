/** The switches at the top: each is on or off, says so to everybody, and some are remembered. */

import { keep, recalled } from "./memory.js";

/** Make a button a switch. `turned(on)` is called at once and at each change; `name` has it remembered. */
export function asSwitch(button, { on, name = "", turned }) {
  const show = (value) => button.setAttribute("aria-pressed", String(value));
  const state = { on: name ? recalled(name, String(on)) === "true" : on };
  button.addEventListener("click", () => {
    state.on = !state.on;
    show(state.on);
    if (name) keep(name, String(state.on));
    turned(state.on);
  });
  show(state.on);
  turned(state.on);
  return state;
}

/** The switch between light and dark: the system's choice until it is pressed once. */
export function lookSwitch(button) {
  const root = document.documentElement;
  const show = (dark) => {
    root.dataset.theme = dark ? "dark" : "light";
    button.setAttribute("aria-pressed", String(dark));
  };
  show(root.dataset.theme === "dark");
  button.addEventListener("click", () => {
    show(root.dataset.theme !== "dark");
    keep("look", root.dataset.theme);
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (system) => {
    if (!recalled("look", "")) show(system.matches);
  });
}
