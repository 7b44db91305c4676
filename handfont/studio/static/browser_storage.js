// What the person made, kept in the browser: a restarted server, a closed tab or an error loses nothing.
import { say, after, random } from "/static/elements.js";
const KEY = "handfont-studio", MOST_REMOVED = 400;
function load() {
  try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch { return {}; }
}
export const state = { letters: [], removed: {}, line: [], lineText: "", said: "", tab: "tab-boxes", section: "draw", yaml: null,
  choices: { text: "Dear reader,\n\nevery letter on this page was drawn just now." }, fields: {}, all: false, look: "", ...load() };
export const letterOf = (given = {}) => ({ id: random(), strokes: [], character: "", sure: "", corrected: false, joins: [false, false], next: "", rev: 0, ...given });
state.letters = state.letters.map((letter) => letterOf({ ...letter, rev: letter.rev || (letter.strokes.length ? 1 : 0) }));

let full = false;
export function keep() {
  try { localStorage.setItem(KEY, JSON.stringify(state)); full = false; } catch {
    if (!full) say("This browser's storage is full: what you draw is not kept when the tab closes.");
    full = true;
  }
}
export const keepSoon = after(150, keep);
addEventListener("pagehide", keep);
document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });

// Letters of several tabs and devices: of two revisions of a letter the higher one counts.
const listeners = { sent: [], merged: [] };
export const on = (what, act) => listeners[what].push(act);
const tell = (what, ...given) => listeners[what].forEach((act) => act(...given));
export function touched(letter) { letter.rev += 1; keepSoon(); tell("sent", [asShared(letter)]); }
export function removed(letter) {
  state.letters = state.letters.filter((other) => other !== letter);
  if (letter.rev) {
    state.removed[letter.id] = letter.rev + 1;
    for (const id of Object.keys(state.removed).slice(0, -MOST_REMOVED)) delete state.removed[id];
    tell("sent", [{ identity: letter.id, revision: letter.rev + 1, data: null }]);
  }
  keepSoon();
}
export function asShared({ id, rev, strokes, character, sure, corrected, joins, next }) {
  return { identity: id, revision: rev, data: strokes.length ? { strokes, character, sure, corrected, joins, next } : null };
}
export const everything = () => [...state.letters.filter((letter) => letter.rev).map(asShared),
  ...Object.entries(state.removed).map(([identity, revision]) => ({ identity, revision, data: null }))];
export function merge(others) {
  let changed = false;
  for (const { identity: id, revision, data } of others) {
    const own = state.letters.find((letter) => letter.id === id);
    if (revision <= (own?.rev ?? state.removed[id] ?? 0)) continue;
    changed = true;
    if (!data) { state.letters = state.letters.filter((letter) => letter !== own); state.removed[id] = revision; continue; }
    delete state.removed[id];
    if (own) Object.assign(own, data, { rev: revision });
    else {
      const empty = state.letters.findIndex((letter) => !letter.strokes.length);
      state.letters.splice(empty < 0 ? state.letters.length : empty, 0, letterOf({ ...data, id, rev: revision }));
    }
  }
  if (changed) { keepSoon(); tell("merged"); }
}
// Another tab of this browser has stored its letters.
addEventListener("storage", ({ key, newValue }) => {
  if (key !== KEY || !newValue) return;
  const other = JSON.parse(newValue);
  merge([...other.letters.filter((letter) => letter.rev).map(asShared), ...Object.entries(other.removed ?? {}).map(([identity, revision]) => ({ identity, revision, data: null }))]);
});
