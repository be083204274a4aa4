// The pictures of a list: each is fetched once as long as the list is the same, since to fetch one is a look, which is on the record.
import { ask, byItself } from "./core.js";

/** By item: the picture's address in this page, empty where there is none. @type {Map<string, Promise<string>>} */
let pictures = new Map();

async function fetched(id) {
  const mine = pictures,
    answer = await ask(`/api/evidence/${id}/preview`),
    made = answer.headers.get("Content-Type")?.startsWith("image/") ? await answer.blob() : null;
  return made && mine === pictures ? URL.createObjectURL(made) : "";
}
/**
 * The address of an item's picture in this page; empty where there is none.
 * @param {string} id @param {boolean} alone whether the page asks by itself
 */
export async function pictureOf(id, alone) {
  const fetch = () => void pictures.set(id, fetched(id));
  if (!pictures.has(id)) {
    if (alone) byItself(fetch);
    else fetch();
  }
  const mine = pictures;
  try {
    return (await mine.get(id)) || "";
  } catch {
    mine.delete(id); // no preview was made, or the station is away: it may be there the next time
    return "";
  }
}
/** The list is another one: its pictures are fetched anew. */
export function forgetPictures() {
  for (const one of pictures.values()) one.then(made => made && URL.revokeObjectURL(made)).catch(() => {});
  pictures = new Map();
}
