// Boxes of one letter each: read as they are drawn, corrected, removed.
import { $, announce, failed } from "/static/elements.js";
import { got } from "/static/api.js";
import { Pad, plain, width, onColors } from "/static/drawing.js";
import { state, letterOf, touched, removed, keepSoon, on } from "/static/browser_storage.js";
import * as history from "/static/history.js";

const boxes = new Map(); // by the identity of their letter
let changed = () => {}, looked = () => {};
export function start(learn, look) { changed = learn; looked = look; sync(); }
export const asked = () => {
  const next = new Map(state.letters.map((letter) => [letter.id, letter.character]));
  return state.letters.filter((l) => l.strokes.length && l.character).map((l) => ({ strokes: plain(l.strokes), pen: width(l.strokes),
    character: l.character, joins: l.joins, after: next.get(l.next) ?? "" }));
};
function box(letter) {
  const node = document.createElement("div"); node.className = "box"; node.setAttribute("role", "group");
  node.innerHTML = '<canvas role="img"></canvas><div><input maxlength="1" autocomplete="off" autocapitalize="off" spellcheck="false"><output></output><button class="quiet remove">×</button></div>';
  const [canvas, input, output, remove] = ["canvas", "input", "output", ".remove"].map((name) => node.querySelector(name));
  const pad = new Pad(canvas, letter.strokes, () => { $("taken").textContent = ""; touched(letter); history.step("stroke"); read(made); }), made = { letter, pad, node, canvas, input, output, remove };
  input.addEventListener("change", () => { Object.assign(letter, { character: input.value, corrected: true, sure: "corrected" }); touched(letter); history.step("correction"); show(made); changed(); });
  input.addEventListener("focus", () => { if (letter.character) looked(letter.character); });
  remove.addEventListener("click", () => {
    const place = state.letters.indexOf(letter);
    removed(letter); history.step("letter removed"); announce(letter.character ? `The letter ${letter.character} was removed; undo brings it back.` : "The box was removed.");
    sync(); (boxes.get(state.letters[Math.min(place, state.letters.length - 1)]?.id) ?? [...boxes.values()][0])?.remove.focus(); changed();
  });
  boxes.set(letter.id, made);
  return made;
}
function show({ letter, pad, node, canvas, input, output, remove }) {
  const number = state.letters.indexOf(letter) + 1, what = letter.character ? `the letter ${letter.character}` : letter.strokes.length ? "a letter that is not read yet" : "empty";
  if (pad.strokes !== letter.strokes && !pad.current) pad.strokes = letter.strokes;
  if (document.activeElement !== input) input.value = letter.character;
  output.textContent = letter.sure; pad.draw();
  node.setAttribute("aria-label", `Box ${number}`); canvas.setAttribute("aria-label", `Box ${number}: ${what}`);
  input.setAttribute("aria-label", `What the letter in box ${number} is`); remove.setAttribute("aria-label", `Remove box ${number}`);
  remove.title = "Remove this letter";
  node.classList.toggle("empty", !letter.strokes.length);
}
// The boxes of all letters, and always some empty ones; those that are there stay, as somebody may be drawing in one.
export function sync() {
  for (let free = state.letters.filter((letter) => !letter.strokes.length).length; free < 3; free++) state.letters.push(letterOf());
  const known = new Set(state.letters.map((letter) => letter.id));
  for (const [id, { node }] of boxes) if (!known.has(id)) { node.remove(); boxes.delete(id); }
  state.letters.forEach((letter, place) => {
    const made = boxes.get(letter.id) ?? box(letter);
    made.letter = letter;
    if ($("boxes").children[place] !== made.node) $("boxes").insertBefore(made.node, $("boxes").children[place] ?? null);
    show(made);
  });
}
async function read(made) {
  const { letter } = made, count = letter.strokes.length;
  keepSoon(); sync();
  try {
    const { candidates } = await got("read", { strokes: plain(letter.strokes) }, { letter: letter.id });
    if (count !== letter.strokes.length) return; // it was changed meanwhile
    if (!letter.corrected) {
      const [character, sure] = candidates[0];
      Object.assign(letter, { character, sure: `${Math.round(100 * sure)} %` });
      touched(letter); history.passOver(); show(made);
      announce(`Box ${state.letters.indexOf(letter) + 1} reads ${character}, ${letter.sure}.`); looked(character);
    }
    changed();
  } catch (error) { failed(error); }
}
// Letters that were drawn while the studio could not be reached.
export async function readUnread() { for (const made of [...boxes.values()]) if (made.letter.strokes.length && !made.letter.character) await read(made); }
// After undo, a letter is what it was read as; one that had not been read yet is read now.
export async function redrawn(ids) {
  sync();
  for (const id of ids) { const made = boxes.get(id); if (made?.letter.strokes.length && !made.letter.character) await read(made); }
  changed();
}
export function add(letters) {
  const free = state.letters.findIndex((letter) => !letter.strokes.length), place = free < 0 ? state.letters.length : free;
  state.letters.splice(place, 0, ...letters); letters.forEach(touched); sync();
}
$("clear").addEventListener("click", () => {
  const count = state.letters.filter((letter) => letter.strokes.length).length;
  [...state.letters].forEach(removed); state.line.length = 0; state.lineText = "";
  history.step("all removed"); announce(`${count} letters were removed; undo brings them back.`); sync(); changed();
});
onColors(() => { for (const { pad } of boxes.values()) pad.draw(); });
on("merged", () => { history.passOver(); sync(); changed(); });
