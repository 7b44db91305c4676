// What the person made, kept in the browser: a restarted server or a closed tab loses nothing.
const KEY = "handfont-studio";
export function load() {
  try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch { return {}; }
}
export function save(state) {
  try { localStorage.setItem(KEY, JSON.stringify(state)); return true; } catch { return false; }
}
