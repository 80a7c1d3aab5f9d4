/** A ticket as a card: its number in groups, what it is about, where it stands, until when. */

import { make, pairs } from "./dom.js";
import { asMoment, inGroups, plainly } from "./words.js";

/** The card of one ticket as the inside tells it. */
export function ticketCard({ number, topic, state, priority, due, joined }) {
  return make(
    "article",
    { className: "ticket", data: { ticket: number }, aria: { label: `Ticket ${inGroups(number)}` } },
    make("h3", {}, joined ? "Added to an open ticket" : "A ticket was made"),
    make("p", { className: "number" }, inGroups(number)),
    pairs("", [
      ["About", plainly(topic)],
      ["State", plainly(state)],
      ["Priority", plainly(priority)],
      ["Answer by", due ? asMoment(due) : "no date"],
    ]),
  );
}
