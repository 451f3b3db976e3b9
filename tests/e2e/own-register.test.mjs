// A table that no register fits becomes a register of the county's own, and is one like the others.

import { assert, scene, until } from "./harness.mjs";
import { workbook } from "./files.mjs";
import { Table, actAs, createPlaces, preview, saved, write, writeButton } from "./pages.mjs";

const NAME = "困难群众走访台账";
const visits = {
  name: "2024年困难群众走访慰问情况表.xlsx",
  mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  buffer: workbook([{ name: "走访", rows: [
    ["2024年困难群众走访慰问情况表"],
    ["序号", "村名", "姓名", "困难类型", "走访日期", "慰问金（元）", "帮扶责任人"],
    [1, "清凉村", "王阿妹", "重病", "2024年1月5日", 500, "李主任"],
    [2, "清凉村", "杨阿公", "失独", "2024年1月5日", 300.5, "李主任"],
    [3, "五四村", "吴阿奶", "重病", "2024年1月6日", 500, "张主任"],
    [4, "五四村", "龙阿哥", "重病", "2024年1月8日", 800, "张主任"],
    [5, "沙溪村", "潘阿姐", "失独", "2024年2月1日", 300, "石主任"],
    [6, "沙溪村", "潘阿伯", "重病", "2024年2月1日", 500, "石主任"],
    [7, "沙溪村", "潘阿叔", "失独", "2024年2月2日", 300, "石主任"],
  ] }]),
};

scene("a workbook that no register fits becomes one of the county's own, and comes in twice as once", async (app) => {
  const { page } = app;
  await actAs(app, "县农经站", "县级管理员");
  await preview(app, visits);
  await page.getByRole("button", { name: "建成本县自己的台账…" }).click();
  const offer = page.getByRole("group", { name: "本县自己的台账" });
  await offer.getByRole("textbox", { name: "台账名称" }).fill(NAME);
  assert.equal(await offer.getByRole("combobox", { name: /慰问金/ }).inputValue(), "金额");
  assert.equal(await offer.getByRole("combobox", { name: /走访日期/ }).inputValue(), "日期");
  await app.shot("own-register-offer");
  await offer.getByRole("button", { name: "建立台账" }).click();
  await createPlaces(page);
  await write(page);

  await app.goto("#/registers");
  await page.getByRole("main").getByRole("link").filter({ hasText: NAME }).first().click();
  const table = new Table(app, page);
  await table.grid.waitFor();
  await until("seven rows", async () => (await table.count()) === 7);
  assert.ok((await table.texts("姓名")).some((text) => text.includes("王阿妹")));
  await app.shot("own-register");
  await app.reload();
  await until("seven rows", async () => (await table.count()) === 7);

  await preview(app, visits);
  const button = writeButton(page);
  if (await button.count()) assert.ok(!(await button.isEnabled()), "nothing is new the second time");
  assert.equal(await page.getByRole("button", { name: "建成本县自己的台账…" }).count(), 0, "the register is known now");
  await saved(page);
});

scene("a clerk does not make registers, and reads why", async (app) => {
  const { page } = app;
  await actAs(app, "王会计", "村级填报员");
  await preview(app, visits);
  await page.getByRole("button", { name: "建成本县自己的台账…" }).click();
  const offer = page.getByRole("group", { name: "本县自己的台账" });
  await offer.getByRole("button", { name: "建立台账" }).click();
  await offer.getByRole("alert").filter({ hasText: "县级管理员" }).waitFor();
});
