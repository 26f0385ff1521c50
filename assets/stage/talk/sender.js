// Edits on their way to the page: sent until they are answered, for messages can be lost with a connection.

const PATIENCE = [2000, 4000, 8000, 16000]; // ms to wait for an answer before an edit is sent again

export class Sender {
  #isWaiting;
  #deliver;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {() => boolean} isWaiting whether any edit has no answer yet
   * @param {() => void} deliver hands every such edit to the page
   */
  constructor(isWaiting, deliver) {
    this.#isWaiting = isWaiting;
    this.#deliver = deliver;
  }

  /** Hand over every edit the page has not answered yet; again after a while. */
  send() {
    this.#try(0);
  }

  /** @param {number} n how many times it was sent before */
  #try(n) {
    this.stop();
    if (!this.#isWaiting()) return;
    this.#deliver();
    if (n < PATIENCE.length) this.#timer = setTimeout(() => this.#try(n + 1), PATIENCE[n]);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
