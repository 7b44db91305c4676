// What all parts of the page use: elements by their id, messages, and work that waits until somebody pauses.
export const $ = (id) => document.getElementById(id);
export const say = (text) => { $("status").textContent = text; };
// For those who do not see the page; the same text twice is read twice.
export function announce(text) {
  const line = document.createElement("span"); line.textContent = `${text} `;
  $("announced").append(line);
  while ($("announced").children.length > 5) $("announced").firstChild.remove();
}
export const sentence = (text) => text[0].toUpperCase() + text.slice(1) + (/[.!]$/.test(text) ? "" : ".");
export function after(ms, act) { let timer; return (...given) => { clearTimeout(timer); timer = setTimeout(() => act(...given), ms); }; }
let retry = null, waiting = 0;
// What is done again once the studio can be reached.
export const retryWith = (act) => { retry = act; };
export function failed(error, place = $("status")) {
  if (error.superseded) return;
  if (!(error.message && "status" in error)) console.error(error);
  if (error.lost && retry) { clearTimeout(waiting); waiting = setTimeout(retry, 2000); place = $("page-message"); }
  place.textContent = sentence(error.message || "that did not work");
}
export const random = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export function svg(name, values, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(values)) node.setAttribute(key, value);
  if (text) node.textContent = text;
  return node;
}
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
