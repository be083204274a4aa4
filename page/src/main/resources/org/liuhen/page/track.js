// The way of the positions without a map: nobody outside learns where an officer was. It follows the player beside it.
import { el, get, svg, t, trouble } from "./core.js";
import { localTime, position } from "./format.js";

/** Metres of a degree of latitude on a sphere of the Earth's mean radius (WGS 84: 6,371,008.8 m). */
const METRES_A_DEGREE = 111_195;
const SIDE = 300;
const EDGE = 10;
/** Half of the stretch of time over which the speed is taken: single positions jump. */
const SPEED_OVER_SECONDS = 3;

/**
 * Where each position stands in the recording: its own time less that of the first one. Clocks without a zone do, as only differences count.
 * @param {(string | null)[]} times as the file gave them
 * @returns {number[] | null} seconds that never go back; null where the times say none
 */
export function secondsOf(times) {
  const moments = times.map(time => Date.parse(time && /^\d{4}-\d\d-\d\dT/.test(time) ? time : "")),
    start = moments[0];
  if (moments.length < 2 || Number.isNaN(start)) return null;
  const seconds = moments.map(moment => (moment - start) / 1000);
  return seconds.every((s, i) => i === 0 || s >= seconds[i - 1]) && seconds[seconds.length - 1] > 0 ? seconds : null; // false where one is NaN
}
/** The last position that is not after this second. @param {number[]} seconds @param {number} at */
export function indexAt(seconds, at) {
  let from = 0,
    to = seconds.length;
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (seconds[middle] <= at) from = middle;
    else to = middle;
  }
  return from;
}
/** The metres between two positions, over a plane; for the lengths of a recording that is near enough. */
export function metres([lon, lat], [otherLon, otherLat]) {
  const east = (otherLon - lon) * Math.cos((((lat + otherLat) / 2) * Math.PI) / 180);
  return Math.hypot(east, otherLat - lat) * METRES_A_DEGREE;
}
/** The largest of 1, 2 and 5 times a power of ten that is not above this. @param {number} most */
export function round(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map(n => n * power).find(n => n <= most) || power;
}
const length = n => (n >= 1000 ? `${n / 1000} km` : `${n} m`);

/**
 * Draws the track of an item into this place. Looking is on the record. Where its positions have times, a mark moves with the player of the item, and a
 * click on the track takes the player there.
 */
export async function showTrack(place, item) {
  try {
    const {
      geometry,
      properties,
      bbox: [west, south, east, north],
    } = await get(`/api/evidence/${item.id}/track`);
    const points = geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates;
    const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180),
      span = Math.max((east - west) * shrink, north - south) || 1e-6,
      scale = (SIDE - 2 * EDGE) / span;
    const at = ([x, y]) => [EDGE + (x - west) * shrink * scale, EDGE + (north - y) * scale].map(n => n.toFixed(1));
    const first = points[0],
      last = points.at(-1),
      about = `${t().positions}: ${points.length} · ${first[1]}, ${first[0]} → ${last[1]}, ${last[0]} · ${properties.source}`;
    const picture = svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE + 20}`, width: SIDE, height: SIDE + 20, role: "img", "aria-label": about });
    const line = svg("polyline", {
      points: points.map(p => at(p).join(",")).join(" "),
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 2,
    });
    const dot = (point, colour, r) => {
      const [cx, cy] = at(point);
      return svg("circle", { cx, cy, r, fill: colour });
    };
    const bar = round((span * METRES_A_DEGREE) / 2),
      barLength = (bar / METRES_A_DEGREE) * scale,
      words = svg("text", { x: EDGE + barLength + 6, y: SIDE + 12, "font-size": 12, fill: "currentColor" });
    words.append(length(bar));
    picture.append(
      line,
      dot(first, "var(--good)", 4),
      dot(last, "var(--bad)", 4),
      svg("path", { d: `M${EDGE} ${SIDE + 4}v4h${barLength.toFixed(1)}v-4`, fill: "none", stroke: "currentColor" }),
      words,
    );
    const moment = el("div", "", { className: "small" });
    const seconds = secondsOf(properties.times || []),
      follows = seconds && points.length === seconds.length && /^(video|audio)\//.test(item.mediaType || "");
    place.replaceChildren(
      ...[
        picture,
        moment,
        el("div", about, { className: "small" }),
        follows && el("div", t().trackFollows(properties.unfixed || 0), { className: "small" }),
      ].filter(Boolean),
    );
    if (follows) follow({ place, picture, points, seconds, times: properties.times, at, dot, moment });
  } catch (failed) {
    place.replaceChildren(trouble(failed));
  }
}
/** A mark on the track that moves with the item's player, and a click on the track that moves the player. */
function follow({ place, picture, points, seconds, times, at, dot, moment }) {
  const mark = dot(points[0], "var(--accent)", 6),
    card = place.closest(".media"),
    player = () => card?.querySelector("video, audio");
  picture.append(mark);
  const show = media => {
    const now = indexAt(seconds, media.currentTime),
      from = indexAt(seconds, seconds[now] - SPEED_OVER_SECONDS),
      to = indexAt(seconds, seconds[now] + SPEED_OVER_SECONDS),
      over = seconds[to] - seconds[from],
      [cx, cy] = at(points[now]);
    mark.setAttribute("cx", cx);
    mark.setAttribute("cy", cy);
    let way = 0;
    for (let i = from; i < to; i++) way += metres(points[i], points[i + 1]);
    moment.textContent = [
      position(media.currentTime * 1000),
      /(Z|[+-]\d\d:?\d\d)$/.test(times[now]) ? localTime(times[now]) : times[now],
      `${points[now][1]}, ${points[now][0]}`,
      over > 0 && `${Math.round((way / over) * 3.6)} km/h`,
    ]
      .filter(Boolean)
      .join(" · ");
  };
  // Players come and go in this card; what they say is heard on its way down.
  for (const kind of ["timeupdate", "seeked", "loadedmetadata"])
    card?.addEventListener(kind, event => picture.isConnected && event.target.currentTime !== undefined && show(event.target), true);
  picture.addEventListener("click", event => {
    const media = player();
    if (!media) return;
    const box = picture.getBoundingClientRect(),
      [x, y] = [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * (SIDE + 20)];
    let nearest = 0,
      least = Infinity;
    points.forEach((point, i) => {
      const [px, py] = at(point),
        apart = (px - x) ** 2 + (py - y) ** 2;
      if (apart < least) [nearest, least] = [i, apart];
    });
    media.currentTime = Math.min(seconds[nearest], media.duration || seconds[nearest]);
  });
  if (player()) show(player());
}
