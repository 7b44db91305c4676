// The posterior, visible: a map of styles with the writer's ellipse, and a bar for each latent.
const make = (name, values, text) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(values)) node.setAttribute(key, value);
  if (text) node.textContent = text;
  return node;
};
export function show(map, bars, styles, found, trail) {
  map.replaceChildren(); bars.replaceChildren();
  for (const { name, at: [x, y] } of styles)
    map.append(make("circle", { class: "style", cx: x, cy: -y, r: 0.07 }), make("text", { x: x + 0.12, y: -y + 0.08 }, name));
  const { at: [x, y], radii, turn, mean, deviation } = found ?? { at: [0, 0], radii: [1, 1], turn: 0, mean: Array(24).fill(0), deviation: Array(24).fill(1) };
  map.append(make("ellipse", { class: "ellipse", rx: radii[0], ry: radii[1], transform: `translate(${x} ${-y}) rotate(${-turn})` }));
  if (trail.length > 1) map.append(make("polyline", { class: "trail", points: trail.map((p) => `${p[0]},${-p[1]}`).join(" ") }));
  map.append(make("circle", { class: "you", cx: x, cy: -y, r: 0.09 }));
  const reach = Math.max(2.6, ...styles.flatMap((s) => s.at.map(Math.abs))) + 0.4;
  map.setAttribute("viewBox", `${-reach} ${-reach} ${2 * reach} ${2 * reach}`);
  const step = 240 / mean.length, scale = (value) => 60 - 20 * Math.max(-2.9, Math.min(2.9, value));
  bars.append(make("line", { class: "axis", x1: 0, x2: 240, y1: 60, y2: 60 }));
  mean.forEach((value, i) => {
    const top = scale(value + deviation[i]), bottom = scale(value - deviation[i]);
    bars.append(make("rect", { x: i * step + step * 0.2, width: step * 0.6, y: top, height: Math.max(1.5, bottom - top), rx: 2, opacity: 1.1 - 0.6 * deviation[i] }));
  });
}
