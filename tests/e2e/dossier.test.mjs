// 一村一档, 一人一档: all that the registers say of one record, every number with its rows.

import { PHONE, assert, scene, until } from "./harness.mjs";
import { Table, figure, openSample } from "./pages.mjs";

const main = (page) => page.getByRole("main");
const chapter = (page, name) => main(page).getByRole("region", { name, exact: true });

async function villageFile(app) {
  const { page } = app;
  await openSample(page);
  const table = await Table.open(app, "R01");
  const titles = await table.texts("名称");
  await table.select(titles.findIndex((t) => t.trim() === "清溪村") + 1, "名称");
  await page.getByRole("link", { name: "一村一档" }).click();
  await main(page).getByRole("heading", { level: 1, name: /清溪村.*一村一档/ }).waitFor();
}

scene("a village's file tells of every register, and its numbers open their rows", async (app) => {
  const { page } = app;
  await villageFile(app);
  for (const name of ["人员台账", "人才库台账", "农户与联户台账", "经营主体台账", "产业生产台账", "集体经济收支台账", "资产资源与合同台账", "阵地设施台账"]) {
    await chapter(page, name).waitFor();
  }
  await app.shot("dossier-village-laptop");
  const households = chapter(page, "农户与联户台账").getByRole("heading", { name: /^农户/ }).getByRole("button");
  const told = figure(await households.innerText());
  await households.click();
  const drawer = page.getByRole("dialog", { name: "农户" });
  await until("as many rows as were told", async () => (await drawer.getByRole("row").count()) - 1 === told);
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  // Whoever is named there has a file of his own, with what stands under him.
  const person = chapter(page, "人员台账").getByRole("listitem").getByRole("link").first();
  const name = (await person.innerText()).trim().split(/\s+/)[1];
  await person.click();
  await main(page).getByRole("heading", { level: 1, name: new RegExp(`${name}.*一人一档`) }).waitFor();
  await chapter(page, "人员台账").getByRole("heading", { name: /^职务/ }).waitFor();
  await app.shot("dossier-person-laptop");
});

scene("on a phone a file is one column, and is never wider than the page", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await openSample(page);
  await app.goto("#/registers/R02");
  await main(page).getByRole("list", { name: /人员/ }).getByRole("button").first().click();
  await page.getByRole("dialog").getByRole("link", { name: "一人一档" }).click();
  await main(page).getByRole("heading", { level: 1, name: /一人一档/ }).waitFor();
  await chapter(page, "人员台账").waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "no sideways scrolling");
  await app.shot("dossier-person-phone");
});
