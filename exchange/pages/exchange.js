/** Asks the exchange over HTTP: who may call, which numbers there are, sounds, conversation files. */

/** A JSON answer; raises Error with the exchange's own sentence when it refuses. */
async function answer(reply) {
  const told = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Error(told.error ?? `the exchange answers ${reply.status}`);
  return told;
}

/** GET a JSON document. */
export async function ask(path) {
  return answer(await fetch(path));
}

/** GET a text; raises Error with the exchange's sentence. */
export async function askText(path) {
  const reply = await fetch(path);
  const text = await reply.text();
  if (!reply.ok) throw new Error(sentenceOf(text) ?? `the exchange answers ${reply.status}`);
  return text;
}

/** POST a JSON document. */
export async function tell(path, table) {
  const headers = { "Content-Type": "application/json" };
  return answer(await fetch(path, { method: "POST", headers, body: JSON.stringify(table) }));
}

function sentenceOf(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return text || undefined;
  }
}
