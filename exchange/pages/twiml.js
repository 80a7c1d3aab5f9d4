/** TwiML to look at: one element a line, its parts in colours. It is cut into pieces of text, never parsed as markup. */

import { make } from "./dom.js";

const PIECES = /<\?[^>]*\?>|<!--[^]*?-->|<\/?[A-Za-z][^>]*>|[^<]+/gu;
const ATTRIBUTE = /([\w:.-]+)(=)("[^"]*"|'[^']*')/gu;
// Inside these everything stays on its line: they hold what is spoken.
const SPOKEN = /^<(Say|s|p|lang|prosody|say-as|sub|phoneme|emphasis|w)\b/u;

/** A <pre> of the document. */
export function prettyTwiml(text) {
  const pre = make("pre", { className: "twiml", tabIndex: 0, aria: { label: "TwiML, as the hotline answered" } });
  pre.setAttribute("role", "region");
  let depth = 0;
  let spoken = 0;
  for (const piece of text.match(PIECES) ?? []) {
    const closes = piece.startsWith("</");
    const opens = /^<[A-Za-z]/u.test(piece) && !piece.endsWith("/>");
    if (closes) depth -= 1;
    const tag = piece.startsWith("<");
    const isSay = SPOKEN.test(piece);
    if (tag && spoken === 0 && !piece.startsWith("<?")) pre.append(`${pre.childNodes.length ? "\n" : ""}${"  ".repeat(Math.max(0, depth))}`);
    if (isSay && opens) spoken += 1;
    if (tag) pre.append(...coloured(piece));
    else if (spoken > 0 || piece.trim()) pre.append(piece);
    if (opens) depth += 1;
    if (closes && spoken > 0) spoken -= 1;
  }
  return pre;
}

function coloured(tag) {
  const [, open, name, rest, close] = /^(<[/?!]*)([\w:.-]*)([^]*?)([/?]*>)$/u.exec(tag) ?? [null, "", "", tag, ""];
  const pieces = [mark(open), make("span", { className: "tag" }, name)];
  let at = 0;
  for (const found of rest.matchAll(ATTRIBUTE)) {
    pieces.push(rest.slice(at, found.index), make("span", { className: "name" }, found[1]), mark("="));
    pieces.push(make("span", { className: "value" }, found[3]));
    at = found.index + found[0].length;
  }
  pieces.push(rest.slice(at), mark(close));
  return pieces;
}

function mark(text) {
  return make("span", { className: "mark" }, text);
}
