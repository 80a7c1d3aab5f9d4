/** The words of the page for languages, numbers, times and ways a call can end. */

const LANGUAGES = { en: "English", zh: "中文", id: "Bahasa Indonesia" };
const OUTCOMES = {
  completed: "They have put the telephone down.",
  busy: "Their line is busy.",
  "no-answer": "Nobody answers.",
  failed: "That number cannot be reached.",
  canceled: "You left while it rang.",
};
const ENDS = {
  caller: "You hung up.",
  document: "The hotline had nothing more to say, and the call ended.",
  hangup: "The hotline ended the call.",
  reject: "The hotline did not take the call.",
  fault: "The telephone company ended the call: the hotline gave it nothing to go on with.",
  carrier: "The telephone company ended the call.",
  exchange: "The local exchange ended the call: a fault of its own.",
};

/** The languages a caller can choose, as [tag, name]. */
export const languages = Object.entries(LANGUAGES);

/** "en-GB" -> "en"; nothing -> "en". */
export function shortTag(tag) {
  return (tag || "en").split("-")[0].toLowerCase().replace("cmn", "zh");
}

/** A tag as browsers know it: Twilio's cmn-CN is zh-CN. */
export function browserTag(tag) {
  return (tag || "en").replace(/^cmn/u, "zh");
}

/** The language's own name. */
export function languageName(tag) {
  return LANGUAGES[shortTag(tag)] ?? tag;
}

/** "+6281234567801" -> "+62 812 3456 7801"; words stay as they are. */
export function spaced(number) {
  const found = /^\+62(8\d\d|\d\d)(\d+)$/u.exec(number);
  return found ? `+62 ${found[1]} ${inGroups(found[2], 4)}` : number;
}

/** "280340638" -> "280 340 638". */
export function inGroups(digits, size = 3) {
  return digits.match(new RegExp(`.{1,${size}}`, "gu"))?.join(" ") ?? digits;
}

/** "stop-my-money" -> "stop my money". */
export function plainly(name) {
  return String(name).replaceAll("-", " ");
}

/** Seconds as a clock says them: 75 -> "1:15". */
export function asClock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A moment as this browser writes it. */
export function asMoment(iso) {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return String(iso);
  return moment.toLocaleString("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** What became of ringing a person. */
export function outcomeOf(status) {
  return OUTCOMES[status] ?? `It ended: ${status}.`;
}

/** Who ended the call, as a sentence. */
export function endOf(by) {
  return ENDS[by] ?? `The call ended (${by}).`;
}
