// All recordings of a case or an incident in step, on one axis of time: what several cameras saw at the same moment.
import { $, el, get, here, notice, standing, svg, t, trouble } from "./core.js";
import { duration, localTime } from "./format.js";
import { icon } from "./icons.js";
import { person } from "./names.js";
import { endPlaying, isOpen, openMedia } from "./play.js";

/** A recording whose beginning is known less well has no place on the axis. */
const KNOWN_WITHIN_MILLIS = 60_000;
const PLAYABLE = /^(video|audio)\//;
/** The most players at once: a browser and a station do no more well. */
const PLAYERS_MAX = 9;
/** A player that is further from the axis is set right. */
const APART_SECONDS = 0.2;
const TICK_MILLIS = 200;
const PAGE = 200;
const SPEEDS = [0.25, 0.5, 1, 2, 4];

/**
 * What is in step now: drawn again in another language it goes on, in the same sessions of playing.
 * @type {{ address: string, person: string | undefined, moment: number, speed: number, runs: boolean, asked: boolean, heard: string, opening: Set<string>, media: Map<string, HTMLMediaElement>, ended: Map<string, any>, scale: any } | null}
 */
let now = null;
/** Whether what the address names is in step in the page already, for this person, and its players were not ended: those of a page that was left are. */
export const inStep = () =>
  now !== null &&
  now.address === location.hash &&
  now.person === here.person?.id &&
  document.contains(now.scale) &&
  [...now.media].every(([id, media]) => now?.ended.has(id) || isOpen(media));

/**
 * Where recordings stand on the axis: from the middle of the interval in which each began, by its device's clock or corrected by the reading of it.
 * @param {any[]} items
 * @returns {{ from: number, to: number, lanes: { item: any, begin: number, end: number, within: number, moved: number | null }[], without: any[] }}
 *   milliseconds since 1970; `within` is half of the interval, `moved` by how much the device's clock was ahead, null where nobody read it
 */
export function axis(items) {
  const lanes = [],
    without = [];
  for (const item of items) {
    const when = item.captureTime?.corrected || item.captureTime,
      [earliest, latest] = when ? [Date.parse(when.earliest), Date.parse(when.latest)] : [NaN, NaN],
      length = item.captureTime?.lengthMillis;
    if (!(latest - earliest <= KNOWN_WITHIN_MILLIS && length > 0)) {
      without.push(item);
      continue;
    }
    const begin = (earliest + latest) / 2;
    const moved = item.captureTime.corrected
      ? (Date.parse(item.captureTime.earliest) + Date.parse(item.captureTime.latest)) / 2 - begin
      : null;
    lanes.push({ item, begin, end: begin + length, within: (latest - earliest) / 2, moved });
  }
  lanes.sort((a, b) => a.begin - b.begin);
  return { from: Math.min(...lanes.map(lane => lane.begin)), to: Math.max(...lanes.map(lane => lane.end)), lanes, without };
}
/** How far a recording is at this moment of the axis, in seconds; null before it begins and after it ends. */
export const secondsAt = (lane, moment) => (moment >= lane.begin && moment < lane.end ? (moment - lane.begin) / 1000 : null);

