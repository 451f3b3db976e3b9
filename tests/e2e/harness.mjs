// What every end-to-end test stands on: a server of its own, a browser profile of its own, and a watch over
// everything the page says. A test is `scene("what a person can do", async (app) => { … })`.
//
// Input: the environment that `cargo verify` sets (XINGCUN_DIST, XINGCUN_DEV, XINGCUN_CHROMIUM,
// XINGCUN_NODE_MODULES; XINGCUN_OLD is the version of an old Chromium, whose pictures lie apart). Output: tests
// registered with node:test. Neighbours: `pages.mjs` (names of controls), `files.mjs` (workbooks made on the
// spot), `run.mjs` (runs everything).

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import Module, { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const HERE = path.dirname(fileURLToPath(import.meta.url));
export const ROOT = path.resolve(HERE, "../..");
const OLD = process.env.XINGCUN_OLD;
export const SHOTS = path.join(ROOT, "tests/shots", OLD ? `chromium-${OLD}` : "");
export const DIST = path.resolve(process.env.XINGCUN_DIST || path.join(ROOT, "dist"));
const DEV = process.env.XINGCUN_DEV || path.join(process.env.CARGO_TARGET_DIR || path.join(ROOT, "target"), "debug/dev");
const CHROMIUM = process.env.XINGCUN_CHROMIUM || "/usr/bin/chromium";
const MODULES = process.env.XINGCUN_NODE_MODULES || path.join(HERE, "node_modules");

export const require = createRequire(path.join(MODULES, "x.js"));
if (OLD) standIn("element.checkVisibility()", "(element.checkVisibility?.() ?? element.getClientRects().length > 0)");
const { chromium } = require("playwright-core");

export const LAPTOP = { width: 1440, height: 900 };
export const PHONE = { width: 360, height: 740 };

/** A slow machine is not a broken program. */
const PATIENCE = 30_000;
const TEST_LIMIT = 240_000;

const ARGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-default-apps", "--no-default-browser-check",
];

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Playwright finds roles with something that Chrome has since 105; where it is missing, `ours` does the same. */
function standIn(theirs, ours) {
  const bundle = require.resolve("playwright-core/lib/coreBundle"), compile = Module.prototype._compile;
  Module.prototype._compile = function (source, file, ...rest) {
    if (file !== bundle) return compile.call(this, source, file, ...rest);
    if (!source.includes(theirs)) throw new Error(`playwright no longer calls ${theirs}`);
    return compile.call(this, source.replaceAll(theirs, ours), file, ...rest);
  };
}

