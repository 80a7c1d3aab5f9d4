/** Telephone sound: 8000 samples a second, 16 bit, one channel, as a WAV file. */

export const RATE = 8000;
const HEAD = 44;

/** Samples (-1 to 1) at `rate` a second as samples at the telephone's rate: the mean of those that fall together. */
export function asTelephone(samples, rate) {
  const step = rate / RATE;
  const count = Math.floor(samples.length / step);
  return Float32Array.from({ length: count }, (_, place) => {
    const from = Math.floor(place * step);
    const to = Math.max(from + 1, Math.floor((place + 1) * step));
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += samples[at];
    return sum / (to - from);
  });
}

/** A WAV file (RIFF, PCM) of samples at the telephone's rate. */
export function asWav(samples) {
  const file = new DataView(new ArrayBuffer(HEAD + samples.length * 2));
  const text = (at, letters) => [...letters].forEach((letter, place) => file.setUint8(at + place, letter.charCodeAt(0)));
  text(0, "RIFF");
  file.setUint32(4, HEAD - 8 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true);
  file.setUint16(22, 1, true);
  file.setUint32(24, RATE, true);
  file.setUint32(28, RATE * 2, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true);
  text(36, "data");
  file.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, place) => {
    const held = Math.max(-1, Math.min(1, sample));
    file.setInt16(HEAD + place * 2, Math.round(held * 32767), true);
  });
  return new Blob([file.buffer], { type: "audio/wav" });
}
