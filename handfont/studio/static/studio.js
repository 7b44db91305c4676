// The page: letters are read and learnt as they are drawn, and the text is written anew on every change.
import { Pad, plain, width } from "/static/drawing.js";
import { load, save } from "/static/browser_storage.js";
import { show } from "/static/posterior.js";
import { ask } from "/static/api.js";

const $ = (id) => document.getElementById(id);
const SLIDERS = ["neatness", "weight", "slant", "width", "size", "share"];
const CHOICES = [...SLIDERS, "text", "other", "fresh", "template", "ink", "seed", "name", "hand"];
const PRESETS = { narrow: { width: 0.8 }, wide: { width: 1.25 }, light: { weight: 0.6 }, bold: { weight: 1.6 }, italic: { slant: 12 },
  plain: { width: 1, weight: 1, slant: 0 } };
const state = { letters: [], line: [], yaml: null, choices: { text: "Dear reader,\n\nevery letter on this page was drawn just now." }, fields: {}, all: false, ...load() };
let known = { styles: [], templates: [], characters: "" }, drawn = null, loaded = null, trail = [], pads = [];

const keep = () => { if (!save(state)) say("This browser's storage is full: what you draw is not kept when the tab closes."); };
const say = (text) => { $("status").textContent = text; };
function failed(error, place = $("status")) {
  if (error.superseded) return;
  if (error.lost) setTimeout(begin, 2000);
  place.textContent = error.message[0].toUpperCase() + error.message.slice(1) + (/[.!]$/.test(error.message) ? "" : ".");
}
function after(ms, act) { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, ms); }; }

// ---- letters
function addBox(letter) {
  const node = document.createElement("div"); node.className = "box";
  node.innerHTML = '<canvas></canvas><div><input maxlength="1" autocomplete="off" spellcheck="false"><output></output><button title="Remove">×</button></div>';
  const [canvas, input, output, remove] = ["canvas", "input", "output", "button"].map((name) => node.querySelector(name));
  const pad = new Pad(canvas, letter.strokes, () => read(box)), box = { letter, pad, node, input, output };
  canvas.setAttribute("aria-label", "Box to write one letter in");
  input.setAttribute("aria-label", "What the letter is"); remove.setAttribute("aria-label", "Remove this letter");
  input.value = letter.character; output.textContent = letter.sure ?? "";
  input.addEventListener("change", () => { letter.character = input.value; letter.corrected = true; output.textContent = "corrected"; letter.sure = "corrected"; learn(); });
  remove.addEventListener("click", () => { state.letters = state.letters.filter((other) => other !== letter); pads = pads.filter((other) => other !== box); node.remove(); room(); learn(); });
  pads.push(box); $("boxes").append(node);
}
function room() {
  if (state.letters.filter((letter) => !letter.strokes.length).length < 3) {
    for (let i = 0; i < 3; i++) { const letter = { id: crypto.randomUUID(), strokes: [], character: "" }; state.letters.push(letter); addBox(letter); }
  }
}
async function read(box) {
  const { letter } = box; keep(); room(); last = box;
  if (!letter.strokes.length) { letter.character = box.input.value = box.output.textContent = ""; return learn(); }
  try {
    const { candidates } = await (await ask("read", { strokes: plain(letter.strokes) }, { letter: letter.id })).json();
    if (!letter.corrected) {
      const [character, sure] = candidates[0];
      letter.character = box.input.value = character; letter.sure = box.output.textContent = `${Math.round(100 * sure)} %`;
    }
    learn();
  } catch (error) { failed(error); }
}
let last = null;
const asked = () => state.letters.filter((l) => l.strokes.length && l.character).map((l) => ({ strokes: plain(l.strokes), pen: width(l.strokes), character: l.character }));
async function learn() {
  keep();
  const letters = asked();
  if (!letters.length) { drawn = null; trail = []; posterior(); hands(); return write(); }
  try {
    const found = await (await ask("learn", { letters })).json();
    if (!drawn && !loaded) state.choices.hand = "mine";
    drawn = found;
    trail.push(found.posterior.at);
    hands(); posterior(); write();
  } catch (error) { failed(error); }
}
function posterior() {
  const found = state.choices.hand === "file" ? loaded : drawn;
  show($("map"), $("bars"), known.styles, found?.posterior, trail);
  $("known").textContent = found ? `${found.samples} letter${found.samples > 1 ? "s" : ""}: ${Math.round(100 * found.posterior.known)} % of the style is known.` : "Nothing yet: every hand is possible.";
}

