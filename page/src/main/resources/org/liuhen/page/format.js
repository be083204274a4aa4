// How values are written for people: times, lengths, rates, sizes. Pure functions, tested in node.

/** @typedef {"zh" | "en"} Language */

/**
 * A moment in the local time zone with its offset from UTC, such as `2026-11-28 16:31:05 +08:00`.
 * @param {string | undefined | null} iso an instant (RFC 3339); nothing gives an empty text
 * @param {string} [zone] an IANA zone; the browser's own where none is given
 * @returns {string}
 */
export function localTime(iso, zone) {
  if (!iso) return "";
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return String(iso);
  const parts = zoned(date, zone);
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second} ${offset(date, parts)}`;
}
/**
 * The calendar day of a moment in the local time zone, such as `2026-11-28`.
 * @param {string | undefined | null} iso
 * @param {string} [zone]
 */
export function localDay(iso, zone) {
  if (!iso) return "";
  const parts = zoned(new Date(iso), zone);
  return `${parts.year}-${parts.month}-${parts.day}`;
}
/** @param {Date} date @param {string} [zone] @returns {Record<string, string>} */
function zoned(date, zone) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return Object.fromEntries(format.formatToParts(date).map(part => [part.type, part.value]));
}
/** @param {Date} date @param {Record<string, string>} parts */
function offset(date, parts) {
  const asUtc = Date.UTC(
    Number(parts.year),
    Number(parts.month) - 1,
    Number(parts.day),
    Number(parts.hour),
    Number(parts.minute),
    Number(parts.second),
  );
  const minutes = Math.round((asUtc - Math.floor(date.getTime() / 1000) * 1000) / 60000),
    size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
}
/**
 * The first moment of a local day, or of the day after it: a filter "from 26 to 26" is the whole 26th where the reader is.
 * @param {string} day `YYYY-MM-DD`
 * @param {number} [later] days after it
 * @returns {string} an instant in UTC
 */
export function startOfDay(day, later = 0) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
/**
 * A length of time, such as `1:02:03` or `0:07`.
 * @param {number | undefined | null} millis
 */
export function duration(millis) {
  if (millis === undefined || millis === null) return "";
  const seconds = Math.round(millis / 1000),
    two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return seconds >= 3600
    ? `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
    : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}
/**
 * A place in a recording as its player shows it, such as `00:12` or `1:03:40`.
 * @param {number} millis
 */
