// A number under the hand: press an input and drag it sideways; everything after it follows until the hand lets go.

const SLACK = 5; // px that a click may wander
const STRIDE = 10; // px for one step of the number

/** By how much a number moves: whole numbers among whole numbers, else tenths. */
const strideOf = (step) => (step.values.every(Number.isInteger) ? 1 : 0.1);

class Scrub {
  constructor(stage, cellAt) {
    this.stage = stage;
    const { stage: ground } = stage;
    ground.addEventListener("pointerdown", (event) => this.press(event, cellAt(event)));
    ground.addEventListener("pointermove", (event) => this.held && this.move(event));
    ground.addEventListener("pointerup", () => this.release());
    ground.addEventListener("pointercancel", () => this.cancel());
    this.onKey = (event) => this.going && event.key === "Escape" && (event.stopPropagation(), this.cancel());
    document.addEventListener("keydown", this.onKey, true); // before the cell that has the focus
  }

  leave() {
    document.removeEventListener("keydown", this.onKey, true);
  }

  get going() {
    return this.held?.going;
  }

  /** A finger scrolls; and a switch has no numbers between. */
  press(event, cell) {
    this.held = undefined;
    if (!cell || event.button || event.pointerType === "touch" || event.target.tagName !== "TD") return;
    if (!this.stage.mayEdit(cell.step) || cell.step.switch) return;
    const before = this.stage.typed(cell);
    this.held = { ...cell, x: event.clientX, before, now: before, stride: strideOf(cell.step) };
  }

  move(event) {
    const { held, stage } = this;
    const way = event.clientX - held.x;
    if (!(event.buttons & 1)) return this.release();
    if (!held.going && Math.abs(way) < SLACK) return;
    if (!held.going) this.begin(event);
    const fine = held.stride * (event.shiftKey ? 0.1 : 1);
    const now = Number((held.before + Math.round(way / STRIDE) * fine).toPrecision(12));
    if (now !== held.now) this.put(now);
  }

  begin(event) {
    const { held, stage } = this;
    held.going = true;
    stage.stage.setPointerCapture(event.pointerId);
    stage.stage.classList.add("scrubbing");
    stage.current = { step: held.step, offset: held.offset };
  }

  put(now) {
    const { step, offset } = this.held;
    this.held.now = now;
    this.stage.compute([{ step, offset, value: now }]);
  }

  /** Whatever arrives meanwhile, a number stays under the hand; among other steps it is no more. */
  keep(rebuilt) {
    if (rebuilt) this.end();
    else if (this.going) this.put(this.held.now);
  }

  release() {
    const { held } = this;
    this.end();
    if (held?.going && held.now !== held.before) this.stage.change([{ step: held.step, offset: held.offset, value: held.now }]);
  }

  cancel() {
    if (this.going) this.put(this.held.before);
    this.end();
  }

  end() {
    this.held = undefined;
    this.stage.stage.classList.remove("scrubbing");
  }
}