// ---- a free line
const line = new Pad($("line"), state.line, () => { keep(); readLine(); }, 3.6, 1.15);
const readLine = after(350, async () => {
  if (!line.strokes.length) return;
  const before = $("line-text").value;
  try { const { text } = await lineOf(""); if ($("line-text").value === before) $("line-text").value = text; } catch (error) { failed(error, $("line-message")); }
});
async function lineOf(typed) { $("line-message").textContent = ""; return (await ask("line", { strokes: plain(line.strokes), typed }, { letter: typed && "taken" })).json(); }
$("line-take").addEventListener("click", async () => {
  const text = [...$("line-text").value.replace(/\s/g, "")], problem = (said) => { $("line-message").textContent = said; };
  if (!line.strokes.length) return problem("Nothing was drawn; write a word first.");
  if (!text.length) return problem("Type what the line says first.");
  try {
    const { groups } = await lineOf(text.join(""));
    state.letters = state.letters.filter((letter) => letter.strokes.length);
    groups.forEach((group, i) => {
      const strokes = group.map((index) => line.strokes[index]), left = Math.min(...strokes.flat().map((p) => p[0])), right = Math.max(...strokes.flat().map((p) => p[0]));
      state.letters.push({ id: crypto.randomUUID(), strokes: strokes.map((s) => s.map(([x, y, p]) => [x - left + Math.max(0.3, (3 - right + left) / 2), y, p])), character: text[i], corrected: true, sure: "typed" });
    });
    line.strokes.length = 0; line.draw(); $("line-text").value = ""; build(); select($("tab-boxes")); learn();
  } catch (error) { failed(error, $("line-message")); }
});
$("line-undo").addEventListener("click", () => { line.strokes.pop(); line.draw(); keep(); readLine(); });
$("line-clear").addEventListener("click", () => { line.strokes.length = 0; line.draw(); $("line-text").value = $("line-message").textContent = ""; keep(); });
$("line-text").addEventListener("input", () => { $("line-message").textContent = ""; });
function build() { pads = []; $("boxes").replaceChildren(); state.letters.forEach(addBox); room(); }
$("undo").addEventListener("click", () => { const box = last?.letter.strokes.length ? last : pads.findLast((b) => b.letter.strokes.length); if (box) { box.letter.strokes.pop(); box.pad.draw(); read(box); } });
$("clear").addEventListener("click", () => { if (confirm("Remove all letters you drew?")) { state.letters = []; build(); learn(); } });

// ---- scans and style files
let file = null;
function chosen(given) {
  file = given; if (!given) return;
  if (given.size > 60e6) { $("scan-go").disabled = true; $("scan-report").textContent = "That file is too large; at most 60 MB can be read."; return; }
  if (/\.ya?ml$/i.test(given.name)) return given.text().then((text) => take(text)).catch((error) => failed(error, $("scan-report")));
  $("scan-report").textContent = given.name; $("scan-go").disabled = false;
}
async function take(yaml) { loaded = await (await ask("style", yaml, { kind: "application/yaml" })).json(); state.yaml = yaml; use("file"); $("scan-report").textContent = `The style '${loaded.name}' is loaded.`; }
function use(hand) { state.choices.hand = hand; keep(); hands(); posterior(); write(); }
$("file").addEventListener("change", (event) => chosen(event.target.files[0]));
for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, (event) => {
  event.preventDefault(); $("drop").classList.toggle("over", name === "dragover");
  if (name === "drop" && event.dataTransfer.files[0]) { select($("tab-scan")); chosen(event.dataTransfer.files[0]); }
});
$("scan-go").addEventListener("click", async () => {
  const form = new FormData(); form.append("scan", file); form.append("text", $("said").value);
  $("scan-go").disabled = true; $("scan-report").textContent = "Reading the scan …";
  try {
    loaded = await (await ask("scan", form)).json(); state.yaml = loaded.yaml; use("file");
    $("scan-report").textContent = `${loaded.read} letters were read${loaded.doubtful.length ? `; left out: ${loaded.doubtful.join(", ")}` : ""}.`;
  } catch (error) { failed(error, $("scan-report")); } finally { $("scan-go").disabled = false; }
});

