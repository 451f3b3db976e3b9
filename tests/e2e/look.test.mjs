// Light and dark: as chosen, as the system asks for, and never on paper.

import { assert, scene, until } from "./harness.mjs";

const paper = (page) => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--paper").trim());
const LIGHT = "#f7f5f1", DARK = "#191715", SHEET = "#fff";

scene("the look follows the system while it is asked to, is remembered, and is light on paper", { hash: "#/settings" }, async (app) => {
  const { page } = app;
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await paper(page), LIGHT, "nobody asked for the dark yet");
  await page.getByRole("radio", { name: "跟随系统" }).click();
  assert.equal(await paper(page), DARK);
  await page.emulateMedia({ colorScheme: "light" });
  await until("the light to come back", async () => (await paper(page)) === LIGHT);
  await page.emulateMedia({ colorScheme: "dark" });
  await until("the dark to come back", async () => (await paper(page)) === DARK);
  await app.reload();
  await until("the dark after a reload", async () => (await paper(page)) === DARK);
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  assert.equal(await paper(page), SHEET);
  await page.emulateMedia({ colorScheme: "dark", media: "screen" });
  await page.getByRole("radio", { name: "浅色" }).click();
  assert.equal(await paper(page), LIGHT);
  await page.getByRole("radio", { name: "大字（适老）" }).click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.size), "large");
});
