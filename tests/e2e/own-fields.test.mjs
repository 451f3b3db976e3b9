// 本县字段与词语: a county adds a field to a register of the catalogue, and the field is like the others.

import { PHONE, assert, scene, until } from "./harness.mjs";
import { INCOME, INDUSTRY, Table, actAs, download, importNew, preview, saved, writeButton } from "./pages.mjs";

const FIELD = "村情类别";
const region = (page, name) => page.getByRole("region", { name, exact: true });

async function addField(app) {
  const { page } = app;
  await app.goto("#/settings/county");
  const fields = region(page, "本县的字段");
  await fields.getByRole("combobox", { name: "台账", exact: true }).selectOption({ label: "产业生产台账" });
  await fields.getByRole("textbox", { name: "字段名称" }).fill(FIELD);
  await fields.getByRole("combobox", { name: "填什么" }).selectOption({ label: "单选" });
  await fields.getByRole("textbox", { name: /^可选的词/ }).fill("城郊村、边远村");
  await fields.getByRole("button", { name: "添加字段" }).click();
  return fields;
}

scene("a field of the county's own: in the table, written, exported, imported again, and not taken away while in use", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await actAs(app, "县农经站", "县级管理员");
  const fields = await addField(app);
  await fields.getByText(new RegExp(`产业生产台账 · ${FIELD}`)).waitFor();
  await saved(page);
  await app.shot("county");

  const table = await Table.open(app, "R06");
  await until("the column", async () => (await table.column(FIELD)) > 0);
  await table.select(1, FIELD);
  await page.keyboard.press("Enter");
  const box = table.grid.getByRole("combobox").or(table.editor).first();
  await box.waitFor();
  await page.keyboard.type("边远村");
  await page.keyboard.press("Enter");
  await table.expectText(1, FIELD, "边远村");
  await saved(page);
  await app.reload();
  await (await Table.open(app, "R06")).expectText(1, FIELD, "边远村");

  const file = await download(page, page.getByRole("button", { name: "导出", exact: true }));
  await preview(app, file);
  await page.getByRole("main").getByText(FIELD).first().waitFor();
  const button = writeButton(page);
  if (await button.count()) assert.ok(!(await button.isEnabled()), "what was exported comes back unchanged");

  await app.goto("#/settings/county");
  await fields.getByRole("button", { name: /^删除 / }).click();
  await fields.getByRole("alert").waitFor();
  assert.equal(await fields.getByRole("button", { name: /^删除 / }).count(), 1, "a field in use stays");
});

scene("a clerk does not set the county's fields, and reads why", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await actAs(app, "王会计", "村级填报员");
  const fields = await addField(app);
  await fields.getByRole("alert").filter({ hasText: "县级管理员" }).waitFor();
  assert.equal(await fields.getByRole("button", { name: /^删除 / }).count(), 0);
});

scene("a setting without effect is said where it would have acted, and among what is to be done", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await actAs(app, "县农经站", "县级管理员");
  await app.goto("#/settings/county");
  const own = region(page, "本县的词语");
  const lists = own.getByRole("combobox", { name: "列表" });
  const [list] = (await lists.getByRole("option").allInnerTexts()).filter((name) => name.startsWith("产业生产台账 ·"));
  await lists.selectOption({ label: list });
  // Every open list has this word already.
  await own.getByRole("textbox", { name: "词语", exact: true }).fill("其他");
  await own.getByRole("button", { name: "添加词语" }).click();
  const faults = region(page, "没有生效的设置");
  await faults.getByText(/里已有“其他”/).waitFor();
  await saved(page);

  await app.goto("#/registers/R06");
  await faults.getByText(/里已有“其他”/).waitFor();
  await app.goto("#/registers/R07");
  await page.getByRole("heading", { name: /集体经济收支台账/ }).waitFor();
  assert.equal(await faults.count(), 0, "it was meant for another register");
  await app.goto("#/");
  await page.getByRole("link").filter({ hasText: "1 项本县设置没有生效" }).click();
  await own.getByRole("button", { name: /^删除 / }).click();
  await faults.waitFor({ state: "detached" });
  await app.goto("#/registers/R06");
  await page.getByRole("grid").waitFor();
  assert.equal(await faults.count(), 0);
});

scene("the county's page on a phone: nothing runs out of the page", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await actAs(app, "县农经站", "县级管理员");
  const fields = await addField(app);
  await fields.getByText(new RegExp(FIELD)).first().waitFor();
  const bounds = region(page, "阈值");
  const bound = bounds.getByRole("textbox").first();
  const usual = await bound.inputValue();
  await bound.fill("3.5");
  await bound.press("Tab");
  await bounds.getByText(`通常 ${usual}`).waitFor();
  await saved(page);
  await app.shot("county-phone");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `the page is ${wide} px too wide`);
});

scene("a checklist of the county's stands beside the steps of its register, and what was ticked is in the history", async (app) => {
  const { page } = app;
  await importNew(app, INCOME);
  await actAs(app, "县农经站", "县级管理员");
  await app.goto("#/settings/county");
  const lists = region(page, "清单");
  await lists.getByRole("textbox", { name: "名称" }).fill("入账核对");
  await lists.getByRole("combobox", { name: "办理这本台账时核对" }).selectOption({ label: "集体经济收支台账" });
  await lists.getByRole("textbox", { name: "条目（一行一条）" }).fill("单据齐全\n\n村务监督委员会签字\n金额与合同一致");
  await lists.getByRole("button", { name: "添加清单" }).click();
  await lists.getByRole("button", { name: "删除 入账核对" }).waitFor();
  await saved(page);

  const table = await Table.open(app, "R07");
  await table.select(1, "村（社区）");
  const side = page.getByRole("complementary", { name: "这一行" });
  const list = side.getByRole("group", { name: "入账核对" });
  assert.equal(await list.getByRole("checkbox").count(), 3, "blank lines are none");
  await list.getByRole("checkbox", { name: "单据齐全" }).check();
  await list.getByRole("checkbox", { name: "金额与合同一致" }).check();
  await side.getByRole("button", { name: "书记确认", exact: true }).click();
  await table.expectText(1, "状态", "待复核");
  await until("nothing ticked", async () => (await list.getByRole("checkbox", { checked: true }).count()) === 0);
  await table.select(1, "状态");
  await side.getByRole("button", { name: "看全部来历" }).click();
  await side.getByText("入账核对（2/3）：单据齐全；金额与合同一致").waitFor();
  // The list of one register is not that of another.
  await saved(page);
  const other = await Table.open(app, "R01");
  await other.select(1, "名称");
  assert.equal(await list.count(), 0);
});
