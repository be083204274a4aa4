// Small pictures along a recording, made in the browser while it plays: where to look without seeing all of it. Their bytes are given in the same
// session of playing, which says on the record that they were for pictures.
import { el, t } from "./core.js";
import { localTime, momentAt, position } from "./format.js";

const PICTURES_MAX = 12;
const SHORTEST_SECONDS = 2;
/** The player has to have so much in front of it, at its speed, before a picture is made; a browser keeps about ten seconds of a large recording. */
const AHEAD_SECONDS = 4;
const LOOK_MILLIS = 400;
/** A picture that takes longer is left out, and after so many of them in a row no other one is tried. */
const PATIENCE_MILLIS = 30_000;
const FAILURES_MAX = 3;
const WIDTH = 160;

/**
 * The moments of the pictures: the beginnings of equal parts of the recording, at most twelve, at least a second apart.
 * @param {number} duration in seconds; a recording of unknown length has none
 * @returns {number[]} seconds from the beginning
 */
export function moments(duration) {
  if (!(duration >= SHORTEST_SECONDS && duration < Infinity)) return [];
  const count = Math.min(PICTURES_MAX, Math.floor(duration));
  return Array.from({ length: count }, (_, i) => (i * duration) / count);
}
/**
 * Whether the player has enough in front of it, so that a picture takes nothing away from it.
 * @param {{ buffered: TimeRanges, currentTime: number, duration: number, playbackRate: number, seeking: boolean }} media
 */
export function isCalm({ buffered, currentTime, duration, playbackRate, seeking }) {
  if (seeking) return false;
  for (let i = 0; i < buffered.length; i++)
    if (buffered.start(i) <= currentTime + 0.1 && buffered.end(i) >= currentTime)
      return buffered.end(i) - currentTime >= Math.min(AHEAD_SECONDS * Math.max(1, playbackRate), duration - currentTime - 0.5);
  return false;
}
/** Waits for this event; rejects at an error, after a while, or when the line is hung up. @param {HTMLMediaElement} media @param {string} event @param {AbortSignal} line */
const heard = (media, event, line) =>
  new Promise((resolve, reject) => {
    const end = new AbortController(),
      until = { signal: end.signal };
    const timer = setTimeout(() => done(reject)(), PATIENCE_MILLIS);
    const done = act => () => {
      clearTimeout(timer);
      end.abort();
      act();
    };
    media.addEventListener(event, done(resolve), until);
    media.addEventListener("error", done(reject), until);
    line.addEventListener("abort", done(reject), until);
  });
/** Waits until the next frame of this player can be drawn: where it has arrived may be said before its frame is there. */
const shown = (video, line) =>
  new Promise((resolve, reject) => {
    if (!video.requestVideoFrameCallback) return resolve(undefined);
    const handle = video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve(undefined);
    });
    const leave = () => {
      clearTimeout(timer);
      video.cancelVideoFrameCallback(handle);
      reject();
    };
    const timer = setTimeout(leave, PATIENCE_MILLIS);
    line.addEventListener("abort", leave, { once: true });
  });
const pause = millis => new Promise(resolve => setTimeout(resolve, millis));

/**
 * The strip of a player, which fills itself as long as the player is open. It stays empty where there is no picture, as in a sound recording.
 * @param {HTMLVideoElement | HTMLAudioElement} media the player, with its address
 * @param {any} item what it plays
 */
