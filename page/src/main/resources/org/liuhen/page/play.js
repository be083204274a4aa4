// Players. A session of playing is opened on the record before the first byte of a recording, and told what it showed.
import { controls } from "./controls.js";
import { ask, el, get, link, may, t, trouble } from "./core.js";
import { frameSeconds } from "./format.js";
import { icon } from "./icons.js";
import { strip } from "./strip.js";

/** How often a running player says what it has shown, so that little is unknown when the browser dies. */
const TELL_EVERY_MILLIS = 15000;
/** @type {Set<{ item: string, media: HTMLMediaElement, end: () => Promise<unknown> }>} the players of this page: one, or those of a view that plays several in step */
const playing = new Set();

/** The most ranges in one statement. */
const STATED_MAX = 1000;
/** A frame that stands still is shown, too; so long a part of the recording it counts where the file does not say its rate. */
const FRAME_SECONDS = 0.04;

/** A part of the recording in whole milliseconds. @param {number} from seconds @param {number} to seconds */
const part = (from, to) => ({ fromMillis: Math.floor(from * 1000), toMillis: Math.ceil(to * 1000) });
/** What a player has played, from what it says of itself (HTML, `played`). @param {TimeRanges} played */
export const parts = played => Array.from({ length: played.length }, (_, i) => part(played.start(i), played.end(i)));
/** Whether this item is being played in the page. @param {string | undefined} id */
export const isPlaying = id => [...playing].some(one => one.item === id && one.media.isConnected);
/** Whether the session of this player goes on. @param {HTMLMediaElement} media */
export const isOpen = media => [...playing].some(one => one.media === media);
/** Ends what is being played here, if anything is. */
export async function endPlaying() {
  const before = [...playing];
  playing.clear();
  await Promise.all(before.map(one => one.end()));
}
/** Says to what is around each player that the reader has chosen another language; the players go on. */
export const tellLanguage = () => {
  for (const { media } of playing) media.dispatchEvent(new Event("language"));
};
/** Ends this player alone. @param {HTMLMediaElement} media */
async function endOne(media) {
  const one = [...playing].find(one => one.media === media);
  if (!one) return;
  playing.delete(one);
  await one.end();
}
/**
 * Opens a session of playing on the record, and gives the player of it.
 * @param {any} item
 * @param {() => void} broken what happens where the session ends by itself
 * @param {{ controls?: boolean, autoplay?: boolean }} [shape] of the player
 * @returns {Promise<HTMLMediaElement>}
 */
export async function openMedia(item, broken, shape = {}) {
  const session = await get(`/api/evidence/${item.id}/plays`, { method: "POST" });
  const media = el(item.mediaType.startsWith("video") ? "video" : "audio", null, { ariaLabel: item.fileName, ...shape });
  const frame = frameSeconds(item.metadata || []) || FRAME_SECONDS;
  let told = Date.now(),
    stills = [];
  const shown = () => [...parts(media.played), ...stills].slice(-STATED_MAX);
  const tell = async (ranges, ended) => {
    told = Date.now();
    const sent = new Set(stills);
    try {
      await ask(`/api/evidence/${item.id}/plays/${session.playId}`, {
        method: "PUT",
        keepalive: true, // also when the page is left
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ shown: ranges, ended }),
      });
      stills = stills.filter(one => !sent.has(one)); // the station puts statements together
    } catch {
      // they are in the next statement; the station ends by itself what it hears nothing of
    }
  };
  const mine = {
    item: item.id,
    media,
    end: () => {
      const ranges = shown();
      media.dispatchEvent(new Event("closing"));
      media.removeAttribute("src");
      media.load(); // asks for nothing more
      return tell(ranges, true);
    },
  };
  media.ontimeupdate = () => playing.has(mine) && Date.now() - told > TELL_EVERY_MILLIS && tell(shown(), false);
  media.onpause = () => playing.has(mine) && tell(shown(), false);
  media.onseeked = () => {
    stills.push(part(media.currentTime, media.currentTime + frame));
    if (playing.has(mine) && stills.length >= STATED_MAX / 2) tell(shown(), false);
  };
  media.onerror = () => {
    if (!playing.delete(mine)) return;
    mine.end();
    broken();
  };
  playing.add(mine);
  media.src = link(session.media);
  return media;
}
/** A place with a button that opens a session and plays. */
export function player(item) {
  const place = el("div", null, { className: "player" }),
    button = () => el("button", null, { className: "primary", onclick: begin }, icon("video"), t().play);
  async function begin() {
    try {
      await endPlaying();
      const broken = () => place.replaceChildren(button(), el("p", t().playEnded, { className: "small", role: "status" }));
      const media = await openMedia(item, broken, { controls: true, autoplay: true });
      if (!may("DOWNLOAD")) media.setAttribute("controlslist", "nodownload"); // what is played is on the record, not a file
      if (!place.isConnected) {
        await endOne(media); // the view was left meanwhile
        return;
      }
      place.replaceChildren(media, controls(media, item), strip(media, item));
    } catch (failed) {
      place.replaceChildren(button(), trouble(failed));
    }
  }
  place.append(button());
  return place;
}
addEventListener("pagehide", endPlaying);
