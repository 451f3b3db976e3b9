// 360 pixels: everything has its place, and nothing lies over anything else.

import { LAPTOP, PHONE, assert, scene, until } from "./harness.mjs";
import { INDUSTRY, Table, card, light, openSample, preview } from "./pages.mjs";

const box = async (locator) => {
  await locator.waitFor();
  return locator.boundingBox();
};

scene("on a phone: indicators in compact rows, the light with its word, one line of totals", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await openSample(page);
  const word = light(page, "已保存").getByText("已保存");
  assert.ok(await word.isVisible());

  const products = card(page, /产业产值/).first();
  const [toggle, drawing] = [await box(products.getByRole("button", { name: "面积", exact: true })), await box(products.locator("svg").first())];
  assert.ok(toggle.y + toggle.height <= drawing.y, "the switch stands above the chart");

  await app.goto("#/analysis");
  const lines = page.getByRole("main").getByRole("row");
  await until("indicators", async () => (await lines.count()) > 10);
  const heights = await lines.evaluateAll((all) => all.map((line) => line.getBoundingClientRect().height).filter((h) => h > 0).sort((a, b) => a - b));
  assert.ok(heights[Math.floor(heights.length / 2)] < 110, `half of the rows are low: ${heights}`);
  assert.ok(heights.at(-1) < 190, `none is a page of its own: ${heights.at(-1)}`);

  await Table.open(app, "R06");
  const foot = page.getByRole("region", { name: "合计" });
  assert.ok((await box(foot)).height < 44, "the totals take one line");
});

scene("messages do not lie over the totals", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await openSample(page);
  const table = await Table.open(app, "R06");
  await table.select(1, "备注");
  await page.keyboard.type("x");
  await page.keyboard.press("Enter");
  const toast = page.locator("[aria-live=polite]").getByText(/已保存：修改/);
  const [message, foot] = [await box(toast), await box(page.getByRole("region", { name: "合计" }))];
  assert.ok(message.y + message.height <= foot.y || message.y >= foot.y + foot.height, JSON.stringify([message, foot]));
});

scene("the kind of a row has its own place beside the sheet's text", async (app) => {
  const { page } = app;
  await preview(app, INDUSTRY);
  const label = page.getByRole("cell", { name: "单位行", exact: true }).first();
  const own = await box(label);
  const neighbours = await label.evaluate((cell) => [...cell.parentElement.cells].filter((one) => one !== cell && one.innerText.trim()).map((one) => one.getBoundingClientRect().toJSON()));
  for (const one of neighbours) assert.ok(one.right <= own.x + 1 || one.left >= own.x + own.width - 1, JSON.stringify([own, one]));
  assert.ok(await label.evaluate((cell) => cell.scrollWidth <= cell.clientWidth + 1), "nothing hangs out of it");
});

scene("side by side, charts end at the same height", { viewport: LAPTOP }, async (app) => {
  const { page } = app;
  await openSample(page);
  await until("equal heights", async () => {
    const [a, b] = [await box(card(page, /产业产值/).first().locator("svg").first()), await box(card(page, /集体经济收入，按来源/).first().locator("svg").first())];
    if (Math.abs(a.y - b.y) > 2 || Math.abs(a.height - b.height) > 2) throw new Error(JSON.stringify([a, b]));
    return true;
  });
  // Below, a tall chart stands beside a low one and a list: none of the cards is half empty.
  const ranking = card(page, /各村经营性收入/).first();
  const [frame, drawing] = [await box(ranking), await box(ranking.locator("svg").first())];
  assert.ok(frame.height - drawing.height < 190, `${frame.height} around ${drawing.height}`);
});
