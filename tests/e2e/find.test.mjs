// 查找 over everything, and 查重: two records of one person are joined by a decision, and taken apart by one undo.

import { PHONE, assert, scene, until } from "./harness.mjs";
import { workbook } from "./files.mjs";
import { Table, actAs, importNew, openSample, rowsOf, saved } from "./pages.mjs";

const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const book = (rows) => ({ name: "名册.xlsx", mimeType: SHEET, buffer: workbook([{ name: "名册", rows }]) });
const box = (page) => page.getByRole("combobox", { name: "查人、村、记录" });
const options = (page) => page.getByRole("listbox", { name: "找到的" }).getByRole("option");

scene("Ctrl K finds a village by its initials and a register by its name, and gives the focus back", async (app) => {
  const { page } = app;
  await openSample(page);
  await app.goto("#/settings");
  await page.keyboard.press("Control+k");
  await box(page).fill("qxc");
  await options(page).filter({ hasText: "清溪村" }).first().waitFor();
  await app.shot("find-laptop");
  await page.keyboard.press("Escape");
  await box(page).waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await box(page).fill("nhylh");
  await options(page).filter({ hasText: "农户与联户台账" }).first().waitFor();
  await box(page).fill("清溪村");
  await options(page).filter({ hasText: "清溪村" }).first().waitFor();
  await page.keyboard.press("Enter");
  const table = new Table(app, page);
  await table.grid.waitFor();
  await until("that row alone", async () => (await table.count()) === 1);
  assert.equal(await table.text(1, "名称"), "清溪村");
});

scene("on a phone 查找 stands in the bar, and a number is found by its tail and stays hidden", { viewport: PHONE }, async (app) => {
  const { page } = app;
  const head = ["姓名", "性别", "身份证号", "联系电话", "所在村"];
  await importNew(app, book([head, ["许涛", "男", "511025198012108751", "15887356621", "藿麻村"]]));
  await page.getByRole("banner").getByRole("button", { name: /^查人、村、记录/ }).click();
  await box(page).fill("6621");
  const found = options(page).filter({ hasText: "许涛" });
  await found.waitFor();
  assert.ok(!(await found.innerText()).includes("15887356621"), "the number stays hidden");
  await app.shot("find-phone");
  await found.click();
  await page.getByRole("dialog").getByRole("heading", { name: /许涛/ }).first().waitFor();
});

scene("two records of one person are joined by a decision, and one undo takes them apart", async (app) => {
  const { page } = app;
  const head = ["姓名", "性别", "出生年月", "联系电话", "所在村"];
  const rows = [["许涛", "男", "1980-12", "15887356621", "藿麻村"], ["许涛", "男", "1980-12", "", "鹤林村"], ["韩丽", "女", "1985-02", "", "鹤林村"]];
  await importNew(app, book([head, ...rows]));
  await actAs(app, "王敏", "县级管理员");
  await app.goto("#/registers/R02");
  await page.getByRole("main").getByRole("link", { name: /查重/ }).click();
  const pair = page.getByRole("article", { name: /许涛/ });
  await pair.waitFor();
  assert.equal(await page.getByRole("article").count(), 1);
  await app.shot("duplicates-laptop");
  await pair.getByRole("button", { name: "是同一个", exact: true }).click();
  await pair.waitFor({ state: "detached" });
  await saved(page);
  assert.equal(await rowsOf(app, "R02"), 2);
  await app.goto("#/duplicates/R02");
  await page.getByRole("main").getByRole("button", { name: /^撤销：/ }).click();
  await page.getByRole("article", { name: /许涛/ }).waitFor();
  await saved(page);
  await page.getByRole("article", { name: /许涛/ }).getByRole("button", { name: "不是同一个" }).click();
  await page.getByRole("article", { name: /许涛/ }).waitFor({ state: "detached" });
  await saved(page);
  assert.equal(await rowsOf(app, "R02"), 3);
});
