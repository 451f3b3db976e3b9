// Chinese input methods: the first key on a selected cell composes, Enter that picks a word does not leave.

import { assert, scene } from "./harness.mjs";
import { Form, InputMethod, Table, openSample, saved } from "./pages.mjs";

scene("a pinyin input method types into a selected cell", async (app) => {
  const { page } = app;
  await openSample(page);
  const table = await Table.open(app, "R06");
  await table.select(2, "备注");
  const place = await table.here();
  const ime = await InputMethod.on(app);
  await ime.compose("ceshi");
  assert.deepEqual(await table.here(), place);
  await ime.pick("测试");
  assert.deepEqual(await table.here(), place, "Enter that picks a word stays in the cell");
  assert.equal(await table.editor.inputValue(), "测试");
  await ime.compose("wanbi");
  await ime.pick("完毕");
  assert.equal(await table.editor.inputValue(), "测试完毕");
  await page.keyboard.press("Enter");
  await table.expectText(2, "备注", "测试完毕");
  assert.deepEqual(await table.here(), [place[0] + 1, place[1]]);
  await saved(page);
});

scene("a composition that is given up leaves the cell as it was", async (app) => {
  const { page } = app;
  await openSample(page);
  const table = await Table.open(app, "R06");
  const before = await table.text(1, "备注");
  await table.select(1, "备注");
  const ime = await InputMethod.on(app);
  await ime.compose("ce");
  await ime.key("rawKeyDown", "Escape");
  await ime.devtools.send("Input.imeSetComposition", { text: "", selectionStart: 0, selectionEnd: 0 });
  await page.keyboard.press("Escape");
  assert.equal(await table.text(1, "备注"), before);
  await page.keyboard.press("ArrowDown");
  assert.deepEqual((await table.here())[0], 2);
});

scene("a pinyin input method types into a form and into the search box", async (app) => {
  const { page } = app;
  await openSample(page);
  const table = await Table.open(app, "R01");
  const form = await Form.add(table);
  await form.field("名称").focus();
  const ime = await InputMethod.on(app);
  await ime.compose("xinping");
  await ime.pick("新坪");
  assert.equal(await form.dialog.count(), 1, "Enter that picks a word does not save");
  await ime.compose("cun");
  await ime.pick("村");
  assert.equal(await form.field("名称").inputValue(), "新坪村");
  await form.dialog.getByText(/草稿已存/).waitFor();
  await form.cancel.click();

  const search = page.getByRole("searchbox", { name: "查找" });
  await search.focus();
  const rows = await table.count();
  await ime.compose("cun");
  assert.equal(await table.count(), rows, "letters of a composition are not searched");
  await ime.pick("没有这样的村");
  await page.getByText(/没有符合条件的行/).waitFor();
});
