// What a browser's own player lacks for looking closely: frame by frame, slower and faster, to a moment, and the time of day of what is shown.
import { el, t } from "./core.js";
import { frameSeconds, localTime, momentAt, position, seconds } from "./format.js";

const SPEEDS = [0.1, 0.25, 0.5, 1, 1.5, 2, 4, 8];
const JUMP_SECONDS = 10;

/** @param {HTMLMediaElement} media the player @param {any} item what it plays */
export function controls(media, item) {
  const frame = item.mediaType?.startsWith("video/") ? frameSeconds(item.metadata || []) : null,
    now = el("output", "", { className: "moment" }),
    speed = el("select", null, {}, ...SPEEDS.map(n => el("option", `${n}×`, { value: String(n), selected: n === 1 }))),
    goal = el("input", null, { size: 8, placeholder: "0:00:00", autocomplete: "off" }),
    jump = by => {
      media.currentTime = Math.max(0, Math.min(media.duration || 0, media.currentTime + by));
    },
    step = frames => {
      media.pause();
      jump(frames * (frame || 0));
    };
  const there = el("button", "", { className: "quiet" }),
    /** The buttons with signs, each with its name in the reader's language. @type {[any, () => string][]} */
    names = [],
    button = (text, name, act) => {
      const one = el("button", text, { type: "button", className: "quiet", onclick: act });
      names.push([one, name]);
      return one;
    };
  const tell = () => {
    const moment = momentAt(item, media.currentTime);
    now.textContent = `${position(media.currentTime * 1000)}${moment ? ` · ${localTime(moment)}` : ""}`;
  };
  media.addEventListener("timeupdate", tell);
  media.addEventListener("seeked", tell);
  media.addEventListener("loadedmetadata", tell);
  speed.onchange = () => {
    media.playbackRate = Number(speed.value);
  };
  const form = el(
    "form",
    null,
    { className: "controls", role: "group" },
    button(
      `−${JUMP_SECONDS} s`,
      () => t().back10,
      () => jump(-JUMP_SECONDS),
    ),
    frame
      ? button(
          "◂|",
          () => t().frameBack,
          () => step(-1),
        )
      : null,
    frame
      ? button(
          "|▸",
          () => t().frameOn,
          () => step(1),
        )
      : null,
    button(
      `+${JUMP_SECONDS} s`,
      () => t().on10,
      () => jump(JUMP_SECONDS),
    ),
    speed,
    goal,
    there,
    now,
  );
  const speak = () => {
    for (const [one, name] of names) one.title = one.ariaLabel = name();
    speed.ariaLabel = t().speed;
    goal.ariaLabel = there.textContent = t().toMoment;
    form.ariaLabel = t().controls;
    tell();
  };
  media.addEventListener("language", speak);
  speak();
  form.onsubmit = event => {
    event.preventDefault();
    const wanted = seconds(goal.value);
    if (wanted !== null) media.currentTime = Math.min(wanted, media.duration || wanted);
    goal.setAttribute("aria-invalid", String(wanted === null));
  };
  form.onkeydown = event => {
    if (event.target === goal || !frame) return;
    if (event.key === ",") step(-1);
    else if (event.key === ".") step(1);
  };
  return form;
}
