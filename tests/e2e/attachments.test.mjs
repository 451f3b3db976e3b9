// Attached files open again: after a reload, without a network, on another computer that read the ledger file.

import { App, assert, scene } from "./harness.mjs";
import { Form, Table, bytesOf, download, message, saved } from "./pages.mjs";

const side = (page) => page.getByRole("complementary", { name: "这一行" });
/** Every byte there is, more than once. */
const PICTURE = Buffer.from(Array.from({ length: 70_000 }, (_, n) => (n * 7 + (n >> 8)) & 0xff));

async function attached(app, name = "荣誉证书.pdf") {
  const { page } = app;
  await app.goto("#/registers/R01");
  const form = await Form.add(new Table(app, page));
  await form.fill({ 名称: "柳河镇", 类别: "乡镇" });
  await form.dialog.locator("input[type=file]").setInputFiles({ name, mimeType: "application/pdf", buffer: PICTURE });
  await form.dialog.getByRole("button", { name: `打开 ${name}` }).waitFor();
  await form.save.click();
  await form.dialog.waitFor({ state: "detached" });
  await saved(page);
}

async function beside(app, page = app.page) {
  const table = await Table.open(app, "R01", page);
  await table.select(1, "名称");
  return side(page).getByRole("button", { name: "打开 荣誉证书.pdf" });
}

scene("an attached file opens again, byte for byte, in the panel and in the form", async (app) => {
  const { page } = app;
  await attached(app);
  await app.reload();
  await page.context().setOffline(true);
  let open = await beside(app);
  assert.match(await open.innerText(), /荣誉证书\.pdf（70 KB）/);
  assert.ok(bytesOf(await download(page, open)).equals(PICTURE));
  await side(page).getByRole("button", { name: "打开表单" }).click();
  open = new Form(page).dialog.getByRole("button", { name: "打开 荣誉证书.pdf" });
  assert.ok(bytesOf(await download(page, open)).equals(PICTURE));
  await page.context().setOffline(false);
});

scene("a file that is too large is refused with its size", async (app) => {
  const { page } = app;
  await app.goto("#/registers/R01");
  const form = await Form.add(new Table(app, page));
  await form.fill({ 名称: "柳河镇", 类别: "乡镇" });
  const film = Buffer.alloc(21_000_000);
  await form.dialog.locator("input[type=file]").setInputFiles({ name: "会议.mp4", mimeType: "video/mp4", buffer: film });
  await message(page, /“会议\.mp4”有21\.0 MB，一个附件最多20\.0 MB/).waitFor();
  assert.equal(await form.dialog.getByRole("button", { name: /会议\.mp4/ }).count(), 0);
});

scene("a ledger file carries what is attached to another computer", async (app) => {
  const { page } = app;
  await attached(app);
  await app.goto("#/exchange");
  const file = await download(page, page.getByRole("button", { name: "导出台账文件" }));
  const other = new App(app.server, {});
  try {
    await other.open();
    await other.goto("#/exchange");
    await other.page.locator("input[type=file][accept='.xcz']").setInputFiles(file);
    await saved(other.page);
    const open = await beside(other);
    assert.ok(bytesOf(await download(other.page, open)).equals(PICTURE));
    other.assertQuiet();
  } finally {
    await other.close();
  }
});
