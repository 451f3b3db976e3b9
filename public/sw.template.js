/*
 * The service worker: keeps whole builds of the program, serves one of them, changes only when asked.
 * `src/bin/dev/bundle.rs` fills in BUILD and FILES and writes the result to `sw.js` beside `index.html`.
 * It never touches the ledger (IndexedDB); what it keeps are program files only.
 *
 * How to register (src/web/service_worker.rs):
 *   navigator.serviceWorker.register("./sw.js", { updateViaCache: "none" })
 *
 * What it does
 *   install   fetches every file of its build, checks each against its SHA-256 (so neither a half-uploaded
 *             site nor a captive portal's login page is ever installed) and keeps all of them or none.
 *             A file that a kept build already has is taken from there and not fetched again.
 *   waiting   a new build waits. The page goes on with the old one, also across reloads, until a page
 *             sends `apply` – which it does when the person agrees and no form is dirty.
 *   activate  keeps its own build and the one that was in use before, and deletes older ones: only ours,
 *             only of this directory (another copy may live elsewhere on the same host).
 *   fetch     the page is always the index.html of the build in use; other files come from that build,
 *             then from the other kept one (a second tab may still run it), then from the network.
 *
 * Messages: post to a worker; the answer goes to `ports[0]` if a MessageChannel port was sent along,
 * otherwise to the sender as a "message" event of navigator.serviceWorker.
 *   to registration.waiting   {type: "apply"}           → no answer; `controllerchange` follows: reload then.
 *                             (The first installation also fires controllerchange, in a page that had no
 *                             controller: reload only if this page asked, or tell the person.)
 *   to any of our workers     {type: "builds"}          → {type: "builds", own, inUse, kept: [{build, since}]}
 *                             newest first; `own` is this worker's build, `since` milliseconds since 1970.
 *   to the active worker      {type: "use", build}      → {type: "use", build, ok}: from the next load on the
 *                             page comes from that kept build. `ok: false`: it is not (or no longer) whole.
 *   from the worker, to pages {type: "install-failed", build, file, reason}: the update did not arrive whole;
 *                             the browser tries again at the next registration or update().
 * The page knows its own build from <meta name="xingcun-build">. Files without a hash in their name
 * (worker.js, worker_bg.wasm) should be asked for with `?build=<that>`: the page then gets the worker it was
 * compiled with even while another build is in use. Without it they come from the build in use.
 *
 * The way out: opening the page with `?reset` in the address removes our worker and caches and loads the
 * page from the network – here, if the network answers; in boot.js, where no worker is in charge.
 */
"use strict";

const BUILD = "__BUILD__";
/* [path, SHA-256]; the page itself has no hash and is recognised by the build it names. */
const FILES = ["__FILES__"];

const SCOPE = new URL(self.registration.scope);
const PAGE = "index.html";
const NAME = /^xingcun-([0-9a-f]{16})@(.*)$/;
const STATE = `xingcun-state@${SCOPE.pathname}`;
const STATE_ENTRY = new URL("__state", SCOPE).href;
const TYPES = { wasm: "application/wasm", js: "text/javascript", css: "text/css", html: "text/html; charset=utf-8" };

const cacheName = (build) => `xingcun-${build}@${SCOPE.pathname}`;
const keyOf = (path) => new URL(path, SCOPE).href;

/* State: {inUse, kept: [{build, since}]}, newest first. Kept in a cache entry because a worker is
   stopped and started at the browser's whim. */
let remembered = null;

async function readState() {
  if (!remembered) {
    const entry = await (await caches.open(STATE)).match(STATE_ENTRY);
    remembered = entry ? await entry.json() : { inUse: null, kept: [] };
  }
  return remembered;
}

async function writeState(state) {
  await (await caches.open(STATE)).put(STATE_ENTRY, new Response(JSON.stringify(state)));
  remembered = state;
}

/* ---------- install ---------- */

self.addEventListener("install", (event) => event.waitUntil(install()));

async function install() {
  const { kept } = await readState();
  const name = cacheName(BUILD);
  // The same build again (only this script changed): it may be in use, so it is completed, never emptied.
  const known = kept.some((one) => one.build === BUILD);
  const older = await Promise.all(kept.map((one) => caches.open(cacheName(one.build))));
  let file = PAGE;
  try {
    if (!known) await caches.delete(name); // remains of an installation that was interrupted
    const cache = await caches.open(name);
    // Fetched side by side, stored only when all of them are right.
    const ready = await Promise.all(FILES.map(async ([path, hash]) => {
      try {
        return [keyOf(path), (await reuse(older, path, hash)) || (await download(path, hash))];
      } catch (error) {
        file = path;
        throw error;
      }
    }));
    for (const [key, response] of ready) await cache.put(key, response);
  } catch (error) {
    if (!known) await caches.delete(name);
    await tellPages({ type: "install-failed", build: BUILD, file, reason: String(error && error.message || error) });
    throw error;
  }
}

