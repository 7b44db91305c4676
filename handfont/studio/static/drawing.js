// Canvases to write on: strokes in x-heights, y up from the baseline, with guide lines for baseline and x-height.
//
// A mouse and a pen draw at once. A finger scrolls the page, until it rests on the canvas for a moment or has tapped it:
// then the canvas is ready, and stays so while somebody draws.
const HOLD = 180, READY = 4000, STILL = 8;
let ready = null, tired = 0;
function getReady(pad) {
  if (ready !== pad) { ready?.canvas.classList.remove("ready"); ready = pad; }
  clearTimeout(tired);
  if (!pad) return;
  pad.canvas.classList.add("ready");
  tired = setTimeout(() => { if (ready?.current) getReady(ready); else getReady(null); }, READY);
}
document.addEventListener("pointerdown", (event) => { if (ready && event.target !== ready.canvas) getReady(null); });
export class Pad {
  constructor(canvas, strokes, changed, grows = true) {
    Object.assign(this, { canvas, strokes, changed, grows, pen: 0.11, current: null, waiting: null });
    this.fit();
    for (const [name, act] of [["pointerdown", this.down], ["pointermove", this.move], ["pointerup", this.up], ["pointercancel", this.cancel]])
      canvas.addEventListener(name, act.bind(this));
    // What scrolls the page is decided here, not by touch-action: by now it is known whether the finger draws.
    canvas.addEventListener("touchmove", (event) => { if (this.current && event.cancelable) event.preventDefault(); }, { passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault()); // which holding a finger opens
    new ResizeObserver(() => this.draw()).observe(canvas);
  }
  // The canvas is `high` x-heights tall, its baseline `low` of them above the lower edge, and begins at `left`: usually 3.6,
  // 1.15 and 0, or, if it `grows`, more where strokes reach farther, such as those of a letter that was taken from a line.
  fit() {
    const heights = this.grows ? this.strokes.flat().map((at) => at[1]) : [];
    this.low = Math.max(1.15, 0.15 - Math.min(0, ...heights));
    this.high = this.low + Math.max(2.45, 0.15 + Math.max(0, ...heights));
    this.left = 1.5 - (1.5 * this.high) / 3.6;
  }
  point(event) {
    const box = this.canvas.getBoundingClientRect(), unit = box.height / this.high;
    const round = (value) => Math.round(value * 1000) / 1000;
    return [round((event.clientX - box.left) / unit + this.left), round((box.bottom - event.clientY) / unit - this.low), event.pointerType === "pen" ? event.pressure : 0.5];
  }
  down(event) {
    if (event.button || this.current || this.waiting) return;
    if (event.pointerType !== "touch") { event.preventDefault(); return this.begin(event); }
    if (ready === this) return this.begin(event);
    const { clientX, clientY, pointerId } = event;
    this.waiting = { clientX, clientY, pointerId, timer: setTimeout(() => { this.waiting = null; navigator.vibrate?.(8); this.begin(event); }, HOLD) };
  }
  begin(event) {
    try { this.canvas.setPointerCapture(event.pointerId); } catch { return; } // it was lifted meanwhile
    if (event.pointerType === "touch") getReady(this);
    this.current = [this.point(event)]; this.pointer = event.pointerId; this.strokes.push(this.current); this.draw();
  }
  move(event) {
    const { waiting } = this;
    if (waiting && Math.hypot(event.clientX - waiting.clientX, event.clientY - waiting.clientY) > STILL) this.stopWaiting();
    if (!this.current || event.pointerId !== this.pointer) return;
    const parts = event.getCoalescedEvents?.() ?? [];
    for (const part of parts.length ? parts : [event]) {
      const next = this.point(part), last = this.current.at(-1);
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) > 0.02 && this.current.length < 2000) this.current.push(next);
    }
    this.draw();
  }
  stopWaiting() { clearTimeout(this.waiting?.timer); this.waiting = null; }
  up() {
    if (this.waiting) { this.stopWaiting(); getReady(this); return; } // a tap
    if (this.current) { this.current = null; if (ready === this) getReady(this); this.changed(); }
  }
  cancel() { this.stopWaiting(); this.up(); }
  draw() {
    const { canvas } = this, ratio = devicePixelRatio || 1, box = canvas.getBoundingClientRect();
    if (!box.width) return;
    if (!this.current) this.fit();
    canvas.width = box.width * ratio; canvas.height = box.height * ratio;
    const context = canvas.getContext("2d"), unit = canvas.height / this.high, style = getComputedStyle(canvas);
    const x = (value) => (value - this.left) * unit, y = (value) => canvas.height - (value + this.low) * unit;
    context.strokeStyle = style.getPropertyValue("--guide"); context.lineWidth = ratio;
    for (const [height, dash] of [[0, []], [1, [4 * ratio, 4 * ratio]]]) {
      context.setLineDash(dash); context.beginPath(); context.moveTo(0, y(height)); context.lineTo(canvas.width, y(height)); context.stroke();
    }
    context.setLineDash([]); context.strokeStyle = style.color; context.lineCap = context.lineJoin = "round";
    for (const stroke of this.strokes) {
      stroke.forEach((at, i) => {
        const from = stroke[Math.max(0, i - 1)];
        context.lineWidth = this.pen * unit * (0.6 + 0.8 * at[2]); context.beginPath();
        context.moveTo(x(from[0]), y(from[1])); context.lineTo(x(at[0]) + 0.01, y(at[1])); context.stroke();
      });
    }
  }
}
export const plain = (strokes) => strokes.map((stroke) => stroke.map(([x, y]) => [x, y]));
export const pressure = (strokes) => { const all = strokes.flat(); return all.reduce((sum, at) => sum + at[2], 0) / all.length; };
export const width = (strokes, pen = 0.11) => pen * (0.6 + 0.8 * pressure(strokes));
// Colors are drawn, not styled: they change with those of the system.
export const onColors = (act) => matchMedia("(prefers-color-scheme: dark)").addEventListener("change", act);
