// Periods that a supervisor chooses, as days, each with the one before it that it is compared with.

/** The periods that can be chosen, in the order of the page; the first one where none is. */
export const PERIODS = ["days14", "week", "lastWeek", "month", "lastMonth", "own"];
/** The longest period that the station counts, in days. */
const DAYS_MAX = 400;

const text = (/** @type {Date} */ day) => day.toISOString().slice(0, 10);
const day = (/** @type {string} */ words) => new Date(`${words}T00:00:00Z`);
/** The day that is so many days later. @param {string} from @param {number} n */
export function later(from, n) {
  const to = day(from);
  to.setUTCDate(to.getUTCDate() + n);
  return text(to);
}
/** How many days a period has, the first and the last one included. @param {{ from: string, to: string }} period */
export const lengthOf = ({ from, to }) => Math.round((day(to).getTime() - day(from).getTime()) / 86400000) + 1;
/** The first day of the month so many months before. @param {string} of @param {number} n */
function monthBefore(of, n) {
  const first = day(`${of.slice(0, 8)}01`);
  first.setUTCMonth(first.getUTCMonth() - n);
  return text(first);
}
const isDay = (/** @type {string | undefined} */ words) =>
  /^\d{4}-\d\d-\d\d$/.test(words || "") && !Number.isNaN(day(words || "").getTime());
/**
 * A period and the one before it. This week and this month end today, and are compared with as many days of the week or month before.
 * @param {{ period?: string, from?: string, to?: string }} asked days as `YYYY-MM-DD`, the last one included
 * @param {string} today
 * @returns {{ kind: string, from: string, to: string, before: { from: string, to: string } }}
 */
export function periodOf(asked, today) {
  const kind = PERIODS.includes(asked.period || "") ? String(asked.period) : PERIODS[0],
    monday = later(today, -((day(today).getUTCDay() + 6) % 7)),
    month = monthBefore(today, 0),
    last = monthBefore(today, 1);
  if (kind === "week") return { kind, from: monday, to: today, before: { from: later(monday, -7), to: later(today, -7) } };
  if (kind === "lastWeek")
    return { kind, from: later(monday, -7), to: later(monday, -1), before: { from: later(monday, -14), to: later(monday, -8) } };
  if (kind === "month") {
    const end = later(last, lengthOf({ from: month, to: today }) - 1),
      lastDay = later(month, -1);
    return { kind, from: month, to: today, before: { from: last, to: [end, lastDay].sort()[0] } };
  }
  if (kind === "lastMonth") return { kind, from: last, to: later(month, -1), before: { from: monthBefore(today, 2), to: later(last, -1) } };
  const own = kind === "own" && isDay(asked.from) && isDay(asked.to),
    from = own ? String(asked.from) : later(today, -13),
    wanted = own ? String(asked.to) : today,
    to = wanted < from ? from : lengthOf({ from, to: wanted }) > DAYS_MAX ? later(from, DAYS_MAX - 1) : wanted,
    n = lengthOf({ from, to });
  return { kind, from, to, before: { from: later(from, -n), to: later(from, -1) } };
}
