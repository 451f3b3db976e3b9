// The program comes in parts: the first screen first, the other pages when it stands.

import { OFFLINE, scene, until } from "./harness.mjs";
import { nav } from "./pages.mjs";

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
