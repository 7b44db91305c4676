// Scans, photos and style files: learnt by the server, whose progress is shown.
import { $, failed } from "/static/elements.js";
import { ask, got } from "/static/api.js";
import { state, keepSoon } from "/static/browser_storage.js";
import { select } from "/static/sections.js";

const report = (text) => { $("scan-report").textContent = text; };
const NAMED = 5; // letters whose reason for being left out is shown
let file = null, used = () => {};
export function start(act) { used = act; $("said").value = state.said; }
$("said").addEventListener("input", () => { state.said = $("said").value; keepSoon(); });
async function chosen(given) {
  file = given; if (!given) return;
  if (given.size > 60e6) { $("scan-go").disabled = true; return report("That file is too large; at most 60 MB can be read."); }
  if (/\.ya?ml$/i.test(given.name)) {
    try {
      const yaml = await given.text(), style = await got("style", yaml, { kind: "application/yaml" });
      state.yaml = yaml; used(style); report(`The style '${style.name}' is loaded.`);
    } catch (error) { failed(error, $("scan-report")); }
    return;
  }
  report(given.name); $("scan-go").disabled = false;
}
$("file").addEventListener("change", (event) => chosen(event.target.files[0]));
for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, (event) => {
  event.preventDefault(); $("drop").classList.toggle("over", name === "dragover");
  if (name === "drop" && event.dataTransfer.files[0]) { select($("tab-scan")); chosen(event.dataTransfer.files[0]); }
});
// How far the server is; the bar is without end where it does not know how much there is.
function watched() {
  const bar = $("scan-progress");
  bar.hidden = false; bar.removeAttribute("value");
  const look = async () => {
    const { step, done, total } = await got("progress").catch(() => ({}));
    if (bar.hidden || !step) return;
    if (total > 1) { bar.max = total; bar.value = done; } else bar.removeAttribute("value");
    const name = step[0].toUpperCase() + step.slice(1);
    report(total > 1 ? `${name}: ${Math.floor((100 * done) / total)} % (${done} of ${total}) …` : `${name} …`);
  };
  const timer = setInterval(look, 400);
  return () => { clearInterval(timer); bar.hidden = true; };
}
$("scan-go").addEventListener("click", async () => {
  const form = new FormData(); form.append("scan", file); form.append("text", $("said").value);
  $("scan-go").disabled = true; report("Reading the scan …");
  const done = watched();
  try {
    const found = await (await ask("scan", form)).json();
    done(); state.yaml = found.yaml; used(found);
    const left = found.doubtful, more = left.length > NAMED ? ` and ${left.length - NAMED} more` : "";
    report(`${found.read} letters were read${left.length ? `; ${left.length} of them are left out of the hand: ${left.slice(0, NAMED).join("; ")}${more}` : ""}.`);
  } catch (error) { done(); failed(error, $("scan-report")); } finally { $("scan-go").disabled = false; }
});
