// The peer: @tus/server with its file store, as its own documentation sets it up.
import { createServer } from "node:http";
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const server = new Server({ path: "/files", datastore: new FileStore({ directory: process.argv[2] }) });
const http = createServer((request, answer) => server.handle(request, answer));
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
