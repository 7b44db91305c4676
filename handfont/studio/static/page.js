// What is written, in which hand and how; the page; and files to download.
import { $, after, failed, say } from "/static/elements.js";
import { ask, got } from "/static/api.js";
import { state, keep, keepSoon } from "/static/browser_storage.js";

const SLIDERS = ["neatness", "weight", "slant", "width", "size", "share"];
const CHOICES = [...SLIDERS, "text", "other", "fresh", "template", "ink", "seed", "name", "hand"];
const PRESETS = { narrow: { width: 0.8 }, wide: { width: 1.25 }, light: { weight: 0.6 }, bold: { weight: 1.6 }, italic: { slant: 12 },
  plain: { width: 1, weight: 1, slant: 0 } };
const percent = (value) => `${Math.round(100 * value)} %`;
const UNITS = { neatness: percent, weight: percent, width: percent, share: percent, slant: (value) => `${value}°`, size: (value) => `${Number(value).toFixed(1)} mm` };
let known = { styles: [], templates: [], characters: "" }, relearn = async () => {}, chosen = () => {};
export const hand = { drawn: null, loaded: null };

export function start({ learn, handChosen }) {
  relearn = learn; chosen = handChosen;
  restore(["text", "name", "ink", "seed", "fresh", ...SLIDERS]); showAll(state.all);
}
// What was chosen stands in the fields, even before the server has said what there is.
function restore(names) { for (const name of names) { if (state.choices[name] !== undefined) $(name).value = state.choices[name]; state.choices[name] = $(name).value; } values(); }
export function began(found) {
  known = found;
  $("template").replaceChildren(...known.templates.map((t) => new Option(t.name, t.name)));
  if (!known.templates.some((t) => t.name === state.choices.template)) state.choices.template = "note-card";
  restore(["template"]);
  $("gallery").replaceChildren(...known.styles.map(({ name, about }) => {
    const node = document.createElement("button"), image = new Image();
    node.dataset.name = name; node.title = about; image.alt = name; node.append(image); node.addEventListener("click", () => use(name)); return node;
  }));
  fields(); hands();
}
export async function samples() { for (const node of $("gallery").children) { node.firstChild.src = `/api/sample/${node.dataset.name}`; await node.firstChild.decode().catch(() => {}); } }
export function use(name) { state.choices.hand = name; keepSoon(); hands(); chosen(); write(); }
const source = (value) => value === "mine" ? { token: hand.drawn?.token ?? "" } : value === "file" ? { token: hand.loaded?.token ?? "" } : { name: value };
export function writing() {
  const { choices } = state, body = { text: state.all ? characters() : choices.text, template: choices.template, fresh: choices.fresh, ink: choices.ink, name: choices.name, fields: {} };
  for (const name of [...SLIDERS, "seed"]) body[name] = Number(choices[name]);
  body.hand = source($("hand").value); body.other = $("other").value ? source($("other").value) : null;
  for (const { name } of known.templates.find((t) => t.name === choices.template)?.fields ?? []) if (state.fields[name]) body.fields[name] = state.fields[name];
  return body;
}
// Does some work, once more where the server has forgotten the styles of this browser.
export async function again(work) {
  try { return await work(); } catch (error) {
    if (!error.forgotten) throw error;
    await relearn();
    return work();
  }
}
let writes = 0;
export const write = after(30, async () => {
  keepSoon(); if (!known.styles.length) return;
  const turn = ++writes;
  $("pages").classList.add("waiting");
  try {
    const found = await again(() => got("page", writing()));
    if (turn !== writes) return; // an answer may come after that of a later request
    $("pages").replaceChildren(...found.pages.map((text, i) => {
      const page = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
      page.setAttribute("aria-label", `Page ${i + 1}`); return page;
    }));
    $("page-message").textContent = ""; say(found.more ? "The first pages are shown; the files have all." : "");
  } catch (error) { failed(error, $("page-message")); } finally { $("pages").classList.remove("waiting"); }
});
for (const button of document.querySelectorAll("[data-save]")) button.addEventListener("click", async () => {
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await again(() => ask(`save/${button.dataset.save}`, writing())), link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob()); link.download = `${state.choices.name || "page"}.${answer.headers.get("x-suffix")}`;
    link.click(); setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  } catch (error) { failed(error, $("page-message")); } finally { button.removeAttribute("aria-busy"); }
});
for (const name of CHOICES) $(name).addEventListener("input", () => {
  state.choices[name] = $(name).value;
  if (name === "text") showAll(false);
  if (name === "other" && $(name).value && !Number(state.choices.share)) set("share", 0.5);
  if (name === "template") fields();
  if (name === "hand") { hands(); chosen(); }
  values(); write();
});
addEventListener("pagehide", keep);
function set(name, value) { $(name).value = state.choices[name] = value; values(); }
// The values of sliders, and which variants they make.
function values() {
  for (const output of document.querySelectorAll(".slider output")) output.textContent = UNITS[output.htmlFor](Number($(output.htmlFor.value).value));
  for (const button of document.querySelectorAll("[data-preset]")) button.setAttribute("aria-pressed", Object.entries(PRESETS[button.dataset.preset]).every(([name, value]) => Number($(name).value) === value));
}
for (const button of document.querySelectorAll("[data-preset]")) button.addEventListener("click", () => {
  const pressed = button.getAttribute("aria-pressed") === "true";
  for (const [name, value] of Object.entries(PRESETS[button.dataset.preset])) set(name, pressed ? PRESETS.plain[name] : value);
  write();
});
$("reseed").addEventListener("click", () => { set("seed", (Number($("seed").value) + 1) % 2147483647); write(); });
// All characters are shown in place of the text, which stays where it is, until it is changed or the button pressed again.
function characters() { const c = known.characters; return [c.match(/[a-z]/g), c.match(/[A-Z]/g), c.match(/[0-9]/g), c.match(/[^a-zA-Z0-9]/g)].map((row) => row.join(" ")).join("\n"); }
function showAll(all) { state.all = all; $("characters").setAttribute("aria-pressed", all); $("characters").textContent = all ? "Back to the text" : "All characters"; }
$("characters").addEventListener("click", () => { showAll(!state.all); write(); });
export function hands() {
  const own = [hand.drawn && ["mine", "Mine, as drawn"], hand.loaded && ["file", `From file: ${hand.loaded.name}`]].filter(Boolean), all = [...own, ...known.styles.map((s) => [s.name, s.name])];
  const fill = (node, options, value) => { node.replaceChildren(...options.map(([v, t]) => new Option(t, v))); node.value = options.some(([v]) => v === value) ? value : options[0]?.[0] ?? ""; return node.value; };
  // A hand that is not there yet stays chosen: it comes once its letters are learnt again.
  const shown = fill($("hand"), all, state.choices.hand); fill($("other"), [["", "no other hand"], ...all], state.choices.other ?? "");
  for (const node of $("gallery").children) node.setAttribute("aria-pressed", node.dataset.name === shown);
}
function fields() {
  $("fields").replaceChildren(...(known.templates.find((t) => t.name === state.choices.template)?.fields ?? []).map(({ name, about }) => {
    const label = document.createElement("label"), input = document.createElement("textarea");
    label.textContent = about || name; input.rows = 1; input.value = state.fields[name] ?? ""; input.addEventListener("input", () => { state.fields[name] = input.value; write(); }); label.append(input); return label;
  }));
}
