// The posterior, visible: a map of styles with the writer's ellipse, and a bar for each latent.
import { svg as make } from "/static/elements.js";
export function show(map, bars, styles, found, trail) {
  map.replaceChildren(); bars.replaceChildren();
  const { at, radii, turn, mean, deviation } = found ?? { at: [0, 0], radii: [1, 1], turn: 0, mean: Array(24).fill(0), deviation: Array(24).fill(1) };
  // The map shows all of it, on 100 by 100.
  const spots = [...styles.map((style) => style.at), ...trail, ...[-1, 1].map((side) => at.map((value) => value + side * radii[0]))];
  const [low, high] = [Math.min, Math.max].map((end) => [0, 1].map((axis) => end(...spots.map((spot) => spot[axis]))));
  const zoom = 82 / Math.max(high[0] - low[0], high[1] - low[1], 1);
  const place = (spot) => [50 + zoom * (spot[0] - (low[0] + high[0]) / 2), 50 - zoom * (spot[1] - (low[1] + high[1]) / 2)];
  const named = []; // names that would lie over others, or over the writer, are left out; circles say theirs when pointed at
  for (const style of styles) {
    const [x, y] = place(style.at), width = 2.5 * style.name.length, dot = make("circle", { class: "style", cx: x, cy: y, r: 1.4 });
    dot.append(make("title", {}, style.name)); map.append(dot);
    const left = x > 75 ? x - 2.5 - width : x + 2.5, free = ([a, b, w]) => left + width < a || left > a + w || Math.abs(b - y) > 5;
    if (!named.every(free) || !free([place(at)[0] - 3, place(at)[1], 6])) continue;
    named.push([left, y, width]);
    map.append(make("text", { x: x > 75 ? x - 2.5 : x + 2.5, y: y + 1.6, "text-anchor": x > 75 ? "end" : "start" }, style.name));
  }
  const [x, y] = place(at);
  map.append(make("ellipse", { class: "ellipse", rx: zoom * radii[0], ry: zoom * radii[1], transform: `translate(${x} ${y}) rotate(${-turn})` }));
  if (trail.length > 1) map.append(make("polyline", { class: "trail", points: trail.map((spot) => place(spot).join(",")).join(" ") }));
  map.append(make("circle", { class: "you", cx: x, cy: y, r: 1.8 }));
  map.setAttribute("viewBox", "0 0 100 100");
  const step = 240 / mean.length, scale = (value) => 60 - 20 * Math.max(-2.9, Math.min(2.9, value));
  bars.append(make("line", { class: "axis", x1: 0, x2: 240, y1: 60, y2: 60 }));
  mean.forEach((value, i) => {
    const top = scale(value + deviation[i]), bottom = scale(value - deviation[i]);
    bars.append(make("rect", { x: i * step + step * 0.2, width: step * 0.6, y: top, height: Math.max(1.5, bottom - top), rx: 2, opacity: 1.1 - 0.6 * deviation[i] }));
  });
}
