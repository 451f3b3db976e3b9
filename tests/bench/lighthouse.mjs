// What Lighthouse says of the first screen with the sample county open, as people meet it every morning.
//
//   cd tests/bench && npm install --no-package-lock
//   node lighthouse.mjs [--runs 3] [--host plain|compressed|both] [--preset mobile|desktop|both] [--state empty]
//                       [--installed] [--json FILE]
//
// Needs a finished build in ../../dist (or XINGCUN_DIST) and the dev program (XINGCUN_DEV, default
// ../../target/debug/dev). A profile is prepared in a browser – the sample is opened, the service worker has
// everything – and each run opens a copy of it, so that no run warms the next. Prints the median of the runs:
//   score    0–100, of the performance category
//   FCP LCP SI TBT CLS   as Lighthouse simulates them: for the mobile preset a slow 4G line and a processor four
//            times slower, for the desktop preset an office line
// `plain` is `cargo serve`, which compresses nothing; `compressed` answers with brotli, as real hosts do.
// Lighthouse takes away what the browser keeps of the program and leaves the ledger, so everything is fetched again
// and then the sample is drawn. With `--installed` the service worker stays, and nothing is fetched.
// `--state empty` opens the page in an empty profile instead: the very first visit, three doors.
// Lighthouse 13 wants Node 22, hence 12. No test depends on this file.

import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";
import { spawn } from "node:child_process";
import { median, option } from "./figures.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
process.env.XINGCUN_NODE_MODULES ||= path.join(here, "node_modules");
const { App, DIST, Server, require, temporary, until } = await import("../e2e/harness.mjs");
const { openSample } = await import("../e2e/pages.mjs");
const { default: lighthouse, desktopConfig } = await import(require.resolve("lighthouse"));

const RUNS = Number(option("runs", 3));
const chosen = (name, all) => all.filter((one) => [one, "both"].includes(option(name, "both")));
const EMPTY = option("state") === "empty", INSTALLED = process.argv.includes("--installed");

const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", wasm: "application/wasm", svg: "image/svg+xml", png: "image/png", webmanifest: "application/manifest+json" };

/** A host that compresses, at any address below its root. */
async function compressing() {
  const kept = new Map();
  for (const name of fs.readdirSync(DIST)) {
    const file = path.join(DIST, name);
    if (/\.(js|css|wasm|html)$/.test(name)) kept.set(file, zlib.brotliCompressSync(fs.readFileSync(file)));
  }
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://x").pathname).slice(1) || "index.html";
    const file = path.join(DIST, name), type = TYPES[name.split(".").at(-1)];
    if (!type || !file.startsWith(DIST) || !fs.existsSync(file)) return response.writeHead(404).end();
    const compress = kept.has(file);
    const caching = /[0-9a-f]{16}/.test(name) ? "max-age=31536000, immutable" : "no-cache";
    response.writeHead(200, { "content-type": type, "cache-control": caching, ...(compress && { "content-encoding": "br" }) });
    response.end(kept.get(file) ?? fs.readFileSync(file));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${server.address().port}/`;
  return { url, origin: url.slice(0, -1), stop: () => new Promise((done) => server.close(done)) };
}

/** A profile in which the sample is open and saved, and the program installed. */
async function prepared(server) {
  const app = new App(server, { profile: temporary("lighthouse") });
  await app.open();
  if (!EMPTY) {
    await openSample(app.page);
    await app.installed();
    await app.page.locator("main svg [data-target]").first().waitFor();
    await new Promise((done) => setTimeout(done, 3000)); // pages are written while nobody types
  }
  await app.shut();
  return app.profile;
}

async function browser(profile) {
  const chromium = process.env.XINGCUN_CHROMIUM || "/usr/bin/chromium";
  const child = spawn(chromium, ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"], { stdio: "ignore", detached: true });
  const note = path.join(profile, "DevToolsActivePort");
  const port = await until("the browser", () => fs.existsSync(note) && fs.readFileSync(note, "utf8").split("\n")[0]);
  const ended = new Promise((done) => child.once("exit", done));
  return { port: Number(port), stop: () => { process.kill(-child.pid, "SIGKILL"); return ended; } };
}

const AUDITS = { FCP: "first-contentful-paint", LCP: "largest-contentful-paint", SI: "speed-index", TBT: "total-blocking-time", CLS: "cumulative-layout-shift" };

async function once(url, profile, preset) {
  const copy = temporary("lighthouse-run");
  if (!EMPTY) fs.cpSync(profile, copy, { recursive: true, filter: (name) => !/Singleton|DevToolsActivePort/.test(name) });
  const { port, stop } = await browser(copy);
  try {
    const config = preset === "desktop" ? desktopConfig : undefined;
    const { lhr } = await lighthouse(url, { port, onlyCategories: ["performance"], disableStorageReset: INSTALLED, logLevel: "error" }, config);
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    const found = { score: Math.round(lhr.categories.performance.score * 100), lhr };
    for (const [name, id] of Object.entries(AUDITS)) found[name] = lhr.audits[id].numericValue;
    return found;
  } finally {
    await stop();
    fs.rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  }
}

const shown = (name, value) => (name === "score" ? String(value) : name === "CLS" ? value.toFixed(3) : `${(value / 1000).toFixed(2)} s`);
const names = ["score", ...Object.keys(AUDITS)];
const reports = [];
console.log(`${"host".padEnd(12)}${"preset".padEnd(9)}${names.map((name) => name.padStart(9)).join("")}   largest contentful paint`);
for (const host of chosen("host", ["plain", "compressed"])) {
  const server = host === "plain" ? await Server.start() : await compressing();
  const profile = await prepared(server);
  for (const preset of chosen("preset", ["mobile", "desktop"])) {
    const runs = [];
    for (let n = 0; n < RUNS; n++) runs.push(await once(server.url, profile, preset));
    const middle = names.map((name) => shown(name, median(runs.map((run) => run[name]))).padStart(9));
    const element = runs[0].lhr.audits["largest-contentful-paint-element"]?.details?.items?.[0]?.items?.[0]?.node;
    console.log(`${host.padEnd(12)}${preset.padEnd(9)}${middle.join("")}   ${element ? `${element.selector}: ${element.nodeLabel}` : ""}`);
    reports.push({ host, preset, runs });
  }
  fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  await server.stop();
}
const json = option("json");
if (json) fs.writeFileSync(json, JSON.stringify(reports));
process.exit(0);
