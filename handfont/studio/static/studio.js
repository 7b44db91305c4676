// The page: letters are read and learnt as they are drawn, and the text is written anew on every change.
import { $, failed, retryWith, say } from "/static/elements.js";
import { got } from "/static/api.js";
import { state, keepSoon } from "/static/browser_storage.js";
import { show } from "/static/posterior.js";
import * as history from "/static/history.js";
import * as letters from "/static/letters.js";
import * as line from "/static/line.js";
import * as looking from "/static/looking.js";
import * as page from "/static/page.js";
import * as scans from "/static/scans.js";
import * as sections from "/static/sections.js";
import * as sharing from "/static/sharing.js";

let known = null, trail = [];
const style = async () => { page.hand.loaded = await got("style", state.yaml, { kind: "application/yaml" }); };
async function learn({ again = false } = {}) {
  keepSoon();
  const asked = letters.asked();
  if (!known) return;
  if (!asked.length) { page.hand.drawn = null; trail = []; return learnt(); }
  try {
    const found = await got("learn", { letters: asked });
    if (!page.hand.drawn && !page.hand.loaded && !(again && state.choices.hand)) state.choices.hand = "mine";
    page.hand.drawn = found; trail.push(found.posterior.at);
    learnt();
  } catch (error) { failed(error); }
}
function learnt() { page.hands(); posterior(); page.write(); looking.refresh(); }
function posterior() {
  const found = $("hand").value === "file" ? page.hand.loaded : page.hand.drawn;
  show($("map"), $("bars"), known?.styles ?? [], found?.posterior, trail);
  const count = found?.samples;
  $("known").textContent = found ? `${count} letter${count > 1 ? "s" : ""}: ${Math.round(100 * found.posterior.known)} % of the style is known${found.joined ? `, and it joins letters` : ""}.` : "Nothing yet: every hand is possible.";
}
async function begin() {
  try {
    say("The model is being loaded …"); known = await got("start"); say(""); $("page-message").textContent = "";
    page.began(known); posterior();
    sharing.start(known.shared);
    if (state.yaml) await style().catch(failed);
    await letters.readUnread();
    if (letters.asked().length) await learn({ again: true }); else learnt();
    await page.samples();
  } catch (error) { failed(error); }
}
retryWith(begin);
history.start((entry) => { line.show(); if (entry.line) line.read(); letters.redrawn(entry.ids); });
page.start({ learn: async () => { if (letters.asked().length) page.hand.drawn = await got("learn", { letters: letters.asked() }); if (state.yaml) await style(); },
  handChosen: () => { posterior(); looking.refresh(); } });
letters.start(() => learn(), looking.at);
line.start(() => { sections.select($("tab-boxes")); learn(); });
scans.start((found) => { page.hand.loaded = found; page.use("file"); });
sections.start(); looking.start(); posterior(); begin();
