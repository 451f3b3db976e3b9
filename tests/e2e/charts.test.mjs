// Charts: saved as files, read as tables, walked by keyboard, printed as tables.

import { assert, fs, scene, until } from "./harness.mjs";
import { card, figure, openSample, twin } from "./pages.mjs";

scene("a chart is saved as SVG and PNG, equals its table, and can be walked by keyboard", async (app) => {
  const { page } = app;
  await openSample(page);
  await app.goto("#/");
  const one = card(page, /./).first();
  const [svg] = await Promise.all([page.waitForEvent("download"), one.getByRole("button", { name: "存为SVG" }).click()]);
  assert.match(svg.suggestedFilename(), /[\u4e00-\u9fff].*\.svg$/);
  const drawn = fs.readFileSync(await svg.path(), "utf8");
  assert.match(drawn, /^(<\?xml|<svg)/);
  assert.match(drawn, /<title/);
  assert.doesNotMatch(drawn, /href="http|url\(http|<script/);
  const [png] = await Promise.all([page.waitForEvent("download"), one.getByRole("button", { name: "存为PNG" }).click()]);
  const picture = fs.readFileSync(await png.path());
  assert.equal(picture.subarray(1, 4).toString(), "PNG");
  assert.ok(picture.readUInt32BE(16) >= 1920, "sharp on paper");

  // Every bar says its number, and the table says the same.
  const labels = await one.locator("[data-target]").evaluateAll((all) => all.map((target) => target.getAttribute("aria-label") || target.querySelector("title")?.textContent || ""));
  assert.ok(labels.length > 3 && labels.every((label) => label.length > 0));
  const cells = (await twin(page, /./)).flat().map(figure);
  for (const label of labels) {
    const numbers = (label.match(/-?[\d,]+(\.\d+)?/g) || []).map(figure);
    assert.ok(numbers.some((n) => cells.includes(n)), `the table says what the bar says: ${label}`);
  }

  const targets = one.locator("[data-target]");
  await targets.first().focus();
  await page.getByRole("tooltip").waitFor();
  assert.equal(await targets.first().getAttribute("tabindex"), "0");
});

scene("a chart is one Tab stop, arrows lead from mark to mark, Enter opens the rows, Escape gives the focus back", async (app) => {
  const { page } = app;
  await openSample(page);
  await app.goto("#/");
  const one = card(page, /集体经济收入/).first();
  const targets = one.locator("[data-target]");
  await targets.first().waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") || "");
  assert.equal(await one.locator("[data-target][tabindex='0']").count(), 1);
  // Into the chart with Tab, and with the next Tab out of it.
  await one.getByRole("button", { name: "存为PNG" }).focus();
  await page.keyboard.press("Tab");
  assert.match(await focused(), /^2021/);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.hasAttribute("data-target") && document.activeElement.closest("section").getAttribute("aria-label").includes("集体经济收入，按来源")), false);
  await page.keyboard.press("Shift+Tab");
  const first = await focused();
  await page.keyboard.press("ArrowRight");
  const second = await focused();
  assert.match(second, /^2022/);
  assert.equal(second.split(" ")[1], first.split(" ")[1], "the same source a year later");
  await page.keyboard.press("ArrowUp");
  const third = await focused();
  assert.match(third, /^2022/);
  assert.notEqual(third, second);
  await page.getByRole("tooltip").waitFor();
  assert.equal(await one.locator("[data-target][tabindex='0']").count(), 1);

  // Through two drawers and back to the very mark.
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("table").waitFor();
  await drawer.getByRole("button", { name: /示例|手工填写|!/ }).first().click();
  await drawer.getByText("示例数据").first().waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  await until("the focus on the mark", async () => (await focused()) === third);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement?.hasAttribute("data-target")), false);
  await page.getByRole("tooltip").waitFor({ state: "detached" });

  // A card above gives the focus back as well.
  const figureCard = page.getByRole("main").getByRole("button", { name: /^产业产值/ }).first();
  await figureCard.focus();
  await page.keyboard.press("Enter");
  await drawer.getByRole("table").waitFor();
  await page.keyboard.press("Escape");
  await until("the focus on the card", () => figureCard.evaluate((e) => e === document.activeElement));
});

scene("on paper: tables, no controls, nothing cut off", async (app) => {
  const { page } = app;
  await openSample(page);
  await app.goto("#/");
  await page.emulateMedia({ media: "print" });
  for (const role of ["navigation", "banner"]) {
    const parts = page.getByRole(role);
    for (let n = 0; n < await parts.count(); n++) assert.equal(await parts.nth(n).isVisible(), false, role);
  }
  assert.equal(await page.getByRole("button", { name: "存为SVG" }).first().isVisible(), false);
  await until("a table on paper", async () => (await page.getByRole("table").filter({ visible: true }).count()) > 0);
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 10_000);
});
