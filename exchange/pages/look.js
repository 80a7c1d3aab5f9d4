/* Puts the page into the light or the dark look that was chosen last, before anything is drawn. */
{
  let chosen = null;
  try {
    chosen = window.localStorage.getItem("look");
  } catch {
    // Storage may be closed to us; then the system's look it is.
  }
  const known = chosen === "dark" || chosen === "light";
  const dark = known ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
