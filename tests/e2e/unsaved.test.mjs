// What the disk refuses is not lost: it stays in its cells, is said to be unsaved, and the person decides.

import { assert, scene, until } from "./harness.mjs";
import { Table, light, openSample, saved } from "./pages.mjs";

const NUMBER = "用工";

/** Two cells typed on a full disk. */
async function refused(app) {
  await openSample(app.page);
  const makeRoom = await app.againWithQuota(1);
  const { page } = app;
  const table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 3);
  const before = [await table.text(1, NUMBER), await table.text(2, NUMBER)];
  await table.select(1, NUMBER);
  for (const value of ["4711", "4712"]) {
    await page.keyboard.type(value);
    await page.keyboard.press("Enter");
    await light(page, "存储不足").waitFor();
  }
  await page.getByText(/2 格没有存下来/).waitFor();
  return { page, table, before, makeRoom };
}

async function shown(table) {
  for (const [row, value] of [[1, "4711"], [2, "4712"]]) {
    const cell = await table.cell(row, NUMBER);
    await cell.getByText("未保存").waitFor();
    assert.match(await cell.innerText(), new RegExp(`^${value}`));
  }
}

scene("cells that could not be saved keep what was typed, on every page, until they are", async (app) => {
  const { page, table, makeRoom } = await refused(app);
  await shown(table);
  await app.goto("#/registers");
  await page.getByText(/2 格没有存下来/).waitFor();
  await shown(await Table.open(app, "R06"));
  // What was typed can be corrected like anything else.
  await table.select(1, NUMBER);
  await page.keyboard.press("F2");
  assert.equal(await table.editor.inputValue(), "4711");
  await page.keyboard.press("Escape");
  await page.getByRole("main").getByRole("button", { name: "再试一次" }).click();
  await page.getByText(/2 格没有存下来/).waitFor();
  await shown(table);

  await makeRoom();
  await page.getByRole("main").getByRole("button", { name: "再试一次" }).click();
  await saved(page);
  assert.equal(await page.getByText(/没有存下来/).count(), 0);
  await table.expectText(1, NUMBER, "4,711");
  await app.again();
  const again = await Table.open(app, "R06");
  await again.expectText(1, NUMBER, "4,711");
  await again.expectText(2, NUMBER, "4,712");
});

scene("unsaved cells are given up only on a person's wish", async (app) => {
  const { page, table, before } = await refused(app);
  await page.getByRole("button", { name: "放弃这些改动" }).click();
  await table.expectText(1, NUMBER, before[0]);
  await table.expectText(2, NUMBER, before[1]);
  await saved(page);
});
