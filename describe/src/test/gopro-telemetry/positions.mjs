// What gopro-telemetry, which is not ours, finds in a raw stream of a real camera: count, first and last position.
import { readFileSync } from "node:fs";
import telemetry from "gopro-telemetry";
const out = await telemetry({ rawData: readFileSync(process.argv[2]), timing: { frameDuration: 1 / 30, start: new Date(0), samples: [] } }, { stream: ["GPS5", "GPS9", "GPRI"], repeatSticky: false });
for (const device of Object.values(out)) for (const [name, stream] of Object.entries(device.streams ?? {})) {
  const samples = stream.samples.map(sample => name === "GPRI" ? { ...sample, value: sample.value.slice(1) } : sample); // its first is a time
  console.log(JSON.stringify({ name, count: samples.length, first: samples[0].value, last: samples.at(-1).value, fix: samples[0].sticky?.fix }));
}
