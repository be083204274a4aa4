// Uploads files with tus-js-client as it comes from npm. Prints one line of JSON for each: name and upload URL.
//   node upload.mjs http://127.0.0.1:8480/files CASE FILE...
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import * as tus from "tus-js-client";

const [endpoint, caseId, ...files] = process.argv.slice(2);
for (const file of files) {
  await new Promise((resolve, reject) => {
    const upload = new tus.Upload(createReadStream(file), {
      endpoint,
      uploadSize: statSync(file).size,
      chunkSize: 300_000,
      retryDelays: [0, 500, 1000, 3000],
      metadata: { filename: basename(file), sha256: createHash("sha256").update(readFileSync(file)).digest("hex"), caseId, officerNo: "110023", deviceSerial: "BWC-7" },
      onError: reject,
      onSuccess: () => { console.log(JSON.stringify({ name: basename(file), url: upload.url })); resolve(); },
    });
    upload.start();
  });
}
