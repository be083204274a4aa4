// What dji_srt_parser, which is not ours, finds in a drone's subtitles: how many positions, the first and the last.
const { readFileSync } = require("node:fs");
const parse = require("dji_srt_parser");
console.error = console.log = () => {}; // it tells what it cannot read
for (const file of process.argv.slice(2)) {
  let places = [];
  try {
    const packets = parse(readFileSync(file, "utf8"), file).metadata().packets;
    places = packets.filter(packet => packet.GPS).map(({ GPS }) => `${GPS.LATITUDE} ${GPS.LONGITUDE}`);
  } catch { /* no subtitles that it knows */ }
  if (places.length > 0) process.stdout.write(JSON.stringify({ file, trackPoints: places.length, trackStart: places[0], trackEnd: places.at(-1) }) + "\n");
}
