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
