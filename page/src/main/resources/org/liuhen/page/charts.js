// Charts of figures, drawn in SVG. Each has a table beside it with the same figures; what a chart says is said in words, too.
import { el, svg } from "./core.js";

/**
 * Bars, one for each line; the names are links where they lead somewhere.
 * @param {string} name what is shown
 * @param {{ name: any, share: number, said: string }[]} lines `share` is from 0 to 1
 */
export function bars(name, lines) {
  return el(
    "div",
    null,
    { className: "bars", role: "group", ariaLabel: name, tabIndex: 0 },
    ...lines.map(line =>
      el(
        "div",
        null,
        {},
        el("span", null, { className: "of" }, line.name),
        svg(
          "svg",
          { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
          svg("rect", { x: 0, y: 0, width: 100, height: 10, class: "ground" }),
          svg("rect", { x: 0, y: 0, width: (100 * line.share).toFixed(2), height: 10 }),
        ),
        el("span", line.said, { className: "said" }),
      ),
    ),
  );
}
/**
 * A line from day to day. A day without a value has no point, and the line goes on behind it.
 * @param {string} name what is shown
 * @param {{ day: string, share: number | null, said: string }[]} days the oldest first
 * @param {string} top what the top of the chart stands for
 */
export function line(name, days, top) {
  const x = i => (days.length < 2 ? 50 : 1 + (98 * i) / (days.length - 1)),
    y = share => 2 + 36 * (1 - share),
    there = days.flatMap((one, i) => (one.share === null ? [] : [{ ...one, at: `${x(i).toFixed(2)},${y(one.share).toFixed(2)}` }]));
  return el(
    "figure",
    null,
    { className: "line" },
    el("figcaption", name),
    el("span", top, { className: "small", ariaHidden: "true" }),
    svg(
      "svg",
      {
        viewBox: "0 0 100 40",
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": `${name}: ${there.map(one => `${one.day} ${one.said}`).join("; ")}`,
      },
      ...[0, 0.5, 1].map(share => svg("path", { d: `M0 ${y(share)}H100`, class: "grid" })),
      svg("polyline", { points: there.map(one => one.at).join(" ") }),
      ...there.map(one => svg("path", { d: `M${one.at}h0`, class: "point" })),
    ),
    el(
      "div",
      null,
      { className: "small ends", ariaHidden: "true" },
      el("span", days.length ? days[0].day : ""),
      el("span", days.length > 1 ? days[days.length - 1].day : ""),
    ),
  );
}
