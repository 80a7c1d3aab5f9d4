/** The end of a call: how it ended, what was promised, and what can be done next. */

import { byId, make } from "./dom.js";
import { fileOf } from "./saving.js";
import { asClock, endOf, inGroups, plainly } from "./words.js";

/** Show it. `call` knows {sid, ended, tickets, explained}; `again` and `replay` are what the buttons do. */
export function showSummary(call, { again, replay, verdict }) {
  const title = make("h3", { id: "summary-title", tabIndex: -1 }, endOf(call.ended.by));
  const parts = [title, make("p", {}, `It lasted ${asClock(call.ended.seconds)} and ended as “${plainly(call.ended.status)}”.`)];
  if (verdict) parts.push(verdict);
  parts.push(promises(call.tickets));
  parts.push(make("div", { className: "deeds" }, ...deeds(call, again, replay)));
  if (!call.explained) parts.push(make("p", { className: "hint" }, "This call cannot be saved: the hotline did not tell what happened inside."));
  const section = byId("summary");
  section.replaceChildren(...parts);
  section.hidden = false;
  section.scrollIntoView({ block: "nearest" });
  return title;
}

/** Take it away. */
export function hideSummary() {
  byId("summary").hidden = true;
  byId("summary").replaceChildren();
}

function promises(tickets) {
  if (tickets.length === 0) return make("p", {}, "No ticket was made.");
  const items = tickets.map(({ number, topic, state }) => make("li", {}, `Ticket ${inGroups(number)}: ${plainly(topic)}, ${plainly(state)}`));
  return make("ul", {}, ...items);
}

function deeds(call, again, replay) {
  const found = [button("Call again", again)];
  if (call.explained) {
    const download = `call-${call.sid.slice(-6)}.toml`;
    found.push(make("a", { className: "plain", href: fileOf(call.sid), download }, "Save as a conversation file"));
    found.push(button("Play it again", replay));
  }
  return found;
}

function button(text, deed) {
  const element = make("button", { type: "button", className: "plain" }, text);
  element.addEventListener("click", deed);
  return element;
}
