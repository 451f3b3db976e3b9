// The other side of the bench: a page with the usual libraries, and a worker with the best that we know, at a host of
// their own in the same Chromium.

import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { blockedDuring } from "./measure.mjs";

const { App } = await import("../e2e/harness.mjs");
const here = path.dirname(fileURLToPath(import.meta.url));

/** A script of this place with everything that it needs; what it exports is `globalName`. */
export const bundle = (name, globalName) => Buffer.from(buildSync({
  entryPoints: [path.join(here, name)], bundle: true, minify: true, write: false, format: "iife", globalName, define: { "process.env.NODE_ENV": '"production"' },
}).outputFiles[0].contents);

/** Does `work` with a page from a host of its own. `files`: by address, their type and bytes. */
export async function withPage(files, work) {
  const host = http.createServer((request, response) => {
    const found = files[request.url];
    response.writeHead(found ? 200 : 404, { "content-type": found?.[0] ?? "text/plain" });
    response.end(found?.[1] ?? "");
  });
  await new Promise((done) => host.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${host.address().port}/`;
  const app = new App({ url, origin: url.slice(0, -1) }, { bare: true, hash: "" });
  try {
    await app.open();
    return await work(app);
  } finally {
    await app.close();
    host.close();
  }
}

/** What the libraries weigh. */
export const scripts = { "peers js": bundle("peers.mjs", "peers"), "peer worker js": bundle("peer-worker.mjs") };

const PAGE = "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><script src=peers.js></script>";

/** The tasks of all peers with a workbook of so many rows. */
export const theirs = (bytes, rows) => withPage({
  "/": ["text/html; charset=utf-8", PAGE], "/peers.js": ["text/javascript", scripts["peers js"]], "/peer-worker.js": ["text/javascript", scripts["peer worker js"]], "/county.xlsx": ["application/octet-stream", bytes],
}, async (app) => {
  const times = {};
  const task = async (name, count) => {
    const found = await app.page.evaluate((one) => window.peers[one](), name);
    if (found.count !== count) throw new Error(`${name}: ${found.count} instead of ${count}, ${found.error}`);
    times[name] = found.ms;
  };
  await task("importPages", rows);
  await app.page.reload();
  await task("reopenPages", rows);
  await app.page.reload();
  times.blocked = await blockedDuring(app.page, () => task("importDexie", rows));
  await task("importIdb", rows);
  await app.page.reload();
  await task("reopenIdb", rows);
  await app.page.reload();
  await task("reopenDexie", rows);
  const groups = Math.ceil(rows / 2000) * Math.min(10, Math.ceil(rows / 200));
  await task("pivotPlain", groups);
  await task("pivotCrossfilter", groups);
  return times;
});
