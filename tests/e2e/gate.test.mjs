// Who may do what: handing in, sending back, approving, closing, reversing; closed records and periods.

import { assert, scene, until } from "./harness.mjs";
import { INCOME, Table, actAs, importNew, message, recallYear, saved } from "./pages.mjs";

const side = (page) => page.getByRole("complementary", { name: "这一行" });
const move = (page, name) => side(page).getByRole("button", { name, exact: true });

async function oneVillage(app) {
  await importNew(app, INCOME);
  const table = await Table.open(app, "R07");
  await recallYear(app, 2024);
  await until("216 rows", async () => (await table.count()) === 216);
  return table;
}

scene("a step asks who takes it: nobody, the wrong role, the right one; sent back with a reason, closed, reversed, both shown", async (app) => {
  const { page } = app;
  let table = await oneVillage(app);
  await table.select(1, "村（社区）");
  await move(page, "书记确认").click();
  await side(page).getByRole("alert").filter({ hasText: "还没有写明谁在操作" }).waitFor();
  await table.expectText(1, "状态", "录入");

  const open = async () => {
    table = await Table.open(app, "R07");
    await until("216 rows", async () => (await table.count()) >= 216);
    await table.select(1, "村（社区）");
  };
  await actAs(app, "王会计", "村级填报员");
  await open();
  await move(page, "书记确认").click();
  await side(page).getByRole("alert").filter({ hasText: "由村书记办理，村级填报员不能办" }).waitFor();
  await actAs(app, "王书记", "村书记");
  await open();
  await move(page, "书记确认").click();
  await table.expectText(1, "状态", "待复核");
  await saved(page);

  // What was handed in is the township's to change.
  await table.expectText(1, "状态", "待复核");
  const remark = await table.cell(1, "对方");
  await remark.dblclick();
  await page.keyboard.type("某公司");
  await page.keyboard.press("Enter");
  await page.getByText(/现在由乡镇审核员处理/).first().waitFor();
  await page.keyboard.press("Escape");

  await actAs(app, "李审核", "乡镇审核员");
  await open();
  await move(page, "退回").click();
  await side(page).getByRole("textbox", { name: "原因" }).fill("对方没有写");
  await side(page).getByRole("button", { name: "确定" }).click();
  await table.expectText(1, "状态", "录入");
  await actAs(app, "王书记", "村书记");
  await open();
  await move(page, "书记确认").click();
  await table.expectText(1, "状态", "待复核");
  await actAs(app, "李审核", "乡镇审核员");
  await open();
  await move(page, "复核通过").click();
  await move(page, "结账").click();
  await table.expectText(1, "状态", "已结账");
  await saved(page);

  await side(page).getByRole("button", { name: "删除此行" }).click();
  await side(page).getByRole("alert").filter({ hasText: "不能再改；要更正请用红冲" }).waitFor();
  const rows = await table.count();
  await move(page, "红冲").click();
  await side(page).getByRole("textbox", { name: "原因" }).fill("重复记账");
  await side(page).getByRole("button", { name: "确定" }).click();
  await until("the mirror to be shown", async () => (await table.count()) === rows + 1);
  await saved(page);
  await app.goto("#/settings");
  await page.getByRole("region", { name: "操作历史" }).getByText(/李审核/).first().waitFor();
});

scene("a closed period refuses a change until it is opened again", async (app) => {
  const { page } = app;
  await oneVillage(app);
  await actAs(app, "县农经站", "县级管理员");
  await app.goto("#/settings");
  const card = page.getByRole("region", { name: "锁定期间" });
  await card.getByRole("button", { name: /^锁定 2024年/ }).click();
  await card.getByRole("listitem").filter({ hasText: "2024年" }).waitFor();
  await saved(page);
  const table = await Table.open(app, "R07");
  await until("216 rows", async () => (await table.count()) === 216);
  const before = await (await table.cell(1, "金额")).innerText();
  await (await table.cell(1, "金额")).dblclick();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("1");
  await page.keyboard.press("Enter");
  await page.getByText(/2024年已锁定，不能再改/).first().waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await (await table.cell(1, "金额")).innerText(), before);
  await app.goto("#/settings");
  await card.getByRole("button", { name: /^解除锁定/ }).click();
  await card.getByText("没有锁定的期间。").waitFor();
  await saved(page);
  await message(page, /已保存/).first().waitFor();
});
