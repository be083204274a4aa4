// Tables that people bring as files: CSV (RFC 4180), as spreadsheets save them.

/** The letters of a table. One that is not UTF-8 is taken as GB 18030, in which spreadsheets in Chinese are saved. @param {ArrayBuffer} bytes */
export function charsetOf(bytes) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    return "gb18030";
  }
}
/** The cells of a table, row by row; rows without any text are left out. @param {string} text @returns {string[][]} */
export function cells(text) {
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at],
      row = rows[rows.length - 1];
    if (quoted) {
      if (c !== '"') row[row.length - 1] += c;
      else if (text[at + 1] === '"') row[row.length - 1] += text[at++];
      else quoted = false;
    } else if (c === '"' && row[row.length - 1] === "") quoted = true;
    else if (c === ",") row.push("");
    else if (c === "\n") rows.push([""]);
    else if (c !== "\r") row[row.length - 1] += c;
  }
  return rows.map(row => row.map(cell => cell.trim())).filter(row => row.some(Boolean));
}
/**
 * The rows of a file as objects.
 * @param {{ arrayBuffer: () => Promise<ArrayBuffer> }} file
 * @param {Record<string, string[]>} columns the names that the head of the table may have for each member
 * @returns {Promise<Record<string, string>[] | null>} null where the head lacks a column
 */
export async function rowsOf(file, columns) {
  const bytes = await file.arrayBuffer(),
    [head = [], ...rows] = cells(new TextDecoder(charsetOf(bytes)).decode(bytes)), // takes a byte order mark away
    places = Object.entries(columns).map(([name, words]) => [name, head.findIndex(cell => words.includes(cell))]);
  if (places.some(([, at]) => at === -1)) return null;
  return rows.map(row => Object.fromEntries(places.map(([name, at]) => [name, row[Number(at)] || ""])));
}
