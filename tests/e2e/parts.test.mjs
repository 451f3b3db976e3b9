// The program comes in parts: the first screen first, the other pages when it stands.

import { OFFLINE, assert, scene, until } from "./harness.mjs";
import { Table, doors, drop, message, nav, openSample } from "./pages.mjs";

/** Only the page fetches, so that what it asks for, and when, is what the test sees. */
const NO_SERVICE_WORKER = { init: "delete Navigator.prototype.serviceWorker;", closed: true };

const partsOf = (app) => app.requests.filter((url) => url.includes("_part_"));

scene("the first screen waits for no other page; they follow by themselves", NO_SERVICE_WORKER, async (app) => {
  await app.launch();
  let release;
  const held = new Promise((done) => { release = done; });
  await app.context.route("**/*_part_*", async (route) => { await held; await route.continue(); });
  await app.goto();
  await app.page.getByRole("main").getByText("打开示例", { exact: true }).first().waitFor();
  release();
  await until("the pages to follow", () => partsOf(app).some((url) => /_part_import/.test(url)));
  await nav(app.page, "设置").click();
  await app.page.getByRole("heading", { name: "存储" }).waitFor();
});

scene("a page that cannot be fetched says so and comes when asked again", NO_SERVICE_WORKER, async (app) => {
  await app.launch();
  app.expected.push(OFFLINE);
  await app.context.route("**/*_part_*", (route) => route.abort());
  await app.goto();
  await nav(app.page, "台账").click();
  const main = app.page.getByRole("main");
  await main.getByRole("alert").getByText(/这一页没有取到/).waitFor();
  await app.context.unroute("**/*_part_*");
  await main.getByRole("button", { name: "重试" }).click();
  await main.getByText("产业生产台账").first().waitFor();
});

scene("a step whose program cannot be fetched complains, and the complaint waits under the light until it is read", NO_SERVICE_WORKER, async (app) => {
  await app.launch();
  app.expected.push(OFFLINE);
  await app.context.route("**/*_part_*", (route) => route.abort());
  await app.goto();
  const { page } = app, failed = /要用的程序没有取到，什么都没有改动/;
  await doors(page)[0].waitFor();
  await drop(page, [{ name: "备份.xcz", bytes: [1, 2, 3] }]);
  await message(page, failed).waitFor();
  const missed = page.getByRole("banner").getByRole("button", { name: "1 条没看的消息" });
  assert.equal(await missed.count(), 0, "it is being read still");
  await missed.waitFor({ timeout: 45_000 });
  assert.equal(await message(page, failed).count(), 0);
  await missed.click();
  const told = page.getByRole("banner").getByRole("listitem").filter({ hasText: failed });
  await told.waitFor();
  await page.getByRole("button", { name: "都看过了" }).click();
  await missed.waitFor({ state: "detached" });
  await told.waitFor({ state: "detached" });
});

scene("what was looked for by pinyin before the readings were here is found when they come", NO_SERVICE_WORKER, async (app) => {
  await app.launch();
  let release;
  const held = new Promise((done) => { release = done; });
  await app.context.route("**/*_part_readings*", async (route) => { await held; await route.continue(); });
  await app.goto();
  await openSample(app.page);
  const table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 3);
  await app.page.getByRole("searchbox", { name: "查找" }).fill("qxc");
  await until("nothing to be found yet", async () => (await table.count()) === 0);
  release();
  await until("the village", async () => (await table.count()) > 0 && (await table.text(1, "村（社区）")) === "清溪村");
});