export function position(millis) {
  const seconds = Math.floor(millis / 1000),
    two = (/** @type {number} */ n) => String(n).padStart(2, "0"),
    rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${rest}` : rest;
}
/**
 * A number of bytes (IEC 80000-13).
 * @param {number} n
 */
export function size(n) {
  return n < 1024
    ? `${n} B`
    : n < 1048576
      ? `${(n / 1024).toFixed(1)} KiB`
      : n < 1073741824
        ? `${(n / 1048576).toFixed(1)} MiB`
        : `${(n / 1073741824).toFixed(2)} GiB`;
}
/** What people call containers and codecs, by ffprobe's names. @type {Record<string, string>} */
const FORMATS = {
  "mov,mp4,m4a,3gp,3g2,mj2": "MP4 / MOV",
  "matroska,webm": "Matroska / WebM",
  mpegts: "MPEG-TS",
  mpeg: "MPEG-PS",
  asf: "WMV / WMA (ASF)",
  ogg: "Ogg",
  h264: "H.264",
  hevc: "H.265 (HEVC)",
  mpeg4: "MPEG-4",
  mpeg2video: "MPEG-2",
  mjpeg: "Motion JPEG",
  av1: "AV1",
  opus: "Opus",
  vorbis: "Vorbis",
  pcm_s16le: "PCM",
  pcm_alaw: "G.711 A-law",
  pcm_mulaw: "G.711 µ-law",
  amr_nb: "AMR",
  adpcm_ima_wav: "ADPCM",
};
/**
 * A value of metadata as people write it: a frame rate `30000/1001` as `29.97`, a rate of bits in Mbit/s, a length in seconds as a clock shows it.
 * @param {{ name: string, value: string, unit?: string | null }} fact
 */
export function readable({ name, value, unit }) {
  if (/^(container|videoCodec|audioCodec)$/.test(name))
    return Object.hasOwn(FORMATS, value) ? FORMATS[value] : value.split(",")[0].toUpperCase();
  const ratio = /^(\d+)\/(\d+)$/.exec(value);
  const plain = ratio && Number(ratio[2]) > 0 ? String(Number((Number(ratio[1]) / Number(ratio[2])).toFixed(2))) : value;
  if (name === "frameRate") return `${plain} fps`;
  const number = Number(plain);
  if (name === "bitRate" && number > 0)
    return number >= 1e6 ? `${(number / 1e6).toFixed(2)} Mbit/s` : `${(number / 1000).toFixed(0)} kbit/s`;
  if (/^duration/.test(name) && number >= 0 && (!unit || /^s(econds?)?$/.test(unit))) return duration(number * 1000);
  if (/(Claim|Start)$/.test(name) && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(value))
    return localTime(value.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return unit ? `${plain} ${unit}` : plain;
}
/** What the address says: a view, what stands behind it, and the filters of the list. @param {string} hash */
export function route(hash) {
  const [path, query] = hash.replace(/^#\/?/, "").split("?");
  const slash = path.indexOf("/"),
    name = slash < 0 ? path : path.slice(0, slash);
  return { name, rest: slash < 0 ? "" : path.slice(slash + 1), filters: Object.fromEntries(new URLSearchParams(query || "")) };
}
/** An address of the page. @param {string} path without `#/` @param {Record<string, string | undefined | null | false>} [filters] */
export function address(path, filters = {}) {
  const query = new URLSearchParams(Object.entries(filters).flatMap(([name, value]) => (value ? [[name, String(value)]] : []))).toString();
  return `#/${path}${query ? `?${query}` : ""}`;
}
/**
 * A place is typed as people write it, latitude first, or pasted as a box; about a kilometre around a point is meant.
 * @param {string} text @returns {string} west, south, east, north in degrees (RFC 7946, section 5)
 */
export function box(text) {
  const numbers = text
    .trim()
    .split(/[,，\s]+/)
    .filter(Boolean);
  if (numbers.length !== 2) return numbers.join(",");
  const [north, east] = numbers.map(Number);
  return [east - 0.01, north - 0.01, east + 0.01, north + 0.01].map(side => side.toFixed(4)).join(",");
}
/**
 * How long a frame of a recording is shown, in seconds, by the frame rate that was read from the file; null where none was.
 * @param {{ name: string, value: string }[]} metadata
 */
export function frameSeconds(metadata) {
  const rate = /^(\d+(?:\.\d+)?)(?:\/(\d+))?$/.exec(metadata.find(fact => fact.name === "frameRate")?.value || "");
  const length = rate ? Number(rate[2] || 1) / Number(rate[1]) : 0;
  return length > 0 && length <= 1 ? length : null;
}
/** An interval as short as this is a time that a clock states, give or take; a longer one has no likely middle (docs/metadata/times.md). */
const STATED_MILLIS = 10000;
/** A beginning that is known as exactly as this gives what a player shows a time of day. */
const EXACT_MILLIS = 60000;
/**
 * When a recording most likely began: what the device's clock states, which is the middle of the interval, corrected by the reading of that
 * clock where there is one; else the beginning of the interval, where it is known exactly enough to be used at all. Searches and orders go by
 * the beginning of the interval.
 * @typedef {{ earliest: string, latest: string }} Span
 * @param {{ recordedFrom?: string, captureTime?: Span & { clock?: string, corrected?: Span } }} item
 * @returns {{ at: string, within: number | null } | null} an instant (RFC 3339), and by how many milliseconds it may be off
 */
export function begin(item) {
  const when = item.captureTime?.corrected || item.captureTime,
    spread = when ? Date.parse(when.latest) - Date.parse(when.earliest) : 0;
  if (when && item.captureTime?.clock === "DEVICE" && spread <= STATED_MILLIS)
    return { at: new Date(Date.parse(when.earliest) + spread / 2).toISOString(), within: spread / 2 };
  return item.recordedFrom ? { at: item.recordedFrom, within: null } : null;
}
/**
 * When what a player shows was recorded: the most likely beginning of the recording, and the seconds since. Null where it is not known.
 * @param {{ recordedFrom?: string, captureTime?: Span & { clock?: string, corrected?: Span } }} item
 * @param {number} since seconds
 * @returns {string | null} an instant (RFC 3339)
 */
export function momentAt(item, since) {
  const when = item.captureTime?.corrected || item.captureTime,
    exact = when && Date.parse(when.latest) - Date.parse(when.earliest) <= EXACT_MILLIS,
    from = begin(item)?.at || (exact ? when.earliest : null);
  return from ? new Date(Date.parse(from) + Math.floor(since) * 1000).toISOString() : null;
}
/**
 * A place in a recording as people type it: `1:02:03`, `2:03` or `90`.
 * @param {string} text
 * @returns {number | null} seconds; null where it is none
 */
export function seconds(text) {
  const parts = text.trim().split(/[:：]/);
  if (parts.length > 3 || parts.some(part => !/^\d{1,5}(\.\d+)?$/.test(part))) return null;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}
