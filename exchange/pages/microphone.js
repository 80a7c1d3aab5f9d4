/** The microphone: pieces of about a second of telephone sound, as long as it is open. */

import { asTelephone, asWav } from "./wav.js";

const PIECE_SECONDS = 1;

/** Why there is no microphone, in plain words. */
export function whyNot(fault) {
  if (fault.name === "NotAllowedError") return "The browser was told not to use the microphone. Type what you say instead.";
  if (fault.name === "NotFoundError") return "There is no microphone here. Type what you say instead.";
  return "The microphone cannot be used here. Type what you say instead.";
}

/** Open it; `piece(wav)` is called for each piece. Returns what closes it
 *  again and gives the last, unfinished piece (or null). Raises when it may not. */
export async function openMicrophone(piece) {
  if (!navigator.mediaDevices) throw new DOMException("no secure page", "NotSupportedError");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const context = new AudioContext();
  try {
    await context.audioWorklet.addModule("/pages/microphone-worklet.js");
  } catch (fault) {
    stream.getTracks().forEach((track) => track.stop());
    await context.close();
    throw fault;
  }
  const tap = new AudioWorkletNode(context, "tap");
  const gathered = gather(context.sampleRate, piece);
  tap.port.onmessage = (message) => gathered.take(message.data);
  context.createMediaStreamSource(stream).connect(tap);
  return async () => {
    tap.port.onmessage = null;
    stream.getTracks().forEach((track) => track.stop());
    await context.close();
    return gathered.rest();
  };
}

function gather(rate, piece) {
  let blocks = [];
  let count = 0;
  const rest = () => {
    if (count === 0) return null;
    const samples = new Float32Array(count);
    let at = 0;
    for (const block of blocks) {
      samples.set(block, at);
      at += block.length;
    }
    blocks = [];
    count = 0;
    return asWav(asTelephone(samples, rate));
  };
  const take = (block) => {
    blocks.push(block);
    count += block.length;
    if (count >= rate * PIECE_SECONDS) piece(rest());
  };
  return { take, rest };
}
