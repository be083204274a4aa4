// The player. One session of playing is opened on the record before the first byte, and told what it showed.

import { ask, el, get, link, t, trouble } from "./core.js";
import { icon } from "./icons.js";

/** So often a player that runs says what it has shown, so that little is unknown when the browser dies. */
const TELL_EVERY_MILLIS = 15000;
/** @type {null | { tell: (ended: boolean) => Promise<unknown> }} the one player of this page */
let playing = null;

/** What a player has shown, from what it says of itself (HTML, `played`). @param {TimeRanges} played */
export function shown(played) {
  const ranges = [];
  for (let i = 0; i < played.length; i++)
    ranges.push({ fromMillis: Math.floor(played.start(i) * 1000), toMillis: Math.ceil(played.end(i) * 1000) });
  return ranges;
}
/** Ends what is being played here, if anything is. */
export async function endPlaying() {
  const before = playing;
  playing = null;
  await before?.tell(true);
}
/** A place with a button that opens a session and plays. */
export function player(item) {
  const place = el("div"),
    button = () => el("button", null, { className: "primary", onclick: begin }, icon("video"), t().play);
  async function begin() {
    try {
      await endPlaying();
      const session = await get(`/api/evidence/${item.id}/plays`, { method: "POST" });
      const media = el(item.mediaType.startsWith("video") ? "video" : "audio", null, {
        controls: true,
        autoplay: true,
        ariaLabel: item.fileName,
      });
      let told = Date.now();
      const tell = ended => {
        told = Date.now();
        return ask(`/api/evidence/${item.id}/plays/${session.playId}`, {
          method: "PUT",
          keepalive: true, // also when the page is left
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ shown: shown(media.played), ended }),
        }).catch(() => {}); // the station ends it by itself
      };
      const mine = { tell };
      media.ontimeupdate = () => Date.now() - told > TELL_EVERY_MILLIS && tell(false);
      media.onpause = () => playing === mine && tell(false);
      media.onerror = () => {
        if (playing !== mine) return;
        endPlaying();
        place.replaceChildren(button(), el("p", t().playEnded, { className: "small", role: "status" }));
      };
      playing = mine;
      media.src = link(session.media);
      place.replaceChildren(media);
    } catch (failed) {
      place.replaceChildren(button(), trouble(failed));
    }
  }
  place.append(button());
  return place;
}
addEventListener("pagehide", endPlaying);
