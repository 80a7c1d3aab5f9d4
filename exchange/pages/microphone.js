/** The microphone: what it hears goes into the call as it is said, over a socket of its own. */

import { asSixteenBits, asTelephone } from "./telephone-sound.js";

// Of a second: short enough to be live, long enough to be few.
const PIECES = 25;

// How the exchange closes the socket of a call that is over; RFC 6455, section 7.4.1.
export const CALL_OVER = 1000;

/** Why there is no microphone, in plain words. */
export function whyNot(fault) {
  if (fault.name === "NotAllowedError") return "The browser was told not to use the microphone. Type what you say instead.";
  if (fault.name === "NotFoundError") return "There is no microphone here. Type what you say instead.";
  return "The microphone cannot be used here. Type what you say instead.";
}

/** Open it for a call. Returns what closes it again, once all that was said is on its way. Raises when it may not;
 *  `lost(closed)` is called if the exchange no longer takes what it hears. */
export async function openMicrophone(sid, lost) {
  if (!navigator.mediaDevices) throw new DOMException("no secure page", "NotSupportedError");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true } });
  const context = new AudioContext();
  const shut = () => {
    stream.getTracks().forEach((track) => track.stop());
    return context.close();
  };
  try {
    await context.audioWorklet.addModule("/pages/microphone-worklet.js");
    const socket = await opened(sid);
    socket.addEventListener("close", lost);
    const tap = new AudioWorkletNode(context, "tap");
    const pieces = cut(context.sampleRate, (piece) => socket.readyState === WebSocket.OPEN && socket.send(piece));
    tap.port.onmessage = (message) => pieces.take(message.data);
    context.createMediaStreamSource(stream).connect(tap);
    return async () => {
      tap.port.onmessage = null;
      socket.removeEventListener("close", lost);
      pieces.rest();
      await shut();
      await closed(socket);
    };
  } catch (fault) {
    await shut();
    throw fault;
  }
}

function opened(sid) {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${window.location.host}/exchange/calls/${sid}/microphone`);
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(socket));
    socket.addEventListener("error", () => reject(new Error("the exchange takes no sound")));
  });
}

function closed(socket) {
  if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
  socket.close();
  return new Promise((resolve) => socket.addEventListener("close", resolve));
}

function cut(rate, send) {
  const size = Math.round(rate / PIECES);
  let piece = new Float32Array(size);
  let count = 0;
  const put = () => {
    send(asSixteenBits(asTelephone(piece.subarray(0, count), rate)));
    piece = new Float32Array(size);
    count = 0;
  };
  const take = (block) => {
    for (let from = 0; from < block.length; ) {
      const taken = block.subarray(from, from + size - count);
      piece.set(taken, count);
      count += taken.length;
      from += taken.length;
      if (count === size) put();
    }
  };
  const rest = () => count > rate / 1000 && put();
  return { take, rest };
}
