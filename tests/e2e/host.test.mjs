// Any static host in any directory, and browsers that cannot run the program.

import { assert, scene, sleep } from "./harness.mjs";
import { INDUSTRY, INDUSTRY_ROWS, importNew, rowsOf } from "./pages.mjs";

scene("below a path: it installs, imports and reloads; manifest and icons are there", { base: "/abc/" }, async (app) => {
  const { page } = app;
  assert.match(page.url(), /\/abc\/#\/$/);
  await importNew(app, INDUSTRY);
  await app.installed();
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.ready).scope), app.url);
  await app.reload();
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);

  const href = await page.locator("link[rel=manifest]").getAttribute("href");
  const manifest = await page.evaluate(async (address) => (await fetch(address)).json(), href);
  assert.equal(manifest.name, "兴村台账");
  assert.equal(manifest.display, "standalone");
  const sizes = await page.evaluate(async ({ icons, base }) => Promise.all(icons.map(async (icon) => {
    const image = new Image();
    image.src = new URL(icon.src, base).href;
    await image.decode();
    return `${image.naturalWidth}x${image.naturalHeight}`;
  })), { icons: manifest.icons.filter((icon) => icon.type === "image/png"), base: new URL(href, app.url).href });
  assert.ok(sizes.includes("192x192") && sizes.includes("512x512"), sizes.join(" "));
  assert.equal(new URL(manifest.start_url, new URL(href, app.url)).href, app.url);
  // What a browser asks before it offers to install.
  const devtools = await app.devtools();
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors.map((one) => one.errorId).filter((id) => id !== "in-incognito"), []);
});

scene("a browser without WebAssembly gets a page in plain Chinese", { bare: true, init: "delete globalThis.WebAssembly" }, async (app) => {
  app.expected.push(/WebAssembly/);
  const help = app.page.getByRole("alert");
  await help.getByRole("heading", { name: "这个浏览器打不开兴村台账" }).waitFor();
  await help.getByText(/极速模式/).first().waitFor();
  await help.getByText(/缺少 WebAssembly/).waitFor();
  await help.getByText(/没有任何改动/).waitFor();
});

const NO_DATABASE = "Object.defineProperty(window, 'indexedDB', { value: undefined, configurable: true })";
scene("a browser that keeps no data gets a page in plain Chinese", { bare: true, init: NO_DATABASE }, async (app) => {
  const help = app.page.getByRole("alert");
  await help.getByRole("heading", { name: /打不开/ }).waitFor();
  await help.getByText(/没有.*改动/).waitFor();
  await help.getByText(/无痕|极速模式/).first().waitFor();
  // One page that says what to do, and it stays: the program does not start over it.
  await help.getByText(/缺少 IndexedDB/).waitFor();
  await help.getByText(/允许本网站保存数据/).waitFor();
  await sleep(2000);
  assert.equal(await help.count(), 1);
  assert.ok(await help.getByRole("heading", { name: "这个浏览器打不开兴村台账" }).isVisible());
  assert.equal(await app.page.getByRole("button", { name: "重试" }).count(), 0);
});
