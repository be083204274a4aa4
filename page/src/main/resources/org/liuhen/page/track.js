// The way of the positions, over a map that the site itself has, or without one: nobody outside learns where an officer was. It follows the player.
import { el, get, svg, t, trouble } from "./core.js";
import { localTime, position } from "./format.js";
import { nearest, overMap, siteMap } from "./map.js";

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
 * Draws the track of an item into this place: over the map of the site where it has one. Looking is on the record. Where its positions have times,
 * a mark moves with the player of the item, and a click on the track takes the player there.
 */
export async function showTrack(place, item) {
  try {
    const { geometry, properties, bbox: box } = await get(`/api/evidence/${item.id}/track`);
    const points = geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates;
    const first = points[0],
      last = points.at(-1),
      about = `${t().positions}: ${points.length} · ${first[1]}, ${first[0]} → ${last[1]}, ${last[0]} · ${properties.source}`;
    const moment = el("div", "", { className: "small" });
    const seconds = secondsOf(properties.times || []),
      follows = seconds && points.length === seconds.length && /^(video|audio)\//.test(item.mediaType || "");
    const map = await siteMap(),
      picture = map.tiles ? await overMap(map, points, about).catch(() => null) : null,
      shown = picture || sketch(points, box, about);
    place.replaceChildren(
      ...[
        shown.node,
        map.failed || (map.tiles && !picture) ? el("div", t().mapFailed, { className: "small" }) : null,
        moment,
        el("div", about, { className: "small" }),
        follows && el("div", t().trackFollows(properties.unfixed || 0), { className: "small" }),
      ].filter(Boolean),
    );
    shown.fit?.();
    if (follows) follow({ place, shown, points, seconds, times: properties.times, moment });
  } catch (failed) {
    place.replaceChildren(trouble(failed));
  }
}
/** The track alone, with a bar for its size. */
function sketch(points, [west, south, east, north], about) {
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180),
    span = Math.max((east - west) * shrink, north - south) || 1e-6,
    scale = (SIDE - 2 * EDGE) / span;
  const at = ([x, y]) => [EDGE + (x - west) * shrink * scale, EDGE + (north - y) * scale].map(n => n.toFixed(1));
  const node = svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE + 20}`, width: SIDE, height: SIDE + 20, role: "img", "aria-label": about });
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
  node.append(
    line,
    dot(points[0], "var(--good)", 4),
    dot(points.at(-1), "var(--bad)", 4),
    svg("path", { d: `M${EDGE} ${SIDE + 4}v4h${barLength.toFixed(1)}v-4`, fill: "none", stroke: "currentColor" }),
    words,
  );
  let mark = null;
  return {
    node,
    put(point) {
      if (!mark) {
        mark = dot(point, "var(--accent)", 6);
        node.append(mark);
      }
      const [cx, cy] = at(point);
      mark.setAttribute("cx", cx);
      mark.setAttribute("cy", cy);
    },
    pick: take =>
      node.addEventListener("click", event => {
        const box = node.getBoundingClientRect();
        take(
          nearest(
            points.map(point => at(point).map(Number)),
            ((event.clientX - box.left) / box.width) * SIDE,
            ((event.clientY - box.top) / box.height) * (SIDE + 20),
          ),
        );
      }),
  };
}
/** A mark on the track that moves with the item's player, and a click on the track that moves the player. */
function follow({ place, shown, points, seconds, times, moment }) {
  const card = place.closest(".media"),
    player = () => card?.querySelector("video, audio");
  shown.put(points[0]);
  const show = media => {
    const now = indexAt(seconds, media.currentTime),
      from = indexAt(seconds, seconds[now] - SPEED_OVER_SECONDS),
      to = indexAt(seconds, seconds[now] + SPEED_OVER_SECONDS),
      over = seconds[to] - seconds[from];
    shown.put(points[now]);
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
    card?.addEventListener(kind, event => shown.node.isConnected && event.target.currentTime !== undefined && show(event.target), true);
  shown.pick(found => {
    const media = player();
    if (media) media.currentTime = Math.min(seconds[found], media.duration || seconds[found]);
  });
  if (player()) show(player());
}
