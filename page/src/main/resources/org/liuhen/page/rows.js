// A list of any length: pages of rows, of which only those near the window are in the document; the others are empty boxes of their height.

/** How many rows a page has. */
export const PAGE = 50;
/** How far from the window, in pixels, rows are drawn already. */
const NEAR = 1200;
/** A page that only passes by is not fetched. */
const PASSING_MILLIS = 80;
/** As many pages keep what was fetched. */
const KEPT = 40;

/** @typedef {{ begins: string | null, box: any, items: any[] | null, drawn: boolean, near: boolean, stale: boolean, asked: number, height: number }} Page */

/**
 * Where pages begin and how many rows each has, from the first page and what the station says of the others.
 * @param {number} shown how many rows the first page has
 * @param {{ found: number, pages: string[] } | null} outline null where it is not known
 * @returns {{ begins: string | null, count: number }[]}
 */
export function layout(shown, outline) {
  if (!outline || outline.found <= PAGE) return [{ begins: null, count: shown }];
  return [null, ...outline.pages].map((begins, at) => ({ begins, count: Math.min(PAGE, outline.found - at * PAGE) }));
}

/**
 * @param {any} place the element that has the list
 * @param {{ load: (begins: string | null) => Promise<any[]>, draw: (item: any) => any, failed: (why: Error) => void }} how
 *   load fetches the items of a page; draw makes the row of an item
 */
