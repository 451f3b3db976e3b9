// 台账: a person sees the registers of their role first, changes them, and finds the others by name.

import { LAPTOP, PHONE, assert, scene, until } from "./harness.mjs";
import { actAs, openSample, rowsOf } from "./pages.mjs";

const group = (page, name) => page.getByRole("main").getByRole("region", { name, exact: true });
const names = async (place) => (await place.getByRole("article").locator("b").allInnerTexts()).map((text) => text.trim());
const pin = (page, name) => page.getByRole("main").getByRole("button", { name: `放在我的台账 ${name}`, exact: true });
const rail = async (page) => (await page.getByRole("navigation", { name: "主导航" }).filter({ visible: true }).first().getByRole("link").allInnerTexts()).map((text) => text.trim());

async function opened(app) {
  await openSample(app.page);
  await app.goto("#/registers");
  await group(app.page, "我的台账").getByRole("article").first().waitFor();
}

for (const [name, viewport] of [["a laptop", LAPTOP], ["a phone", PHONE]]) {
  scene(`the own registers stand first, the others by group, and what stands under a register stands in it: ${name}`, { viewport }, async (app) => {
    const { page } = app;
    await opened(app);
    const mine = await names(group(page, "我的台账"));
    assert.ok(mine.length >= 3 && mine.length <= 6, mine.join());
    assert.equal(mine[0], "产业生产台账");
    const rest = await names(page.getByRole("main"));
    assert.equal(new Set(rest).size, rest.length, "each register has one card");
    assert.ok((await names(group(page, "组织与人"))).includes("组织台账"));
    // The dues are no card of their own; their link leads to their table.
    const dues = group(page, "我的台账").getByRole("article").filter({ hasText: "R09 ·" }).getByRole("link", { name: /^应收/ });
    await dues.click();
    await until("the table of dues", async () => /registers\/R09\/due$/.test(page.url()));
    assert.ok((await rowsOf(app, "R06")) > 0);
    await app.shot(`registers-${viewport === PHONE ? "phone" : "laptop"}`);
  });
}

scene("another role opens other registers; a choice holds for the person who made it and can be given up", { viewport: LAPTOP }, async (app) => {
  const { page } = app;
  await opened(app);
  const clerk = await names(group(page, "我的台账"));
  await actAs(app, "王敏", "县级管理员");
  await until("the county's registers", async () => (await names(group(page, "我的台账")))[0] === "组织台账");
  const county = await names(group(page, "我的台账"));
  assert.notDeepEqual(county, clerk);
  await pin(page, "组织台账").click();
  await until("it stands with the others", async () => (await names(group(page, "组织与人"))).includes("组织台账"));
  assert.equal(await pin(page, "组织台账").getAttribute("aria-pressed"), "false");
  await until("the keyboard stays with it", () => pin(page, "组织台账").evaluate((one) => one === document.activeElement));
  await until("the rail follows", async () => !(await rail(page)).includes("组织台账"));
  await app.reload();
  await group(page, "我的台账").getByRole("article").first().waitFor();
  assert.deepEqual(await names(group(page, "我的台账")), county.slice(1));
  await actAs(app, "李强", "县级管理员");
  await until("somebody else has the role's", async () => (await names(group(page, "我的台账"))).join() === county.join());
  await actAs(app, "王敏", "县级管理员");
  await until("the choice is back", async () => (await names(group(page, "我的台账"))).join() === county.slice(1).join());
  await page.getByRole("button", { name: "恢复按岗位" }).click();
  await until("as the role has it", async () => (await names(group(page, "我的台账"))).join() === county.join());
});

scene("a register is found in Chinese, in English, by pinyin and initials, and Enter opens it", { viewport: LAPTOP }, async (app) => {
  const { page } = app;
  await opened(app);
  const search = page.getByRole("searchbox", { name: "找台账" });
  const found = page.getByRole("main").getByRole("region", { name: "找到的台账" });
  for (const typed of ["集体", "Collective", "jtjj", "jitijingji", "r07"]) {
    await search.fill(typed);
    await until(`${typed} finds it`, async () => (await names(found))[0] === "集体经济收支台账");
  }
  await search.fill("没有这样的");
  await page.getByRole("status").filter({ hasText: "没有这样叫的台账" }).waitFor();
  await search.fill("htdq合同");
  await search.fill("应收");
  await until("the register that holds it", async () => (await names(found)).length === 1);
  await search.press("Enter");
  await until("opened", async () => /registers\/R09$/.test(page.url()));
});
