// Uploads one file with tus-js-client as it comes from npm, over a network that breaks: in one request, or as parts beside each other that
// become one file (tus concatenation). Prints the upload's URL.
//   node resume.mjs http://127.0.0.1:8480/files FILE [PARTS]
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import * as tus from "tus-js-client";

const [endpoint, file, parts] = process.argv.slice(2);
const upload = new tus.Upload(parts ? readFileSync(file) : createReadStream(file), {
  endpoint,
  ...(parts ? { parallelUploads: Number(parts) } : { uploadSize: statSync(file).size, chunkSize: 8_000_000 }), // a stream of node needs one
  retryDelays: [0, 200, 500, 1000, 1000, 1000, 1000],
  metadata: { filename: basename(file), sha256: createHash("sha256").update(readFileSync(file)).digest("hex"), officerNo: "110023" },
  onError: error => { console.error(String(error)); process.exit(1); },
  onSuccess: () => console.log(upload.url),
});
upload.start();
