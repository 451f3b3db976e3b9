// The picture in the README: the overview with both sample workbooks, on a laptop. Run by `run.mjs --screenshot`.

import { ROOT, path, scene } from "./harness.mjs";
import { INCOME, INDUSTRY, card, chooseYear, importNew, message } from "./pages.mjs";

scene("the overview for the README", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await importNew(app, INCOME);
  await app.goto("#/");
  await chooseYear(page, 2024);
  await card(page, /./).nth(1).locator("[data-target]").first().waitFor();
  await message(page, /./).first().waitFor({ state: "detached", timeout: 12_000 }).catch(() => {});
  await page.screenshot({ path: path.join(ROOT, "tests/golden/overview.png"), animations: "disabled" });
});