/** Waits until `look` returns something; what it threw last is the failure. */
export async function until(what, look, limit = PATIENCE) {
  const end = Date.now() + limit;
  let last;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${limit / 1000} s for ${what}${last ? `: ${last.message}` : ""}`);
    await sleep(100);
  }
}

export const temporary = (name) => fs.mkdtempSync(path.join(os.tmpdir(), `xingcun-${name}-`));

/** A copy of the build that a test may change. */
export function copyOfDist() {
  const place = temporary("dist");
  fs.cpSync(DIST, place, { recursive: true });
  return place;
}

/** Names the build of `dist` anew after a file in it was changed. */
export function seal(dist) {
  execFileSync(DEV, ["seal", "--dist", dist], { cwd: ROOT, stdio: "pipe" });
}

/** The static host; stopping it is what having no network means. */
export class Server {
  static async start({ dist = DIST, base = "/", port = 0 } = {}) {
    const server = new Server();
    server.options = { dist, base };
    const child = spawn(DEV, ["serve", "--no-build", "--dist", dist, "--port", String(port), "--base", base], {
      cwd: ROOT, stdio: ["ignore", "pipe", "pipe"],
    });
    server.child = child;
    server.url = await new Promise((done, fail) => {
      let said = "";
      child.stdout.on("data", (bytes) => {
        said += bytes;
        const line = said.split("\n").find((one) => one.startsWith("http://"));
        if (line) done(line.trim());
      });
      child.stderr.on("data", (bytes) => { said += bytes; });
      child.once("error", fail);
      child.once("exit", (code) => fail(new Error(`the server ended with ${code}: ${said}`)));
    });
    return server;
  }

  get origin() { return new URL(this.url).origin; }

  async stop() {
    if (!this.child) return;
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.removeAllListeners("exit");
    this.child.once("exit", () => {});
    this.child.kill("SIGKILL");
    await Promise.race([ended, sleep(2000)]);
    this.child = null;
  }

  /** At the same address again. */
  async restart(dist = this.options.dist) {
    const again = await Server.start({ dist, base: this.options.base, port: new URL(this.url).port });
    Object.assign(this, { child: again.child, options: again.options });
  }
}

/** The processes of one profile, by their command line; nobody else's. */
function processesOf(profile) {
  const table = execFileSync("ps", ["-axww", "-o", "pid=,args="], { encoding: "utf8", maxBuffer: 1 << 26 });
  return table.split("\n").filter((line) => line.includes(`--user-data-dir=${profile}`)).map((line) => Number.parseInt(line, 10));
}

/** One profile of one browser with the page open, at one server. */
export class App {
  constructor(server, options) {
    this.server = server;
    this.options = { viewport: LAPTOP, hash: "#/", ...options };
    this.profile = this.options.profile || temporary("profile");
    this.problems = [];
    this.abroad = [];
    this.requests = [];
    /** Messages that a test expects the page to log, as regular expressions. */
    this.expected = [];
  }

  get url() { return this.server.url; }

  async open() {
    await this.launch();
    await this.goto(this.options.hash);
  }

  /** Starts the browser without opening the page. */
  async launch() {
    const { viewport, dark, init, locale = "zh-CN" } = this.options;
    const start = () => chromium.launchPersistentContext(this.profile, {
      executablePath: CHROMIUM, headless: true, args: ARGS, viewport, locale, acceptDownloads: true,
      timezoneId: "Asia/Shanghai", colorScheme: dark ? "dark" : "light", reducedMotion: "reduce",
    });
    // A browser that dies before it has opened anything says nothing of the program.
    this.context = await start().catch(start);
    this.context.setDefaultTimeout(PATIENCE);
    this.context.on("request", (request) => this.sees(request));
    this.context.on("serviceworker", (worker) => this.watchWorker(worker));
    if (init) await this.context.addInitScript(init);
    this.page = this.context.pages()[0] || await this.context.newPage();
    this.watch(this.page);
    this.context.on("page", (page) => this.watch(page));
  }

  sees(request) {
    const url = request.url();
    this.requests.push(url);
    if (/^(data|blob|about|chrome-error):/.test(url)) return;
    if (!url.startsWith(`${this.server.origin}/`)) this.abroad.push(url);
  }

  watchWorker(worker) {
    worker.on?.("console", (message) => { if (message.type() === "error") this.problems.push(`service worker: ${message.text()}`); });
  }

  watch(page) {
    page.on("pageerror", (error) => this.problems.push(`page error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.problems.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on("crash", () => this.problems.push("the page crashed"));
  }

  async goto(hash = "#/", page = this.page) {
    const address = this.url + hash;
    // The same document with another hash does not load again.
    if (page.url().split("#")[0] === this.url) {
      await page.evaluate((to) => { location.hash = to; }, hash);
    } else {
      await page.goto(address);
    }
    if (!this.options.bare) await this.ready(page);
  }

  /** The program runs, the ledger is open and the first screen is drawn. */
  async ready(page = this.page) {
    await page.getByRole("navigation").first().waitFor();
    await page.locator("#boot").waitFor({ state: "detached" });
  }

  async reload() {
    await this.page.reload();
    await this.ready();
  }

  /** Until the service worker has everything and answers for this page. */
  async installed(page = this.page) {
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
    });
  }

  /** A second window on the same profile. */
  async window(hash = "#/") {
    const page = await this.context.newPage();
    await page.goto(this.url + hash);
    await this.ready(page);
    return page;
  }

  async devtools(page = this.page) {
    return this.context.newCDPSession(page);
  }

  /** Ends the browser politely. */
  async shut() {
    await this.context?.close().catch(() => {});
    this.context = null;
  }

  /** Ends the browser as a power switch would. */
  async kill() {
    for (const id of processesOf(this.profile)) {
      try { process.kill(id, "SIGKILL"); } catch { /* it has gone by itself */ }
    }
    await until("the browser to be gone", () => processesOf(this.profile).length === 0);
    await this.shut();
    for (const lock of ["SingletonLock", "SingletonSocket", "SingletonCookie"]) fs.rmSync(path.join(this.profile, lock), { force: true });
  }

  /** The same profile in a new browser. */
  async again(hash = "#/") {
    await this.shut();
    await this.launch();
    await this.goto(hash);
  }

  /**
   * A new browser whose disk has only `bytes` for us; returns how to make room again. It must be new: a browser
   * that has seen a large quota trusts it for half a minute.
   */
  async againWithQuota(bytes, hash = "#/") {
    await this.shut();
    await this.launch();
    const devtools = await this.devtools(), { origin } = this.server;
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: bytes });
    await this.goto(hash);
    return () => devtools.send("Storage.overrideQuotaForOrigin", { origin });
  }

  async shot(name) {
    fs.mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SHOTS, `${name}.png`), animations: "disabled" });
  }

  /** Nothing left the origin, nothing was thrown, nothing was logged as an error. */
  assertQuiet() {
    assert.deepEqual(this.abroad, [], "requests left the origin");
    const unexpected = this.problems.filter((problem) => !this.expected.some((one) => one.test(problem)));
    assert.deepEqual(unexpected, [], "the page reported errors");
  }

  async close() {
    await this.shut();
    if (!this.options.profile) fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Failures to reach a stopped server are what an offline test is about. */
export const OFFLINE = /net::ERR_|Failed to fetch|Failed to load resource|An unknown error occurred when fetching the script|ServiceWorker/;

/**
 * One test: `body` gets an open App. Options: `viewport`, `dark`, `hash`, `base`, `dist`, `init` (a script that
 * runs before the page's), `bare` (the program is not expected to start), `closed` (the browser is not started).
 */
export function scene(name, options, body) {
  if (typeof options === "function") [options, body] = [{}, options];
  test(name, { timeout: TEST_LIMIT }, async () => {
    const server = await Server.start(options);
    const app = new App(server, options);
    try {
      if (!options.closed) await app.open();
      await body(app);
      app.assertQuiet();
    } catch (error) {
      const file = `failed-${name.replace(/[^\p{L}\p{N}]+/gu, "-")}`;
      await app.shot(file).catch(() => {});
      if (app.problems.length) error.message += `\nthe page said:\n  ${app.problems.slice(0, 5).join("\n  ")}`;
      throw error;
    } finally {
      await app.close();
      await server.stop();
    }
  });
}

/** A whole word of text on the page, as a person reads it. */
export async function textOf(locator) {
  return (await locator.innerText()).replace(/\s+/g, " ").trim();
}

export { assert, fs, path, os };
