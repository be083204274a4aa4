// Which texts on a page are in another language than the page.

/** Names of products and formats, which each page has in their own letters. */
const NAMES = ["留痕", "Object Lock", "Motion JPEG", "Microsoft Edge", "Google Chrome"];
/** Whether a text has words of another language; names, files, addresses and codes are none. */
function strange(text, lang, written) {
  const rest = [...NAMES, ...written].reduce((left, name) => left.replaceAll(name, ""), text).replace(/\S+\.[A-Za-z0-9]{2,4}\b|\S*[/_=@]\S*/g, "");
  return lang === "zh" ? /[A-Za-z]{2,} [A-Za-z]{2,}/.test(rest) : /\p{Script=Han}/u.test(rest);
}
/**
 * Those of these texts that are in another language than the page: two English words that follow on each other on a Chinese page, a Chinese
 * character on an English one.
 *
 * @param {string[]} texts @param {string} lang of the page
 * @param {string[]} [written] what people wrote, such as numbers of cases
 */
export const foreign = (texts, lang, written = []) => texts.filter(text => strange(text, lang, written));
/** The texts that a reader sees in a page of Playwright, without raw values and without what names another language as its own. */
export const textsOf = page =>
  page.evaluate(() => {
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), own = document.documentElement.lang;
    while (texts.nextNode()) {
      const around = texts.currentNode.parentElement;
      if (around.closest(`script, style, code, pre, .raw, body [lang]:not([lang^="${own.slice(0, 2)}"])`) || !around.checkVisibility()) continue;
      found.push(texts.currentNode.data.trim().slice(0, 120));
    }
    return found;
  });
