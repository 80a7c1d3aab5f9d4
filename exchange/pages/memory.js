/** Keeps small choices of this browser (sound, look, what is folded); forgets quietly where it may not. */

/** What was kept under a name, or `usual`. */
export function recalled(name, usual) {
  try {
    return window.localStorage.getItem(name) ?? usual;
  } catch {
    return usual;
  }
}

/** Keep a text under a name. */
export function keep(name, value) {
  try {
    window.localStorage.setItem(name, value);
  } catch {
    // A closed or full storage costs only the memory of a choice.
  }
}