async function reuse(older, path, hash) {
  if (!hash) return null;
  for (const cache of older) {
    const found = await cache.match(keyOf(path));
    if (found && found.headers.get("x-sha256") === hash) return found;
  }
  return null;
}

async function download(path, hash) {
  // The directory rather than index.html: many hosts redirect the one to the other.
  const response = await fetch(path === PAGE ? SCOPE.href : keyOf(path), { cache: "reload", credentials: "same-origin" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const body = await response.arrayBuffer();
  if (hash) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
    const actual = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (actual !== hash) throw new Error(`${path}: content differs from the build`);
  } else if (!new TextDecoder().decode(body).includes(`content="${BUILD}"`)) {
    throw new Error(`${path}: belongs to another build`);
  }
  // A fresh response: a redirected one may not answer a navigation, and the type must be right for wasm
  // whatever the host thinks it is.
  const ending = path.slice(path.lastIndexOf(".") + 1);
  const type = TYPES[ending] || response.headers.get("content-type") || "application/octet-stream";
  return new Response(body, { headers: { "content-type": type, "content-length": String(body.byteLength), "x-sha256": hash } });
}

async function tellPages(message) {
  for (const page of await self.clients.matchAll({ includeUncontrolled: true, type: "window" })) page.postMessage(message);
}

/* ---------- activate ---------- */

self.addEventListener("activate", (event) => event.waitUntil(activate()));

async function activate() {
  remembered = null; // the worker before us may have written since we read
  const state = await readState();
  const mine = state.kept.find((one) => one.build === BUILD) || { build: BUILD, since: Date.now() };
  // The way back leads to what the person actually used, which need not be the newest before this.
  const others = state.kept.filter((one) => one.build !== BUILD);
  const before = others.find((one) => one.build === state.inUse) || others[0];
  const kept = before ? [mine, before] : [mine];
  await writeState({ inUse: BUILD, kept });
  for (const name of await caches.keys()) {
    const [, build, path] = NAME.exec(name) || [];
    if (path === SCOPE.pathname && !kept.some((one) => one.build === build)) await caches.delete(name);
  }
  // The page that installed us loaded this very build; from now on it can fetch its worker offline.
  await self.clients.claim();
}

/* ---------- fetch ---------- */

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== SCOPE.origin || !url.pathname.startsWith(SCOPE.pathname)) return;
  const path = decodeURIComponent(url.pathname.slice(SCOPE.pathname.length)) || PAGE;
  if (path === "sw.js") return;
  if (request.mode === "navigate" && path === PAGE && url.searchParams.has("reset")) {
    event.respondWith(reset(event));
  } else {
    event.respondWith(answer(event, path, url.searchParams.get("build")));
  }
});

async function answer(event, path, asked) {
  const { inUse, kept } = await readState();
  const order = [asked, inUse, BUILD, ...kept.map((one) => one.build)];
  for (const build of new Set(order)) {
    // `has` first: opening a cache would create it.
    if (!build || !(await caches.has(cacheName(build)))) continue;
    const found = await (await caches.open(cacheName(build))).match(keyOf(path));
    if (found) return found;
  }
  // The browser's "clear cached files" took our caches and left us: fill them again behind the page.
  if (path === PAGE) event.waitUntil(install().catch(() => {})); // it has told the pages itself
  return fetch(event.request);
}

async function reset(event) {
  let fresh;
  try {
    fresh = await fetch(SCOPE.href, { cache: "reload" });
    if (!fresh.ok) throw new Error(String(fresh.status));
  } catch (offline) {
    // Removing the program where it cannot be fetched again would lock the person out.
    return answer(event, PAGE, null);
  }
  for (const name of await caches.keys()) {
    if (name === STATE || (NAME.exec(name) || [])[2] === SCOPE.pathname) await caches.delete(name);
  }
  remembered = null;
  await self.registration.unregister();
  // boot.js sees `?reset` in the fresh page too and removes it from the address.
  return new Response(await fresh.arrayBuffer(), { headers: { "content-type": TYPES.html } });
}

/* ---------- messages ---------- */

self.addEventListener("message", (event) => {
  const message = event.data || {};
  const reply = (answer) => (event.ports[0] || event.source).postMessage(answer);
  if (message.type === "apply") {
    event.waitUntil(self.skipWaiting());
  } else if (message.type === "builds") {
    event.waitUntil((async () => {
      remembered = null; // as a waiting worker we share the state with the active one
      const { inUse, kept } = await readState();
      reply({ type: "builds", own: BUILD, inUse, kept });
    })());
  } else if (message.type === "use") {
    event.waitUntil(use(message.build).then((ok) => reply({ type: "use", build: message.build, ok })));
  }
});

async function use(build) {
  const state = await readState();
  const whole = state.kept.some((one) => one.build === build) && (await caches.has(cacheName(build)));
  const page = whole && (await (await caches.open(cacheName(build))).match(keyOf(PAGE)));
  if (!page) return false;
  await writeState({ ...state, inUse: build });
  return true;
}