async function recordingsOf(caseId) {
  const found = [];
  for (let before = ""; ; ) {
    const { evidence } = await get(`/api/cases/${encodeURIComponent(caseId)}?limit=${PAGE}${before && "&before=" + before}`);
    found.push(...evidence.filter(item => PLAYABLE.test(item.mediaType || "") && item.state !== "disposed"));
    if (evidence.length < PAGE) return found;
    before = evidence.at(-1).id;
  }
}
/** The lanes under the scale: when each recording ran. */
function drawn({ from, to, lanes }) {
  const width = 1000,
    at = moment => ((moment - from) / Math.max(1, to - from)) * width,
    height = 10 * lanes.length;
  const bars = lanes.map((lane, i) =>
    svg("rect", {
      x: at(lane.begin),
      y: 10 * i + 1,
      width: Math.max(2, at(lane.end) - at(lane.begin)),
      height: 8,
      rx: 2,
      fill: "currentColor",
    }),
  );
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "lanes", role: "img", "aria-label": t().lanes },
    ...bars,
  );
}
/** One recording: its name, whose it is, how its time is known, and its player once the axis reaches it. */
function laneOf(lane, sound, media) {
  const { item } = lane,
    place = el("div", null, { className: "screen" }, media || el("p", t().notNow, { className: "small" })),
    known = [
      localTime(new Date(lane.begin).toISOString()),
      lane.within ? `±${lane.within / 1000} s` : "",
      lane.moved === null ? t().clockNotRead : t().clockMoved(lane.moved / 1000),
    ];
  const hears = el("input", null, { type: "radio", name: "sound", onchange: () => sound(lane) });
  const card = el(
    "li",
    null,
    { className: "card lane" },
    el("a", null, { href: "#/item/" + item.id }, el("b", item.fileName)),
    el(
      "div",
      null,
      { className: "small" },
      person(item.officerNo || item.onBehalfOf || item.sender || ""),
      ` · ${known.filter(Boolean).join(" · ")}`,
    ),
    place,
    el("label", null, { className: "small" }, hears, ` ${t().sound}`),
  );
  card.dataset.id = item.id;
  return { lane, card, place, hears };
}
/** @param {string} caseId a case or an incident */
export async function showTogether(caseId) {
  const place = $("detail"),
    address = location.hash,
    stands = standing(),
    goesOn = () => (inStep() ? now : null);
  if (!goesOn()) place.replaceChildren(el("p", t().busy, { className: "small", role: "status" })); // a player that leaves the document stops
  try {
    const found = await recordingsOf(caseId);
    if (!stands()) return; // the view was left meanwhile
    const all = axis(found),
      { from, to } = all,
      lanes = all.lanes.slice(0, PLAYERS_MAX);
    const toCase = el("a", null, { href: "#/case/" + encodeURIComponent(caseId), className: "button quiet" }, icon("back"), caseId),
      back = el("div", null, { className: "acts" }, toCase);
    const missing = [...all.without, ...all.lanes.slice(PLAYERS_MAX).map(lane => lane.item)];
    const others = missing.length
      ? el(
          "details",
          null,
          {},
          el("summary", t().notOnAxis(missing.length)),
          el("ul", null, {}, ...missing.map(item => el("li", null, {}, el("a", item.fileName, { href: "#/item/" + item.id })))),
        )
      : null;
    if (lanes.length === 0) {
      place.replaceChildren(...[back, el("h2", t().together), el("p", t().noneInStep, { className: "empty" }), others].filter(Boolean));
      return;
    }
    let last = 0;
    const before = goesOn();
    if (!before) await endPlaying();
    if (!stands()) return;
    const state = before || {
      address,
      person: here.person?.id,
      moment: from,
      speed: 1,
      runs: false,
      asked: false, // nothing is opened before somebody asks for it
      heard: lanes[0].item.id,
      opening: new Set(),
      media: new Map(),
      ended: new Map(), // why, where a player ended by itself or could not be opened
      scale: null,
    };
    const { opening, media, ended } = state,
      players = lanes.map(lane => laneOf(lane, chosen => hear(chosen.item.id), media.get(lane.item.id)));
    const hear = id => {
      state.heard = id;
      for (const { hears, lane } of players) {
        hears.checked = lane.item.id === id;
        const plays = media.get(lane.item.id);
        if (plays) plays.muted = lane.item.id !== id;
      }
    };
    const clock = el("output", "", { className: "moment" }),
      scale = el("input", null, { type: "range", min: "0", max: String(to - from), step: "100", ariaLabel: t().axis, className: "axis" }),
      button = el("button", null, { className: "primary", type: "button" }),
      rate = el(
        "select",
        null,
        { ariaLabel: t().speed },
        ...SPEEDS.map(n => el("option", `${n}×`, { value: String(n), selected: n === state.speed })),
      );
    /** Brings a player to the moment of the axis, and opens it when the axis first reaches it. */
    const follow = async one => {
      const { item } = one.lane,
        seconds = secondsAt(one.lane, state.moment);
      one.card.classList.toggle("waits", seconds === null || ended.has(item.id));
      if (ended.has(item.id)) {
        const why = ended.get(item.id) ? trouble(ended.get(item.id)) : el("p", t().playEnded, { className: "small" });
        if (one.place.textContent !== why.textContent) one.place.replaceChildren(why);
        return;
      }
      if (seconds === null) {
        media.get(item.id)?.pause();
        return;
      }
      if (!media.has(item.id) && !opening.has(item.id)) {
        opening.add(item.id);
        try {
          // without controls of its own: the axis leads
          media.set(item.id, await openMedia(item, () => ended.set(item.id, null)));
        } catch (failed) {
          ended.set(item.id, failed);
        }
        opening.delete(item.id);
      }
      const plays = media.get(item.id);
      if (!plays) return;
      if (plays.parentNode !== one.place) {
        plays.muted = !one.hears.checked;
        one.place.replaceChildren(plays);
      }
      if (plays.readyState < 1) return;
      plays.playbackRate = state.speed;
      if (Math.abs(plays.currentTime - seconds) > APART_SECONDS * Math.max(1, state.speed) && !plays.seeking) plays.currentTime = seconds;
      if (state.runs && plays.paused) plays.play().catch(() => {});
      else if (!state.runs && !plays.paused) plays.pause();
    };
    const show = () => {
      scale.value = String(state.moment - from);
      clock.textContent = `${localTime(new Date(state.moment).toISOString())} · ${duration(state.moment - from) || "0:00"}`;
      button.replaceChildren(icon("video"), state.runs ? t().pause : t().play);
      for (const one of players) follow(one);
    };
    const tick = () => {
      if (!document.contains(scale)) return; // another view is open
      const present = performance.now();
      if (state.runs) {
        state.moment += (present - last) * state.speed;
        if (state.moment >= to) {
          state.moment = to - 1;
          state.runs = false;
        }
        show();
      } else if (state.asked) for (const one of players) follow(one); // one that was opened meanwhile is brought to the moment, too
      last = present;
      setTimeout(tick, TICK_MILLIS);
    };
    button.onclick = () => {
      state.asked = true;
      state.runs = !state.runs;
      last = performance.now();
      if (state.runs && state.moment >= to - 1) state.moment = from;
      show();
    };
    scale.oninput = () => {
      state.asked = true;
      state.moment = from + Number(scale.value);
      show();
    };
    rate.onchange = () => {
      state.speed = Number(rate.value);
      show();
    };
    hear(state.heard);
    place.replaceChildren(
      ...[
        back,
        el("h2", t().together),
        el("p", t().togetherIs, { className: "small" }),
        el("div", null, { className: "controls" }, button, rate, clock),
        scale,
        drawn({ from, to, lanes }),
        el("ol", null, { id: "lanes", className: "cards lanesOf" }, ...players.map(one => one.card)),
        others,
      ].filter(Boolean),
    );
    state.scale = scale;
    now = state;
    scale.value = String(state.moment - from);
    clock.textContent = localTime(new Date(state.moment).toISOString());
    button.replaceChildren(icon("video"), state.runs ? t().pause : t().play);
    last = performance.now();
    tick();
  } catch (failed) {
    if (!stands()) return;
    if (goesOn()) notice(failed.message, undefined, true);
    else place.replaceChildren(trouble(failed));
  }
}
