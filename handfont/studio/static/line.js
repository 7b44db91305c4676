// A free line: read as it is written, then parted into letters, joined or not.
import { $, after, announce, failed } from "/static/elements.js";
import { got } from "/static/api.js";
import { Pad, plain, pressure, onColors } from "/static/drawing.js";
import { state, letterOf, keepSoon } from "/static/browser_storage.js";
import * as history from "/static/history.js";
import * as letters from "/static/letters.js";

const PROBLEM = (said) => { $("line-message").textContent = said; };
let taken = () => {};
const line = new Pad($("line"), state.line, () => { history.step("stroke of the line"); read(); }, false);
// What reading joined words needs is loaded when the tab is opened.
const prepare = () => { if ($("tab-line").getAttribute("aria-selected") === "true") got("prepare", {}).catch(() => {}); };
export function start(act) { taken = act; show(); onColors(show); $("tab-line").addEventListener("click", prepare); }
export function show() {
  line.draw(); $("line-text").value = state.lineText;
  $("line").setAttribute("aria-label", line.strokes.length ? `Line of ${line.strokes.length} stroke${line.strokes.length > 1 ? "s" : ""}` : "Field to write a line in, empty");
}
function said(text) { $("line-text").value = state.lineText = text; keepSoon(); }
export const read = after(350, async () => {
  keepSoon(); show();
  if (!line.strokes.length) return;
  const before = $("line-text").value; PROBLEM("");
  try {
    const { text } = await got("line", { strokes: plain(line.strokes), typed: "" });
    if ($("line-text").value === before && line.strokes.length) { said(text); announce(`The line reads ${text}.`); }
  } catch (error) { failed(error, $("line-message")); }
});
$("line-take").addEventListener("click", async () => {
  $("taken").textContent = "";
  const typed = $("line-text").value.trim(); PROBLEM("");
  if (!line.strokes.length) return PROBLEM("Nothing was drawn; write a word first.");
  if (!typed) return PROBLEM("Type what the line says first.");
  try {
    const strokes = [...line.strokes], press = pressure(strokes);
    const found = (await got("line", { strokes: plain(strokes), typed }, { letter: "taken" })).letters;
    const sure = found.filter((letter) => letter.sure), unsure = found.filter((letter) => !letter.sure).map((letter) => letter.character);
    if (!sure.length) return PROBLEM("No letter can be parted for certain; write larger and more slowly, or letters apart.");
    const made = found.map((letter) => letter.sure && letterOf({ strokes: placed(letter.strokes, press), character: letter.character, corrected: true,
      sure: letter.joins.some(Boolean) ? "joined" : "typed", joins: letter.joins }));
    found.forEach((letter, i) => { if (made[i] && made[i + 1] && letter.goes_on) made[i].next = made[i + 1].id; });
    line.strokes.length = 0; said(""); show();
    letters.add(made.filter(Boolean)); history.step("letters taken");
    const message = `${sure.length} letter${sure.length > 1 ? "s were" : " was"} taken${unsure.length ? `; left out, as it is not certain where they begin and end: ${unsure.join(" ")}` : ""}.`;
    $("taken").textContent = message; taken();
  } catch (error) { failed(error, $("line-message")); }
});
// A letter in the middle of its box.
function placed(strokes, press) {
  const all = strokes.flat().map(([x]) => x), left = Math.min(...all), right = Math.max(...all), round = (value) => Math.round(value * 1000) / 1000;
  return strokes.map((stroke) => stroke.map(([x, y]) => [round(x - left + Math.max(0.3, (3 - right + left) / 2)), round(y), press]));
}
$("line-clear").addEventListener("click", () => { line.strokes.length = 0; said(""); PROBLEM(""); history.step("line cleared"); show(); });
$("line-text").addEventListener("input", () => { said($("line-text").value); PROBLEM(""); });
