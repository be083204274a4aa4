// Icons of this page: strokes on a grid of 24, drawn as inline SVG in the colour of the text. They carry no meaning without words beside them.
const PATHS = {
  inbox: "M4 13l3-8h10l3 8v6H4zM4 13h5l1.5 3h3L15 13h5",
  evidence: "M4 5h16v14H4zM4 9h16M8 5v4M16 5v4M10 12l5 2.5L10 17z",
  cases: "M3 7h7l2 2h9v10H3z",
  gaps: "M12 4l9 16H3zM12 10v5M12 17.5v.5",
  units: "M4 20V10M10 20V4M16 20v-8M22 20H2",
  transfer: "M4 8h13l-4-4M20 16H7l4 4",
  package: "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
  download: "M12 4v12M7 11l5 5 5-5M4 20h16",
  rules: "M12 4a8 8 0 100 16 8 8 0 000-16zM12 8v4l3 2",
  record: "M5 4h11l3 3v13H5zM9 9h6M9 13h6M9 17h4",
  people:
    "M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 20c0-4 3-6 6.500-6s6.500 2 6.500 6M16 4.500a3.500 3.500 0 010 6.500M18 14.500c2.500.8 3.500 2.700 3.500 5.500",
  settings: "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4",
  search: "M11 4a7 7 0 100 14 7 7 0 000-14zM16 16l5 5",
  table: "M4 6h16M4 12h16M4 18h16",
  gallery: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  video: "M3 6h12v12H3zM15 10l6-3v10l-6-3z",
  audio: "M9 18V6l10-2v12M9 18a2.500 2.500 0 11-5 0 2.500 2.500 0 015 0zM19 16a2.500 2.500 0 11-5 0 2.500 2.500 0 015 0z",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500h.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  back: "M15 5l-7 7 7 7",
  upload: "M12 16V4M7 9l5-5 5 5M4 20h16",
  keyboard: "M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M7 15h10",
  bell: "M6 16V11a6 6 0 0112 0v5l2 2H4zM10 21h4",
  print: "M7 8V3h10v5M5 8h14v8h-3v5H8v-5H5z",
};
/** @typedef {keyof typeof PATHS} IconName */

/** @param {IconName} name @returns {SVGSVGElement} */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg",
    svg = document.createElementNS(space, "svg"),
    path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
/** The icon of a media type. @param {string | undefined} type @returns {IconName} */
export const iconOf = type =>
  type?.startsWith("video/") ? "video" : type?.startsWith("audio/") ? "audio" : type?.startsWith("image/") ? "image" : "file";
