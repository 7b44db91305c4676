// Canvases to write on: strokes in x-heights, y up from the baseline, with guide lines for baseline and x-height.
export class Pad {
  // `high` x-heights tall, the baseline `low` of them above its lower edge.
  constructor(canvas, strokes, changed, high = 3.6, low = 1.15) {
    Object.assign(this, { canvas, strokes, changed, high, low, pen: 0.11, current: null });
    for (const [name, act] of [["pointerdown", this.down], ["pointermove", this.move], ["pointerup", this.up], ["pointercancel", this.up]])
      canvas.addEventListener(name, act.bind(this));
    new ResizeObserver(() => this.draw()).observe(canvas);
  }
  point(event) {
    const box = this.canvas.getBoundingClientRect(), unit = box.height / this.high;
    const round = (value) => Math.round(value * 1000) / 1000;
    return [round((event.clientX - box.left) / unit), round((box.bottom - event.clientY) / unit - this.low), event.pointerType === "pen" ? event.pressure : 0.5];
  }
  down(event) {
    if (event.button) return;
    event.preventDefault(); this.canvas.setPointerCapture(event.pointerId);
    this.current = [this.point(event)]; this.strokes.push(this.current); this.draw();
  }
  move(event) {
    if (!this.current) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const next = this.point(part), last = this.current.at(-1);
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) > 0.02 && this.current.length < 2000) this.current.push(next);
    }
    this.draw();
  }
  up() { if (this.current) { this.current = null; this.changed(); } }
  draw() {
    const { canvas } = this, ratio = devicePixelRatio || 1, box = canvas.getBoundingClientRect();
    if (!box.width) return;
    canvas.width = box.width * ratio; canvas.height = box.height * ratio;
    const context = canvas.getContext("2d"), unit = canvas.height / this.high, style = getComputedStyle(canvas);
    const y = (value) => canvas.height - (value + this.low) * unit;
    context.strokeStyle = style.getPropertyValue("--guide"); context.lineWidth = ratio;
    for (const [height, dash] of [[0, []], [1, [4 * ratio, 4 * ratio]]]) {
      context.setLineDash(dash); context.beginPath(); context.moveTo(0, y(height)); context.lineTo(canvas.width, y(height)); context.stroke();
    }
    context.setLineDash([]); context.strokeStyle = style.color; context.lineCap = context.lineJoin = "round";
    for (const stroke of this.strokes) {
      stroke.forEach((at, i) => {
        const from = stroke[Math.max(0, i - 1)];
        context.lineWidth = this.pen * unit * (0.6 + 0.8 * at[2]); context.beginPath();
        context.moveTo(from[0] * unit, y(from[1])); context.lineTo(at[0] * unit + 0.01, y(at[1])); context.stroke();
      });
    }
  }
}
export const plain = (strokes) => strokes.map((stroke) => stroke.map(([x, y]) => [x, y]));
export function width(strokes, pen = 0.11) {
  const all = strokes.flat();
  return pen * (0.6 + 0.8 * all.reduce((sum, at) => sum + at[2], 0) / all.length);
}
