// The first screen: its words and places stand before the program is here, and nothing moves when it comes.

import { LAPTOP, PHONE, assert, scene, until } from "./harness.mjs";
import { doors, flushed, openSample } from "./pages.mjs";

/** Runs before the page: adds up what moves, and keeps when the figures were first in the page. */
const WATCH = `
  window.moved = { sum: 0, what: [] };
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) {
      window.moved.sum += shift.value;
      for (const { node, previousRect: from, currentRect: to } of shift.sources) window.moved.what.push([node?.className ?? node?.nodeName, from.y, to.y]);
    }
  }).observe({ type: "layout-shift", buffered: true });
  new MutationObserver((_, observer) => {
    if (!document.querySelector("#main .figure .value")) return;
    requestAnimationFrame(() => { window.figuresAt = performance.now(); });
    observer.disconnect();
  }).observe(document, { subtree: true, childList: true });`;

/** Takes away what the browser keeps of the program, so that the page asks the network again. */
const forgetProgram = (page) => page.evaluate(async () => {
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
});

/** Opens the page and keeps the program from it until the returned function is called. */
async function openWithoutProgram(app) {
  const { page } = app;
  let release;
  const held = new Promise((done) => { release = done; });
  const program = /_bg\.wasm$/;
  await page.route(program, async (route) => { await held; await route.continue(); });
  await page.goto("about:blank");
  await page.goto(app.url);
  return async () => { release(); await app.ready(); await page.unroute(program); };
}

/** Words and pictures of an element, as drawn. */
const drawn = (page, selector) => page.locator(selector).first().evaluate((element) => ({
  words: element.innerText.split("\n").map((line) => line.trim()).filter(Boolean),
  pictures: [...element.querySelectorAll("path")].map((path) => path.getAttribute("d")),
}));
const places = (page, main) => page.evaluate((within) => [".cards", ".charts"].map((one) => {
  const { top, height } = document.querySelector(`${within} ${one}`).getBoundingClientRect();
  return { top: Math.round(top + scrollY), height: Math.round(height) };
}), main);

for (const [name, viewport] of [["laptop", LAPTOP], ["phone", PHONE]]) {
  const frame = viewport === PHONE ? ".tabs" : ".rail";

  scene(`${name}: the frame and the three doors are in the page before the program, and the program draws the same`, { viewport, bare: true, closed: true }, async (app) => {
    await app.launch();
    const { page } = app;
    const goOn = await openWithoutProgram(app);
    await page.getByText("正在打开这台电脑", { exact: false }).waitFor();
    const before = { frame: await drawn(page, `#boot ${frame}`), doors: await drawn(page, "#boot .doors"), welcome: await drawn(page, "#boot .welcome") };
    assert.ok(before.frame.words.includes("总览") && before.doors.words.includes("打开示例"));
    assert.equal(await page.getByRole("navigation").count(), 0, "what cannot be used yet is no control");
    await goOn();
    for (const door of doors(page)) await door.waitFor();
    await page.locator("#boot").waitFor({ state: "detached" });
    const { words, pictures } = await drawn(page, `.shell ${frame}`);
    assert.deepEqual(words.slice(0, before.frame.words.length), before.frame.words);
    // More registers of one's own may have come since.
    assert.deepEqual(pictures.slice(0, before.frame.pictures.length), before.frame.pictures);
    assert.deepEqual(await drawn(page, "#main .doors"), before.doors);
    assert.deepEqual(await drawn(page, "#main .welcome"), before.welcome);
  });

  scene(`${name}: with a ledger the places of the figures stand before the program, and nothing moves when they come`, { viewport, init: WATCH }, async (app) => {
    const { page } = app;
    await openSample(page);
    await page.locator("#main svg [data-target]").first().waitFor();
    await until("the shape of the page to be kept", () => page.evaluate(() => localStorage.getItem("xingcun.first")));
    await app.installed();
    // What is not in the pages yet has to be unpacked, and what unpacks it is a part.
    await flushed(page);
    await forgetProgram(page);
    const goOn = await openWithoutProgram(app);
    await page.locator("#boot .cards").waitFor();
    const before = await places(page, "#boot");
    await app.shot(`first-${name}-before`);
    await goOn();
    await page.locator("#main svg [data-target]").first().waitFor();
    await until("the last row", () => page.locator("#main .todo").count());
    assert.deepEqual(await places(page, "#main"), before);
    await app.shot(`first-${name}-after`);
    const { sum, what } = await page.evaluate(() => window.moved);
    assert.ok(sum <= 0.02, `${sum}: ${JSON.stringify(what)}`);
    // Other pages wait until the figures are painted; how other registers are declared is asked for with the ledger.
    const parts = () => page.evaluate(() => performance.getEntriesByType("resource").filter(({ name: file }) => /_part_(hands|readings|pages|register|import|merge|article)\./.test(file)).map(({ startTime }) => startTime));
    const asked = await until("a part of the program", async () => { const all = await parts(); return all.length > 0 && all; });
    const figuresAt = await page.evaluate(() => window.figuresAt);
    assert.ok(figuresAt > 0 && Math.min(...asked) >= figuresAt, `figures ${figuresAt}, parts ${Math.min(...asked)}`);
  });
}
