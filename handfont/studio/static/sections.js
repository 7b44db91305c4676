// Tabs of ways to give a hand, and on small screens the parts of the studio, one at a time.
import { $ } from "/static/elements.js";
import { state, keepSoon } from "/static/browser_storage.js";
const tabs = [...document.querySelectorAll("[role=tab]")];
export function select(tab) {
  for (const other of tabs) { other.setAttribute("aria-selected", other === tab); other.tabIndex = other === tab ? 0 : -1; $(other.getAttribute("aria-controls")).hidden = other !== tab; }
  $("strokes").hidden = tab.id === "tab-scan"; state.tab = tab.id; keepSoon();
}
tabs.forEach((tab, i) => {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (event) => {
    const goal = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (goal !== undefined) { event.preventDefault(); const next = tabs.at(goal % tabs.length); select(next); next.focus(); }
  });
});
$("upload").addEventListener("click", () => { select($("tab-scan")); $("file").focus(); });
const parts = [...document.querySelectorAll("#sections [data-section]")], places = {};
export function open(section) {
  places[document.body.dataset.section] = scrollY;
  document.body.dataset.section = state.section = section; keepSoon();
  for (const button of parts) if (button.dataset.section === section) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
  scrollTo(0, places[section] ?? 0);
}
for (const button of parts) button.addEventListener("click", () => open(button.dataset.section));
export function start() { select($(state.tab) ?? tabs[0]); open(parts.some((button) => button.dataset.section === state.section) ? state.section : "draw"); }
