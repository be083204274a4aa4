// A crowd of connections that want nothing: idle ones, and requests that stop half way, a half of them in the headers and a half in the body,
// with a byte more every ten seconds. Where the server ends one, another takes its place.
//   node crowd.mjs PORT IDLE HALF ADDRESSES      from 127.0.1.1 on; prints a JSON object a second, until its standard input ends
import net from "node:net";

const [port, idle, half, addresses] = process.argv.slice(2).map(Number);
const all = new Array(idle + half);
let open = 0, refused = 0, ended = 0;

function begin(n) {
  const socket = net.connect({ port, host: "127.0.0.1", localAddress: `127.0.1.${1 + n % addresses}` });
  let wasOpen = false;
  all[n] = socket;
  socket.on("connect", () => {
    wasOpen = true; open++;
    if (n >= idle) socket.write(n % 2 ? "POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " : "POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
    socket.at = performance.now();
  });
  socket.on("data", () => {}).on("error", () => {});
  socket.on("close", () => {
    if (wasOpen) open--;
    const atOnce = !wasOpen || performance.now() - socket.at < 1_000;
    if (atOnce) refused++; else ended++;
    setTimeout(begin, atOnce ? 10_000 : 1_000, n);
  });
}

let begun = 0;
setInterval(() => { for (let i = 0; i < 200 && begun < all.length; i++) begin(begun++); }, 50); // 4,000 a second
let turn = 0;
setInterval(() => {
  turn = (turn + 1) % 100;
  for (let n = idle + turn; n < begun; n += 100) if (all[n].writable && !all[n].connecting) all[n].write("x");
}, 100);
setInterval(() => console.log(JSON.stringify({ open, refused, ended })), 1_000);
process.stdin.on("end", () => process.exit(0)).resume();
