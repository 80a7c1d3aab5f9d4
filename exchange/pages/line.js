/** The line to the exchange: one WebSocket a call, taken up again when it drops. */

const RETRIES = [100, 300, 700, 1000, 1500, 2000, 3000, 5000];

/** A call on a socket. `hears` is told: opened(sid), event(tape event), wrong(deed), dropped(), back(), refused(why), over(). */
export class Line {
  constructor(hears) {
    this.hears = hears;
    this.sid = "";
    this.sequence = 0;
    this.tries = 0;
    this.finished = false;
    this.socket = null;
  }

  /** Place a call. */
  dial(from, to, speed) {
    this.#open(new URLSearchParams({ from, to, speed }));
  }

  /** Take up a call that goes on already; who only watches does not hold the line. */
  follow(sid, { watch = false } = {}) {
    this.sid = sid;
    this.watch = watch;
    this.#open(this.#following());
  }

  /** Tell the exchange what the caller does; false if there is no line at this moment. */
  send(deed) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(deed));
    return true;
  }

  /** Stop listening for good. */
  close() {
    this.finished = true;
    this.socket?.close();
  }

  #following() {
    const query = new URLSearchParams({ follow: this.sid, after: String(this.sequence) });
    if (this.watch) query.set("watch", "1");
    return query;
  }

  #open(query) {
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${window.location.host}/exchange/line?${query}`);
    this.socket = socket;
    socket.addEventListener("message", (message) => this.#take(JSON.parse(message.data)));
    socket.addEventListener("close", () => this.#closed());
  }

  #take(frame) {
    if (frame.error !== undefined) {
      if (this.sid && this.sequence) {
        this.hears.wrong(frame.error);
        return;
      }
      this.finished = true;
      this.hears.refused(frame.error);
    } else if (frame.kind === undefined) {
      const again = this.tries > 0;
      this.tries = 0;
      this.sid = frame.call;
      if (again) this.hears.back();
      else this.hears.opened(frame.call);
    } else if (frame.sequence > this.sequence) {
      this.sequence = frame.sequence;
      this.ended ||= frame.kind === "ended";
      this.hears.event(frame);
    }
  }

  #closed() {
    if (this.finished) return;
    if (this.ended) {
      this.finished = true;
      this.hears.over();
    } else if (this.sid && this.tries < RETRIES.length) {
      const pause = RETRIES[this.tries];
      this.tries += 1;
      this.hears.dropped();
      window.setTimeout(() => {
        if (!this.finished) this.#open(this.#following());
      }, pause);
    } else {
      this.finished = true;
      this.hears.refused(this.sid ? "The line to the exchange is gone." : "The exchange does not answer. Is it running?");
    }
  }
}
