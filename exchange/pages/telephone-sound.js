/** Telephone sound: 8000 samples a second, 16 bit, one channel. */

export const RATE = 8000;

/** Samples (-1 to 1) at `rate` a second as samples at the telephone's rate: the mean of those that fall together. */
export function asTelephone(samples, rate) {
  const step = rate / RATE;
  const count = Math.round(samples.length / step);
  return Float32Array.from({ length: count }, (_, place) => {
    const from = Math.floor(place * step);
    const to = Math.min(samples.length, Math.max(from + 1, Math.floor((place + 1) * step)));
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += samples[at];
    return sum / (to - from);
  });
}

/** Samples as the exchange takes them: whole numbers of 16 bits, the low byte first. */
export function asSixteenBits(samples) {
  const sound = new DataView(new ArrayBuffer(samples.length * 2));
  samples.forEach((sample, place) => {
    const held = Math.max(-1, Math.min(1, sample));
    sound.setInt16(place * 2, Math.round(held * 32767), true);
  });
  return sound.buffer;
}
