/** The small sounds of a telephone: key tones, ringing, the beep before a recording. Quiet, and off when muted. */

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";
const LOUDNESS = 0.035;

/** One set of tones; `quiet` says at each moment whether they are muted. */
export class Tones {
  #context = null;
  #ringing = 0;

  constructor(quiet) {
    this.quiet = quiet;
  }

  /** The two tones of a key (ITU-T Q.23). */
  key(key) {
    const place = KEYS.indexOf(key);
    if (place >= 0) this.#sound([ROWS[Math.floor(place / 3)], COLUMNS[place % 3]], 0.14);
  }

  /** The tone before a recording. */
  beep() {
    this.#sound([880], 0.35);
  }

  /** Ring until told to stop: 425 Hz, one second in five, as in Indonesia (ITU-T E.180). */
  ring() {
    this.still();
    this.#sound([425], 1);
    this.#ringing = window.setInterval(() => this.#sound([425], 1), 5000);
  }

  /** No more ringing. */
  still() {
    window.clearInterval(this.#ringing);
  }

  #sound(frequencies, seconds) {
    if (this.quiet()) return;
    this.#context ??= new AudioContext();
    const { currentTime: now } = this.#context;
    const loudness = this.#context.createGain();
    loudness.gain.setValueAtTime(0, now);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, now + 0.01);
    loudness.gain.setValueAtTime(LOUDNESS, now + seconds - 0.02);
    loudness.gain.linearRampToValueAtTime(0, now + seconds);
    loudness.connect(this.#context.destination);
    for (const frequency of frequencies) {
      const tone = new OscillatorNode(this.#context, { frequency });
      tone.connect(loudness);
      tone.start(now);
      tone.stop(now + seconds);
    }
  }
}
