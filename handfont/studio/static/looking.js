// A letter seen closely: as it was drawn, as it was learnt, one over the other, and written stroke by stroke.
import { $, after, failed, still, svg } from "/static/elements.js";
import { got } from "/static/api.js";
import { state, keepSoon } from "/static/browser_storage.js";
import { plain } from "/static/drawing.js";
import { again, writing } from "/static/page.js";

const SPEED = 5, LIFT = 220, PAUSE = 500; // x-heights a second; ms between strokes; ms for each where nothing may move
let learnt = null, ready = false, turn = 0;
export function start() { ready = true; $("look-at").value = state.look; refresh(); }
export function at(character) { if (document.activeElement === $("look-at")) return; $("look-at").value = state.look = character; keepSoon(); refresh(); }
const mine = () => state.letters.filter((letter) => letter.character === state.look && letter.strokes.length);
export const refresh = after(60, async () => {
  if (!ready) return;
  turn += 1; learnt = null;
  if (state.look) {
    const own = turn, { hand, ...rest } = writing();
    try {
      if (!hand.name && !hand.token) throw Object.assign(new Error("write a letter, or choose a hand"), { status: 0 });
      const found = await again(() => got("letter", { ...rest, hand: writing().hand, character: state.look, joins: mine()[0]?.joins ?? [false, false] }));
      if (own !== turn) return;
      learnt = found; $("look-message").textContent = "";
    } catch (error) { if (own === turn) failed(error, $("look-message")); }
  }
  show();
});
// Strokes with the middle of their box in the middle of the picture, as where a letter was drawn in its box says nothing.
function lines(strokes, shape) {
  const across = strokes.flat().map(([x]) => x), off = 1.6 - (Math.min(...across) + Math.max(...across)) / 2;
  return strokes.map((stroke) => {
    const points = stroke.map(([x, y]) => `${(x + off).toFixed(3)},${(2.45 - y).toFixed(3)}`);
    return svg("polyline", { class: shape, points: (points.length > 1 ? points : [points[0], points[0]]).join(" ") });
  });
}
function show() {
  const drawn = $("look-mine").checked ? mine() : [], hand = $("look-hand").checked && learnt;
  const parts = [svg("line", { class: "guide", x1: 0, x2: 3.2, y1: 2.45, y2: 2.45 }), svg("line", { class: "guide dashed", x1: 0, x2: 3.2, y1: 1.45, y2: 1.45 })];
  for (const letter of drawn) parts.push(...lines(plain(letter.strokes), "mine"));
  if (hand) parts.push(...lines(learnt.strokes, "hand"));
  $("look").replaceChildren(...parts);
  $("watch").disabled = !(hand || drawn.length);
  const strokes = (count) => `${count} stroke${count > 1 ? "s" : ""}`;
  $("look").setAttribute("aria-label", !state.look ? "A letter, stroke by stroke: none is chosen" :
    `The letter ${state.look}${drawn.length ? `, drawn ${drawn.length === 1 ? "once" : `${drawn.length} times`} with ${strokes(drawn[0].strokes.length)}` : ""}${hand ? `, learnt with ${strokes(learnt.strokes.length)}` : ""}`);
}
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
// The learnt letter is written, or the drawn one where only that is shown.
async function watch() {
  show();
  const own = ++turn, shown = [...$("look").querySelectorAll($("look-hand").checked && learnt ? ".hand" : ".mine")];
  shown.forEach((node) => { node.classList.add("unwritten"); });
  for (const [number, node] of shown.entries()) {
    const length = node.getTotalLength(), [x, y] = node.getAttribute("points").split(" ")[0].split(",").map(Number);
    const sign = svg("text", { class: "number", x: x - 0.08, y: y - 0.08 }, String(number + 1));
    $("look").append(sign); node.classList.remove("unwritten");
    if (still()) { await wait(PAUSE); if (own !== turn) return; continue; }
    node.setAttribute("stroke-dasharray", `${length} ${length + 1}`);
    const began = performance.now(), whole = (1000 * length) / SPEED;
    for (let now = began; now - began < whole; now = await new Promise(requestAnimationFrame)) {
      if (own !== turn) return;
      node.setAttribute("stroke-dashoffset", length * (1 - (now - began) / whole));
    }
    node.removeAttribute("stroke-dasharray"); node.removeAttribute("stroke-dashoffset");
    await wait(LIFT); if (own !== turn) return;
  }
}
$("look-at").addEventListener("input", () => { state.look = $("look-at").value; keepSoon(); refresh(); });
for (const name of ["look-mine", "look-hand"]) $(name).addEventListener("change", () => { turn += 1; show(); });
$("watch").addEventListener("click", watch);
