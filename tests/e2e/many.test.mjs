// Many rows in one step: chosen, approved or sent back, with what stays and why.

import { PHONE, assert, scene, until } from "./harness.mjs";
import { INCOME, Table, actAs, importNew, openSample, recallYear, saved } from "./pages.mjs";

const bar = (page) => page.getByRole("region", { name: "选中的行" });
const chosen = (page, n) => bar(page).getByText(`已选 ${n} 行`, { exact: true }).waitFor();
const step = (page, name) => bar(page).getByRole("button", { name, exact: true });

async function finance(app) {
  const { page } = app;
  await importNew(app, INCOME);
  await actAs(app, "县农经站", "县级管理员");
  const table = await Table.open(app, "R07");
  await recallYear(app, 2024);
  await until("216 rows", async () => (await table.count()) === 216);
  return table;
}

/** One step with all that is chosen: those without remarks at once, then those that were looked at. */
async function all(page, verb, n) {
  await step(page, `${verb} ${n}`).click();
  await bar(page).getByRole("button", { name: new RegExp(`^无提醒的 \\d+ 行一次${verb}$`) }).click();
  await until("the rest", async () => !(await bar(page).getByText(`已选 ${n} 行`, { exact: true }).count()));
  await bar(page).getByRole("button", { name: new RegExp(`^${verb} \\d+$`) }).click();
  await bar(page).getByRole("button", { name: /^看过了，/ }).click();
  await bar(page).waitFor({ state: "detached" });
  await saved(page);
}

scene("216 rows are confirmed and approved in a few presses, one undo takes a step back, and 待办 leads to what waits", async (app) => {
  const { page } = app;
  const table = await finance(app);
  await table.expectText(1, "状态", "录入");
  await page.getByRole("button", { name: "全选 216 行", exact: true }).click();
  await chosen(page, 216);
  await all(page, "书记确认", 216);
  await table.expectText(1, "状态", "待复核");

  await app.goto("#/");
  const wait = page.getByRole("main").getByRole("link", { name: /待复核.*集体经济收支台账.*216.*复核通过/ });
  await wait.click();
  await until("the rows that wait", async () => (await table.count()) === 216);
  assert.equal(await page.getByRole("combobox", { name: "状态" }).inputValue(), "待复核");
  await page.getByRole("button", { name: "待复核 216", exact: true }).waitFor();
  await page.getByRole("button", { name: "全选 216 行", exact: true }).click();
  await step(page, "复核通过 216").click();
  await bar(page).getByRole("button", { name: /^无提醒的 \d+ 行一次复核通过$/ }).click();
  await until("few to wait", async () => (await table.count()) < 20);
  const few = await table.count();
  await page.getByRole("main").getByRole("button", { name: /^撤销：/ }).click();
  await until("all of it back in one step", async () => (await table.count()) === 216);
  assert.ok(few > 0, "what has a remark was not approved with the rest");
  await app.reload();
  await table.expectText(1, "状态", "待复核");
});

scene("what is not handed in stays and is said; sending back asks for a reason", async (app) => {
  const { page } = app;
  const table = await finance(app);
  const pick = async (row, modifiers = []) => (await table.cell(row, "选")).click({ modifiers });
  await pick(1);
  await pick(6, ["Shift"]);
  await chosen(page, 6);
  await step(page, "书记确认 6").click();
  await bar(page).waitFor({ state: "detached" });
  await table.expectText(6, "状态", "待复核");
  await table.expectText(7, "状态", "录入");

  await pick(1);
  await pick(9, ["Shift"]);
  await chosen(page, 9);
  await step(page, "复核通过 6").click();
  await bar(page).getByText("3 行没有提交（录入），不动").waitFor();
  await bar(page).getByRole("button", { name: "无提醒的 6 行一次复核通过" }).click();
  await chosen(page, 3);
  await table.expectText(6, "状态", "已复核");
  await table.expectText(7, "状态", "录入");
  await bar(page).getByRole("button", { name: "不选了" }).click();
  await bar(page).waitFor({ state: "detached" });

  await pick(2);
  await step(page, "退回… 1").click();
  const send = bar(page).getByRole("button", { name: "退回 1 行" });
  assert.ok(await send.isDisabled(), "not without a reason");
  await bar(page).getByRole("textbox", { name: "原因" }).fill("凭证不齐");
  await send.click();
  await bar(page).waitFor({ state: "detached" });
  await table.expectText(2, "状态", "录入");
  await table.expectText(1, "状态", "已复核");

  // Sorted by state in the order in which rows go through them.
  await table.sort("状态");
  await until("the first state first", async () => (await table.text(1, "状态")) === "录入");
  await table.sort("状态");
  await until("the last state first", async () => (await table.text(1, "状态")) === "已复核");
});

scene("rows with a remark are offered apart: they go on after they were looked at", async (app) => {
  const { page } = app;
  await openSample(page);
  await actAs(app, "县农经站", "县级管理员");
  const table = await Table.open(app, "R07");
  const all = await table.count();
  await page.getByRole("button", { name: /^全选/ }).click();
  await chosen(page, all);
  await bar(page).getByRole("button", { name: /^复核通过/ }).click();
  const few = bar(page).getByRole("button", { name: /^只看这 \d+ 行$/ }).first();
  const n = Number(/\d+/.exec(await few.innerText())[0]);
  await bar(page).getByRole("button", { name: new RegExp(`^无提醒的 ${all - n} 行一次复核通过$`) }).waitFor();
  await few.click();
  await until("only these rows", async () => (await table.count()) === n);
  await chosen(page, n);
  await bar(page).getByRole("button", { name: `复核通过 ${n}`, exact: true }).click();
  await bar(page).getByRole("button", { name: `看过了，${n} 行复核通过` }).click();
  await bar(page).waitFor({ state: "detached" });
  await table.expectText(1, "状态", "已复核");
});

scene("by keyboard: Space chooses the row; by village: its other rows follow", async (app) => {
  const { page } = app;
  const table = await finance(app);
  await table.select(3, "状态");
  await page.keyboard.press("Space");
  await chosen(page, 1);
  assert.equal(await table.text(3, "选"), "☑");
  await bar(page).getByRole("button", { name: "同村的也选上" }).click();
  await chosen(page, 6);
  await table.select(3, "状态");
  await page.keyboard.press("Space");
  await chosen(page, 5);
  // What a filter hides is not acted on.
  await page.getByRole("searchbox", { name: "查找" }).fill("没有这个村");
  await bar(page).waitFor({ state: "detached" });
});

scene("on a phone cards are chosen by a tap", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await importNew(app, INCOME);
  await actAs(app, "县农经站", "县级管理员");
  await app.goto("#/registers/R07");
  await page.getByRole("button", { name: "选择", exact: true }).click();
  const card = page.getByRole("checkbox");
  await card.nth(0).click();
  await card.nth(1).click();
  await chosen(page, 2);
  assert.equal(await card.nth(0).getAttribute("aria-checked"), "true");
  await step(page, "书记确认 2").click();
  await bar(page).waitFor({ state: "detached" });
  await saved(page);
  await page.getByRole("list", { name: /台账$/ }).getByRole("listitem").first().getByText("待复核").waitFor();
});
