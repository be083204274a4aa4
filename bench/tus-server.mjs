// The peer: @tus/server with its file store, as its own documentation sets it up.
//   tus-server.mjs FOLDER [durable]      durable: answers for a finished upload only when its file and its folder are forced to the disk
import { open } from "node:fs/promises";
import { createServer } from "node:http";
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const [folder, durable] = process.argv.slice(2);
const force = async path => { const file = await open(path); await file.sync(); await file.close(); };
const onUploadFinish = async (request, upload) => { for (const path of [`${folder}/${upload.id}`, `${folder}/${upload.id}.json`, folder]) await force(path); return {}; };
const server = new Server({ path: "/files", datastore: new FileStore({ directory: folder }), ...(durable ? { onUploadFinish } : {}) });
const http = createServer((request, answer) => server.handle(request, answer));
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