export function strip(media, item) {
  const place = el("div", null, { className: "pictures", role: "group", hidden: true });
  if (!item.mediaType?.startsWith("video/")) return place;
  const over = new AbortController();
  media.addEventListener("closing", () => over.abort());
  media.addEventListener(
    "loadedmetadata",
    () => {
      const at = moments(media.duration);
      if (!(/** @type {HTMLVideoElement} */ (media).videoWidth) || at.length === 0) return;
      const faces = buttons(place, media, item, at);
      place.hidden = false;
      if (!(/** @type {any} */ (navigator).connection?.saveData)) fill(media, at, faces, over.signal);
    },
    { once: true },
  );
  return place;
}
/** One stop of the Tab key; arrows go from picture to picture, Enter goes there in the recording. */
function buttons(place, media, item, at) {
  const all = at.map((second, i) => {
    const when = position(second * 1000);
    return el(
      "button",
      null,
      {
        type: "button",
        tabIndex: i === 0 ? 0 : -1,
        onclick: () => {
          media.currentTime = second;
        },
      },
      el("canvas", null, { width: 0, height: 0 }),
      el("span", when),
    );
  });
  const speak = () => {
    place.ariaLabel = t().pictures;
    for (const [i, button] of all.entries()) {
      const moment = momentAt(item, at[i]);
      button.title = button.ariaLabel = t().pictureAt(position(at[i] * 1000)) + (moment ? ` · ${localTime(moment)}` : "");
    }
  };
  media.addEventListener("language", speak);
  speak();
  const stop = chosen => {
    for (const [i, button] of all.entries()) button.tabIndex = i === chosen ? 0 : -1;
    all[chosen].focus();
  };
  place.onkeydown = event => {
    const now = all.indexOf(event.target.closest("button")),
      next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: all.length - 1 }[event.key];
    if (now < 0 || next === undefined) return;
    event.preventDefault();
    stop(Math.max(0, Math.min(all.length - 1, next)));
  };
  const mark = () => {
    const now = at.filter(second => second <= media.currentTime + 0.05).length - 1;
    for (const [i, button] of all.entries()) button.setAttribute("aria-current", String(i === now));
  };
  for (const event of ["timeupdate", "seeked"]) media.addEventListener(event, mark);
  mark();
  place.replaceChildren(...all);
  return all.map(button => button.querySelector("canvas"));
}
/**
 * Makes one picture after the other, by a player that nobody sees. It asks for nothing while the one that is seen needs the line, and hangs up when
 * that one waits for bytes.
 */
async function fill(media, at, faces, over) {
  const aside = /** @type {HTMLVideoElement} */ (el("video", null, { muted: true, preload: "metadata" })),
    open = () => aside.hasAttribute("src");
  let line = new AbortController();
  const hangUp = () => {
    line.abort();
    line = new AbortController();
    aside.removeAttribute("src");
    aside.load();
  };
  media.addEventListener("waiting", () => open() && hangUp(), { signal: over });
  over.addEventListener("abort", hangUp);
  let failures = 0;
  for (let i = 0; i < at.length && failures < FAILURES_MAX && !over.aborted; ) {
    if (document.hidden || !isCalm(media)) {
      await pause(LOOK_MILLIS);
      continue;
    }
    try {
      if (!open()) {
        const ready = Promise.all([heard(aside, "loadeddata", line.signal), shown(aside, line.signal)]); // its first frame is not taken for another
        aside.src = `${media.currentSrc || media.src}&for=pictures`;
        await ready;
      }
      if (aside.currentTime !== at[i]) {
        const there = Promise.all([heard(aside, "seeked", line.signal), shown(aside, line.signal)]);
        aside.currentTime = at[i];
        await there;
      }
      await draw(aside, faces[i]);
      failures = 0;
      i++;
    } catch {
      if (!open()) continue; // for the sake of the other player
      hangUp();
      if (document.hidden) continue; // a page that nobody sees draws no frames
      failures++;
      i++;
    }
  }
  hangUp();
}
async function draw(video, face) {
  const height = Math.round((WIDTH * video.videoHeight) / video.videoWidth),
    small = await createImageBitmap(await still(video), { resizeWidth: WIDTH, resizeHeight: height, resizeQuality: "medium" });
  face.width = WIDTH;
  face.height = height;
  face.getContext("2d").drawImage(small, 0, 0);
  small.close();
}
/** The frame as plain pixels where the browser gives them: one that is drawn as it is stays in the browser's memory, as a whole, long after the page has left it. */
async function still(video) {
  if (typeof VideoFrame === "undefined") return video;
  const frame = new VideoFrame(video);
  try {
    const { width, height } = /** @type {DOMRectReadOnly} */ (frame.visibleRect),
      pixels = new Uint8ClampedArray(4 * width * height);
    await frame.copyTo(pixels, { format: "RGBA" });
    return new ImageData(pixels, width, height);
  } catch {
    return video; // no conversion to RGBA before Chromium 127
  } finally {
    frame.close();
  }
}
