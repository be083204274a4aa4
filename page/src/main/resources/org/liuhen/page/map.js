// The map under a track, of the tiles that the site itself has. Leaflet is fetched when somebody opens the first track.
import { ask, el, get, t } from "./core.js";

const LINE = "#1a4f8b",
  HALO = "#fff",
  BEGIN = "#17692f",
  END = "#a8201a";
/** How far a map can be made larger than its largest tiles. */
const BEYOND = 2;
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
/** @type {Promise<any> | null} */
let asked = null,
  /** @type {Promise<any> | null} */
  leaflet = null;

/** The number of the point that is nearest to a place in the picture. @param {[number, number][]} places of the points @param {number} x @param {number} y */
export function nearest(places, x, y) {
  let found = 0,
    least = Infinity;
  places.forEach(([px, py], i) => {
    const apart = (px - x) ** 2 + (py - y) ** 2;
    if (apart < least) [found, least] = [i, apart];
  });
  return found;
}
/** What map the site has; `tiles` is false where it has none. It is asked for once. */
export async function siteMap() {
  asked = asked || get("/api/map");
  try {
    return await asked;
  } catch {
    asked = null;
    return { tiles: false, failed: true };
  }
}
/** Leaflet and its style, once. */
function load() {
  leaflet =
    leaflet ||
    Promise.all([
      import(/** @type {any} */ ("/leaflet/leaflet-src.esm.js")),
      new Promise((resolve, reject) => {
        document.head.append(
          el("link", null, { rel: "stylesheet", href: "/leaflet/leaflet.css", onload: resolve, onerror: () => reject(new Error()) }),
        );
      }),
    ]).then(([module]) => module);
  leaflet.catch(() => {
    leaflet = null;
  });
  return leaflet;
}
/** Tiles come by our own requests and not as pictures of an address, which the page's policy forbids; one that is missing stays empty. */
function tiles(L, { minZoom, maxZoom, attribution }) {
  const Layer = L.GridLayer.extend({
    createTile({ x, y, z }, done) {
      const img = el("img", null, { alt: "" });
      img.setAttribute("role", "presentation");
      ask(`/tiles/${z}/${x}/${y}`)
        .then(answer => answer.blob())
        .then(
          blob => {
            img.onload = img.onerror = () => {
              URL.revokeObjectURL(img.src);
              done(null, img);
            };
            img.src = URL.createObjectURL(blob);
          },
          () => done(null, img),
        );
      return img;
    },
  });
  return new Layer({ minZoom, maxNativeZoom: maxZoom, maxZoom: maxZoom + BEYOND, attribution: markup(attribution) });
}
/** Leaflet takes markup; this is text. @param {string} text */
const markup = text => el("span", text).innerHTML;

/**
 * The track over the map of the site.
 * @param {{ minZoom: number, maxZoom: number, attribution: string }} about the map
 * @param {number[][]} points longitude and latitude
 * @param {string} words what the picture is, for those who do not see it
 */
export async function overMap(about, points, words) {
  const L = await load(),
    node = el("div", null, { className: "map", role: "group", ariaLabel: words }),
    still = calm(),
    map = L.map(node, { zoomControl: false, maxZoom: about.maxZoom + BEYOND, fadeAnimation: !still, zoomAnimation: !still }),
    at = (/** @type {number[]} */ [x, y]) => [y, x],
    way = points.map(at),
    fixed = { interactive: false },
    dot = (point, fillColor, radius) =>
      L.circleMarker(point, { ...fixed, radius, fillColor, fillOpacity: 1, color: HALO, weight: 2 }).addTo(map);
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: t().larger, zoomOutTitle: t().smaller }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const fit = () => map.fitBounds(L.latLngBounds(way), { padding: [24, 24], maxZoom: about.maxZoom, animate: false });
  map.setView(way[0], about.maxZoom);
  tiles(L, about).addTo(map);
  L.polyline(way, { ...fixed, color: HALO, weight: 6, opacity: 0.8 }).addTo(map);
  L.polyline(way, { ...fixed, color: LINE, weight: 3 }).addTo(map);
  dot(way[0], BEGIN, 6);
  dot(way.at(-1), END, 6);
  // A map that is taken out of the page has no size any more.
  const size = new ResizeObserver(() => {
    if (node.isConnected) map.invalidateSize({ animate: false });
    else {
      size.disconnect();
      map.remove();
    }
  });
  let mark = null;
  return {
    node,
    /** Once it is in the page, and has a size. */
    fit() {
      map.invalidateSize({ animate: false });
      fit();
      size.observe(node);
    },
    put(point) {
      mark = mark || dot(at(point), LINE, 8);
      mark.setLatLng(at(point));
      if (!map.getBounds().pad(-0.1).contains(at(point))) map.panTo(at(point), { animate: !still });
    },
    pick: take =>
      map.on("click", ({ containerPoint }) => {
        const places = way.map(point => map.latLngToContainerPoint(point));
        take(
          nearest(
            places.map(({ x, y }) => [x, y]),
            containerPoint.x,
            containerPoint.y,
          ),
        );
      }),
  };
}
