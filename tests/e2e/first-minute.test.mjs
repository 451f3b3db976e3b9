// What a newcomer meets: three doors, a sample that can be put away again.

import { assert, fs, scene, until } from "./harness.mjs";
import { card, doors, light, message, openSample, rowsOf, saved, stored } from "./pages.mjs";

scene("a newcomer sees three doors and nothing else", async (app) => {
  for (const door of doors(app.page)) await door.waitFor();
  assert.equal(await app.page.getByRole("main").getByRole("table").count(), 0);
  await saved(app.page);
});

scene("the sample opens with its charts, is marked, and goes in one click", async (app) => {
  const { page } = app;
  const before = await stored(page);
  await openSample(page);
  const charts = card(page, /./);
  await until("two charts", async () => (await charts.count()) >= 2);
  for (let n = 0; n < 2; n++) await charts.nth(n).getByRole("img").or(charts.nth(n).locator("svg")).first().waitFor();
  await page.getByText(/示例/).first().waitFor();
  await app.reload();
  await page.getByText("示例数据", { exact: true }).first().waitFor();

  await page.getByRole("button", { name: /移除/ }).first().click();
  await message(page, /撤销|移除/).first().waitFor();
  await message(page, /已保存/).first().waitFor();
  await saved(page);
  await app.goto("#/");
  for (const door of doors(page)) await door.waitFor();
  assert.equal(await rowsOf(app, "R06"), 0);
  assert.equal(await rowsOf(app, "R07"), 0);
  assert.ok((await stored(page)).log > before.log, "the sample and its removal are both in the log");
});

scene("while the sample is open, every page, every printed page and every saved chart says so", async (app) => {
  const { page } = app;
  await openSample(page);
  const mark = page.getByRole("note").getByText("示例数据", { exact: true });
  for (const hash of ["#/registers", "#/registers/R06", "#/analysis", "#/analysis/pivot", "#/exchange", "#/exchange/import", "#/settings", "#/"]) {
    await app.goto(hash);
    await mark.waitFor();
  }
  await page.emulateMedia({ media: "print" });
  assert.ok(await mark.isVisible());
  await page.emulateMedia({ media: "screen" });
  const one = card(page, /产业产值/).first();
  const [svg] = await Promise.all([page.waitForEvent("download"), one.getByRole("button", { name: "存为SVG" }).click()]);
  assert.match(svg.suggestedFilename(), /示例/);
  assert.match(fs.readFileSync(await svg.path(), "utf8"), /示例/);
  await page.getByRole("button", { name: "移除示例" }).click();
  for (const door of doors(page)) await door.waitFor();
  assert.equal(await page.getByRole("note").count(), 0);
});

scene("a new ledger begins with the first village, and empty pages say what to do", async (app) => {
  const { page } = app;
  for (const key of ["R06", "R07"]) {
    await app.goto(`#/registers/${key}`);
    await page.getByText(/还没有内容/).waitFor();
  }
  await app.goto("#/analysis");
  await page.getByRole("main").getByText(/还没有|没有|导入|示例/).first().waitFor();
  await app.goto("#/settings");
  await page.getByText("还没有组织", { exact: false }).waitFor();
  await app.goto("#/");
  await doors(page)[2].click();
  await page.getByRole("dialog").or(page.getByRole("main").getByRole("textbox")).or(page.getByRole("grid")).first().waitFor();
  await light(page, "已保存").waitFor();
});
