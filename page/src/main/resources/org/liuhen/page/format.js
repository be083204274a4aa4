// How values are written for people: times, lengths, rates, sizes. Pure functions, tested in node.

/** @typedef {"zh" | "en"} Language */

/** Who reads: the language, and the time zone of the site (an IANA name); the browser's own where none is given. @type {{ language: Language, zone?: string }} */
let reader = { language: "zh" };
/** Times are written for this reader from now on. @param {{ language: Language, zone?: string }} who read anew for each time */
export const writeFor = who => {
  reader = who;
};
/** One formatter for each zone: to make one takes longer than to use it a hundred times. @type {Map<string, Intl.DateTimeFormat>} */
const formatters = new Map();
const own = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
/** Whether this browser has the rules of a zone. @param {string} zone */
export function knowsZone(zone) {
  try {
    return Boolean(zone && new Intl.DateTimeFormat("en-GB", { timeZone: zone }));
  } catch {
    return false;
  }
}
/** The zone of all times: that of the site, or the browser's own where it has no rules of that one. @returns {string} an IANA name */
export const zoneInUse = () => (reader.zone && (formatters.has(reader.zone) || knowsZone(reader.zone)) ? reader.zone : own());
/** Whether this browser shows other times by itself. */
export const isElsewhere = () => new Intl.DateTimeFormat("en-GB", { timeZone: zoneInUse() }).resolvedOptions().timeZone !== own();
/** What clocks show in the zone at a moment. @param {number} millis @returns {{ year: number, month: number, day: number, clock: string, asUtc: number }} */
function zoned(millis) {
  const zone = zoneInUse();
  let format = formatters.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    formatters.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(millis).map(part => [part.type, part.value])),
    [year, month, day, hour, minute, second] = ["year", "month", "day", "hour", "minute", "second"].map(name => Number(parts[name]));
  return {
    year,
    month,
    day,
    clock: `${parts.hour}:${parts.minute}:${parts.second}`,
    asUtc: Date.UTC(year, month - 1, day, hour, minute, second),
  };
}
/** How far clocks are ahead of UTC at a moment, in milliseconds. @param {number} millis */
const ahead = millis => zoned(millis).asUtc - Math.floor(millis / 1000) * 1000;
/** @param {number} millis */
function offset(millis) {
  const minutes = Math.round(ahead(millis) / 60000),
    size = Math.abs(minutes);
  return `UTC${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** @param {{ year: number, month: number, day: number }} of @param {boolean} inSentence */
const dayOf = ({ year, month, day }, inSentence) =>
  reader.language === "en"
    ? `${day} ${MONTHS[month - 1]} ${year}`
    : inSentence
      ? `${year}年${month}月${day}日`
      : `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
/** @param {string | undefined | null} iso @param {boolean} inSentence @param {boolean} [full] */
function written(iso, inSentence, full) {
  if (!iso) return "";
  const millis = Date.parse(iso);
  if (Number.isNaN(millis)) return String(iso);
  const at = zoned(millis),
    of = offset(millis);
  return `${dayOf(at, inSentence)}${reader.language === "en" ? "," : ""} ${at.clock}${full || of !== zoneOffset() ? ` ${of}` : ""}`;
}
/** The site's offset from UTC now, such as `UTC+08:00`. A time with another one, as in summer, has it beside it. */
export const zoneOffset = () => offset(Date.now());
/**
 * A moment in a table or list: `2026-11-28 16:31:05`, in English `28 Nov 2026, 16:31:05`; in the zone of the site, which the foot of the page says.
 * @param {string | undefined | null} iso an instant (RFC 3339); nothing gives an empty text
 */
export const localTime = iso => written(iso, false);
/** A moment in a sentence or a fact: `2026年11月28日 16:31:05`, in English `28 Nov 2026, 16:31:05`. @param {string | undefined | null} iso an instant (RFC 3339) */
export const saidTime = iso => written(iso, true);
/** A moment where no foot says the zone, as on paper: `2026年11月28日 16:31:05 UTC+08:00`. @param {string | undefined | null} iso an instant (RFC 3339) */
export const fullTime = iso => written(iso, true, true);
/** The time of day of a moment, such as `16:31:05`; with its offset where that is not the site's now. @param {string} iso an instant (RFC 3339) */
export function timeOfDay(iso) {
  const millis = Date.parse(iso),
    of = offset(millis);
  return `${zoned(millis).clock}${of === zoneOffset() ? "" : ` ${of}`}`;
}
/** The calendar day of a moment, as filters and addresses have it: `2026-11-28`. @param {string | undefined | null} iso */
export function localDay(iso) {
  if (!iso) return "";
  const { year, month, day } = zoned(Date.parse(iso));
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}
const parts = (/** @type {string} */ words) => {
  const [year, month, day] = words.split("-").map(Number);
  return { year, month, day };
};
/** A day in a table or list: `2026-11-28`, in English `28 Nov 2026`. @param {string} day `YYYY-MM-DD` */
export const dayInList = day => day && dayOf(parts(day), false);
/** A day in a sentence or a fact: `2026年11月28日`, in English `28 Nov 2026`. @param {string} day `YYYY-MM-DD` */
export const saidDay = day => day && dayOf(parts(day), true);
/** No zone was ever further from UTC. */
const FURTHEST_MILLIS = 16 * 3600000;
/**
 * The first moment of a day in the zone, or of the day after it: a filter "from 26 to 26" is the whole 26th at the site. Where clocks pass over
 * midnight, or over the whole day, it is the moment at which they do; where midnight comes twice, the first one (as java.time has it).
 * @param {string} day `YYYY-MM-DD`
 * @param {number} [later] days after it
 * @returns {string} an instant in UTC
 */
export function startOfDay(day, later = 0) {
  const { year, month, day: date } = parts(day),
    midnight = Date.UTC(year, month - 1, date + later);
  let before = midnight - FURTHEST_MILLIS,
    after = midnight + FURTHEST_MILLIS;
  const found = [before, after].map(at => midnight - ahead(at)).filter(at => zoned(at).asUtc === midnight);
  if (found.length) return new Date(Math.min(...found)).toISOString();
  const old = ahead(before);
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (ahead(middle) === old) before = middle;
    else after = middle;
  }
  return new Date(after).toISOString();
}
/**
 * The last second of a day in the zone, as the record writes it (RFC 3339 in UTC); nothing where no day was chosen.
 * @param {string} [day] `YYYY-MM-DD`
 */
export const endOfDay = day => (day ? new Date(Date.parse(startOfDay(day, 1)) - 1000).toISOString().replace(".000Z", "Z") : undefined);
/**
 * A length of time, such as `1:02:03` or `0:07`.
 * @param {number | undefined | null} millis
 */
export function duration(millis) {
  if (millis === undefined || millis === null) return "";
  const seconds = Math.round(millis / 1000);
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
    return saidTime(value.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
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