// ---- the page
function source(value) { return value === "mine" ? { token: drawn?.token ?? "" } : value === "file" ? { token: loaded?.token ?? "" } : { name: value }; }
function writing() {
  const { choices } = state, body = { text: state.all ? characters() : choices.text, template: choices.template, fresh: choices.fresh, ink: choices.ink, name: choices.name, fields: {} };
  for (const name of [...SLIDERS, "seed"]) body[name] = Number(choices[name]);
  body.hand = source(choices.hand); body.other = choices.other ? source(choices.other) : null;
  for (const { name } of known.templates.find((t) => t.name === choices.template)?.fields ?? []) if (state.fields[name]) body.fields[name] = state.fields[name];
  return body;
}
async function again(work) {
  try { return await work(); } catch (error) {
    if (!error.forgotten) throw error;
    if (asked().length) drawn = await (await ask("learn", { letters: asked() })).json();
    if (state.yaml) loaded = await (await ask("style", state.yaml, { kind: "application/yaml" })).json();
    return work();
  }
}
let writes = 0;
const write = after(30, async () => {
  keep(); if (!known.styles.length) return;
  const turn = ++writes;
  $("pages").classList.add("waiting");
  try {
    const found = await again(async () => (await ask("page", writing())).json());
    if (turn !== writes) return; // an answer may come after that of a later request
    $("pages").replaceChildren(...found.pages.map((text) => document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true)));
    $("page-message").textContent = ""; say(found.more ? "The first pages are shown; the PDF has all." : "");
  } catch (error) { failed(error, $("page-message")); } finally { $("pages").classList.remove("waiting"); }
});
for (const button of document.querySelectorAll("[data-save]")) button.addEventListener("click", async () => {
  try {
    const answer = await again(() => ask(`save/${button.dataset.save}`, writing())), link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob()); link.download = `${state.choices.name || "page"}.${answer.headers.get("x-suffix")}`;
    link.click(); setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  } catch (error) { failed(error, $("page-message")); }
});
for (const name of CHOICES) {
  $(name).addEventListener("input", () => {
    state.choices[name] = $(name).value; if (name === "text") showAll(false); if (name === "other" && $(name).value && !Number(state.choices.share)) set("share", 0.5);
    if (name === "template") fields(); if (name === "hand") { hands(); posterior(); } write();
  });
}
function set(name, value) { $(name).value = state.choices[name] = value; }
for (const button of document.querySelectorAll("[data-preset]")) button.addEventListener("click", () => { for (const [name, value] of Object.entries(PRESETS[button.dataset.preset])) set(name, value); write(); });
$("reseed").addEventListener("click", () => { set("seed", (Number($("seed").value) + 1) % 2147483647); write(); });
// All characters are shown in place of the text, which stays where it is, until it is changed or the button pressed again.
function characters() { const c = known.characters; return [c.match(/[a-z]/g), c.match(/[A-Z]/g), c.match(/[0-9]/g), c.match(/[^a-zA-Z0-9]/g)].map((row) => row.join(" ")).join("\n"); }
function showAll(all) { state.all = all; $("characters").setAttribute("aria-pressed", all); $("characters").textContent = all ? "Back to the text" : "All characters"; }
$("characters").addEventListener("click", () => { showAll(!state.all); write(); });
function hands() {
  const own = [drawn && ["mine", "Mine, as drawn"], loaded && ["file", `From file: ${loaded.name}`]].filter(Boolean), all = [...own, ...known.styles.map((s) => [s.name, s.name])];
  const fill = (node, options, value) => { node.replaceChildren(...options.map(([v, t]) => new Option(t, v))); node.value = options.some(([v]) => v === value) ? value : options[0]?.[0] ?? ""; return node.value; };
  state.choices.hand = fill($("hand"), all, state.choices.hand); state.choices.other = fill($("other"), [["", "no other hand"], ...all], state.choices.other ?? "");
  for (const node of $("gallery").children) node.setAttribute("aria-pressed", node.dataset.name === state.choices.hand);
}
function fields() {
  $("fields").replaceChildren(...(known.templates.find((t) => t.name === state.choices.template)?.fields ?? []).map(({ name, about }) => {
    const label = document.createElement("label"), input = document.createElement("textarea");
    label.textContent = about || name; input.rows = 1; input.value = state.fields[name] ?? ""; input.addEventListener("input", () => { state.fields[name] = input.value; write(); }); label.append(input); return label;
  }));
}
const tabs = [...document.querySelectorAll("[role=tab]")];
function select(tab) {
  for (const other of tabs) { other.setAttribute("aria-selected", other === tab); other.tabIndex = other === tab ? 0 : -1; $(other.getAttribute("aria-controls")).hidden = other !== tab; }
}
tabs.forEach((tab, i) => {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (event) => { const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]; if (step) { const next = tabs[(i + step + tabs.length) % tabs.length]; select(next); next.focus(); } });
});

async function begin() {
  try {
    say("The model is being loaded …"); known = await (await ask("start")).json(); say("");
    $("template").replaceChildren(...known.templates.map((t) => new Option(t.name, t.name)));
    for (const name of CHOICES) if (name !== "hand" && name !== "other") { if (state.choices[name] !== undefined) $(name).value = state.choices[name]; else if (name === "template") $(name).value = "note-card"; state.choices[name] = $(name).value; }
    $("gallery").replaceChildren(...known.styles.map(({ name, about }) => { const node = document.createElement("button"), image = new Image(); node.dataset.name = name; node.title = about; image.alt = name; image.loading = "lazy"; node.append(image); node.addEventListener("click", () => use(name)); return node; }));
    fields(); hands(); posterior(); write();
    if (state.yaml) try { loaded = await (await ask("style", state.yaml, { kind: "application/yaml" })).json(); hands(); } catch (error) { failed(error); }
    if (asked().length) await learn();
    for (const node of $("gallery").children) { node.firstChild.src = `/api/sample/${node.dataset.name}`; await node.firstChild.decode().catch(() => {}); }
  } catch (error) { failed(error); }
}
showAll(state.all); build(); begin();