export function rows(place, { load, draw, failed }) {
  /** @type {Page[]} */
  let pages = [];
  let perRow = 49,
    observer = /** @type {IntersectionObserver | null} */ (null),
    scroller = /** @type {any} */ (undefined),
    width = 0;

  const scrolls = () => {
    const section = place.closest("section");
    return section && getComputedStyle(section).overflowY !== "visible" ? section : null; // on a phone the whole document scrolls
  };
  function watch() {
    observer?.disconnect();
    scroller = scrolls();
    observer = new IntersectionObserver(
      seen =>
        seen.forEach(({ target, isIntersecting }) => {
          const page = pages[Number(/** @type {any} */ (target).dataset.page)];
          if (!page || page.box !== target) return;
          if (!isIntersecting && !place.offsetParent) return; // the whole list is hidden
          page.near = isIntersecting;
          if (isIntersecting) arrive(page);
          else erase(page);
        }),
      { root: scroller, rootMargin: `${NEAR}px 0px` },
    );
    for (const page of pages) observer.observe(page.box);
  }
  /** Fetches a page where it stays near the window, and draws it. @param {Page} page */
  function arrive(page) {
    if (page.drawn && !page.stale) return;
    if (page.items && !page.stale) return fill(page);
    const mine = ++page.asked;
    setTimeout(
      async () => {
        if (mine !== page.asked || !page.near || !pages.includes(page)) return;
        try {
          const items = await load(page.begins);
          if (mine !== page.asked || !pages.includes(page)) return;
          page.items = items;
          page.stale = false;
          if (page.near) fill(page);
          forget();
        } catch (why) {
          failed(why);
        }
      },
      page.drawn ? 0 : PASSING_MILLIS,
    );
  }
  /** @param {Page} page */
  function fill(page) {
    const focusAgain = page.box.contains(document.activeElement) ? focused() : null;
    page.box.replaceChildren(...(page.items || []).map(draw));
    page.box.style.height = "";
    page.box.removeAttribute("aria-busy");
    page.drawn = true;
    focusAgain?.(page.box);
  }
  /** Rows that are drawn anew get the focus that they had. */
  function focused() {
    const at = /** @type {any} */ (document.activeElement),
      id = at.closest("[data-id]")?.dataset.id || at.parentElement?.querySelector("[data-id]")?.dataset.id,
      tag = at.tagName;
    return box => {
      const row = id && box.querySelector(`[data-id="${id}"]`);
      const again = tag === "INPUT" ? row?.parentElement.querySelector("input") : row;
      again?.focus({ preventScroll: true });
    };
  }
  /** Takes rows out of the document that are far away; never those that have the focus. @param {Page} page */
  function erase(page) {
    page.asked++;
    if (!page.drawn || page.box.contains(document.activeElement)) return;
    page.height = page.box.offsetHeight;
    if (page.items?.length) perRow = page.height / page.items.length;
    empty(page, page.height);
  }
  /** @param {Page} page @param {number} height */
  function empty(page, height) {
    page.drawn = false;
    page.box.style.height = `${height}px`;
    page.box.setAttribute("aria-busy", "true");
    page.box.replaceChildren();
  }
  function forget() {
    const kept = pages.filter(page => page.items && !page.drawn);
    for (const page of kept.slice(0, Math.max(0, kept.length - KEPT))) page.items = null;
  }
  /** Boxes for all pages; those that were there before keep their rows until new ones have come. */
  function lay(wanted) {
    const before = pages;
    pages = wanted.map(({ begins, count }, at) => {
      const old = before[at];
      if (old) {
        old.stale ||= old.begins !== begins || at > 0;
        old.begins = begins;
        if (!old.drawn) old.box.style.height = `${count * perRow}px`;
        return old;
      }
      const box = Object.assign(document.createElement("div"), { className: "page" });
      box.dataset.page = String(at);
      /** @type {Page} */
      const page = { begins, box, items: null, drawn: false, near: false, stale: false, asked: 0, height: 0 };
      empty(page, count * perRow);
      return page;
    });
    for (const page of pages) if (page.box.parentNode !== place) place.append(page.box);
    while (place.children.length > pages.length) place.lastElementChild.remove();
  }
  new ResizeObserver(() => {
    if (!pages.length || !place.clientWidth || place.clientWidth === width) return;
    width = place.clientWidth;
    const drawn = pages.filter(page => page.drawn && page.items?.length);
    if (drawn.length)
      perRow = drawn.reduce((sum, page) => sum + page.box.offsetHeight, 0) / drawn.reduce((n, page) => n + (page.items?.length || 0), 0);
    for (const page of pages) if (!page.drawn) page.box.style.height = `${(page.items?.length || PAGE) * perRow}px`;
    if (scroller !== scrolls()) watch();
  }).observe(place);

  return {
    /** A list from its first page; the same list again keeps its place. @param {any[]} first @param {boolean} again */
    begin(first, again) {
      if (!again || !pages.length) {
        pages = [];
        place.replaceChildren();
        lay(layout(first.length, null));
      }
      pages[0].items = first;
      pages[0].stale = false;
      if (!again || pages[0].near || pages[0].drawn) fill(pages[0]);
      if (!again && first.length) perRow = pages[0].box.offsetHeight / first.length || perRow;
      watch();
    },
    /** The other pages have their places. @param {{ found: number, pages: string[] } | null} outline */
    extend(outline) {
      lay(layout(pages[0]?.items?.length || 0, outline));
      watch();
    },
    clear() {
      pages = [];
    },
    /** The items that are in the document now. */
    shown: () => pages.flatMap(page => (page.drawn && page.items) || []),
    /**
     * The row that many rows after this one, fetched where it has to be.
     * @param {any} row an element in the list; null begins at the top of the window
     * @param {number} step 1 or -1
     */
    async beside(row, step) {
      const all = /** @type {any[]} */ ([...place.querySelectorAll(".row")]);
      if (!row) return all.find(one => one.getBoundingClientRect().bottom > 0) || all[0];
      const box = row.closest(".page"),
        within = /** @type {any[]} */ ([...box.querySelectorAll(".row")]),
        next = within[within.indexOf(row) + step];
      if (next) return next;
      const page = pages[Number(box.dataset.page) + step];
      if (!page) return row;
      if (!page.drawn) {
        page.items ||= await load(page.begins);
        page.near = true;
        fill(page);
      }
      const there = page.box.querySelectorAll(".row");
      return step > 0 ? there[0] : there[there.length - 1];
    },
  };
}
