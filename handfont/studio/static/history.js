// Undo and redo: of each step, the letters that it changed and the line, before and after it.
import { $, announce } from "/static/elements.js";
import { state, removed, touched, letterOf, keepSoon } from "/static/browser_storage.js";
const MOST = 200;
let steps = [], at = 0, last = null, redraw = () => {};
const copy = (letter) => ({ ...letter, strokes: [...letter.strokes] });
const look = () => ({ letters: new Map(state.letters.filter((l) => l.rev).map((l) => [l.id, copy(l)])), order: state.letters.map((l) => l.id), line: [...state.line], lineText: state.lineText });
const same = (a, b) => a && b && a.character === b.character && a.strokes.length === b.strokes.length && a.strokes.every((stroke, i) => stroke === b.strokes[i]);
export function start(act) { redraw = act; last = look(); show(); }
// What changed since the last step without being one: letters of others, or what a letter was read as.
export function passOver() { last = look(); }
export function step(name) {
  const now = look(), before = last; last = now;
  const ids = [...new Set([...before.letters.keys(), ...now.letters.keys()])].filter((id) => !same(before.letters.get(id), now.letters.get(id)));
  const line = before.line.length !== now.line.length || before.line.some((stroke, i) => stroke !== now.line[i]);
  if (!ids.length && !line) return;
  steps = [...steps.slice(0, at), { name, ids, line, before, after: now }].slice(-MOST); at = steps.length; show();
}
function put(id, wanted, order) {
  const own = state.letters.find((letter) => letter.id === id);
  if (!wanted?.strokes.length) {
    if (own && !wanted) removed(own); else if (own) { own.strokes = []; own.character = own.sure = ""; own.corrected = false; touched(own); }
    return;
  }
  const rev = Math.max(own?.rev ?? 0, state.removed[id] ?? 0, wanted.rev);
  delete state.removed[id];
  const letter = own ?? letterOf({ id });
  Object.assign(letter, copy(wanted), { rev });
  if (!own) {
    const before = order.slice(0, order.indexOf(id)).findLast((other) => state.letters.some((l) => l.id === other));
    state.letters.splice(before ? state.letters.findIndex((l) => l.id === before) + 1 : 0, 0, letter);
  }
  touched(letter);
}
function go(entry, side, said) {
  for (const id of entry.ids) put(id, entry[side].letters.get(id), entry[side].order);
  if (entry.line) { state.line.splice(0, state.line.length, ...entry[side].line); state.lineText = entry[side].lineText; }
  last = look(); keepSoon(); show(); redraw(entry); announce(`${said}: ${entry.name}.`);
}
export function undo() { if (at > 0) go(steps[--at], "before", "Undone"); }
export function redo() { if (at < steps.length) go(steps[at++], "after", "Done again"); }
function show() {
  $("undo").disabled = at === 0; $("redo").disabled = at === steps.length;
  $("undo").title = at ? `Undo: ${steps[at - 1].name}` : ""; $("redo").title = at < steps.length ? `Redo: ${steps[at].name}` : "";
}
$("undo").addEventListener("click", undo); $("redo").addEventListener("click", redo);
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.matches("textarea, input:not([type=range]):not([type=checkbox])")) return;
  const key = event.key.toLowerCase();
  if (key === "z" || key === "y") { event.preventDefault(); (key === "y" || event.shiftKey ? redo : undo)(); }
});
