// A studio that can be reached in the network: letters go to its other browsers, and come from them.
import { $, after, announce, failed } from "/static/elements.js";
import { ask, got, tab } from "/static/api.js";
import { everything, merge, on } from "/static/browser_storage.js";

const PART = 100; // letters of one request
let stream = null, waiting = new Map();
const send = after(40, async () => {
  const letters = [...waiting.values()]; waiting = new Map();
  try {
    for (let i = 0; i < letters.length; i += PART) await ask("share", { letters: letters.slice(i, i + PART) });
  } catch (error) { if (!error.lost) failed(error); } // all are sent once it is there again
});
on("sent", (letters) => { if (stream) { for (const letter of letters) waiting.set(letter.identity, letter); send(); } });
export function start(shared) {
  $("invite").hidden = !shared;
  if (!shared || stream) return;
  stream = new EventSource(`/api/events?tab=${tab}`);
  stream.addEventListener("open", () => { for (const letter of everything()) waiting.set(letter.identity, letter); if (waiting.size) send(); });
  stream.addEventListener("message", ({ data }) => {
    const letters = JSON.parse(data).filter((letter) => letter.data);
    merge(JSON.parse(data));
    const last = letters.at(-1)?.data.character;
    if (last) announce(`From another device: the letter ${last}.`);
  });
}
$("invite").addEventListener("click", async () => {
  try {
    const { address, picture } = await got("invite", {});
    const code = $("invitation-code"); URL.revokeObjectURL(code.src);
    code.src = URL.createObjectURL(new Blob([picture], { type: "image/svg+xml" }));
    $("invitation-address").textContent = address; $("invitation").showModal();
  } catch (error) { failed(error); }
});
$("invitation-close").addEventListener("click", () => $("invitation").close());
