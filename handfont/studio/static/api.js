// Requests: JSON to the server, errors as sentences, of each tab only the latest.
import { random } from "/static/elements.js";
export const tab = random(); // not crypto.randomUUID, which only secure addresses have
export class Told extends Error {
  constructor(data, status) { super(data.error || "the studio did not answer"); Object.assign(this, data, { status }); }
}
export async function ask(path, body, { letter = "", kind = "application/json" } = {}) {
  const headers = { "x-tab": tab, "x-letter": letter };
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers["content-type"] = kind;
  let answer;
  try {
    answer = await fetch(`/api/${path}`, { method: body === undefined ? "GET" : "POST", headers,
      body: form || typeof body === "string" || body === undefined ? body : JSON.stringify(body) });
  } catch { throw new Told({ error: "The studio cannot be reached. Start it again; what you drew and typed is kept here.", lost: true }, 0); }
  if (!answer.ok) throw new Told(await answer.json().catch(() => ({})), answer.status);
  return answer;
}
export const got = async (...given) => (await ask(...given)).json();
