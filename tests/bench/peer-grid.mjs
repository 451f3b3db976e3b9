// The other side of the bench of the table: a common grid over the same rows. Bundled by grid.mjs.

import { AllCommunityModule, ModuleRegistry, createGrid, themeQuartz } from "ag-grid-community";

ModuleRegistry.registerModules([AllCommunityModule]);

/** Draws the rows; resolves when the first are on the page. */
export async function show() {
  const [heads, ...lines] = await (await fetch("rows.json")).json();
  return new Promise((done) => createGrid(document.getElementById("grid"), {
    theme: themeQuartz, rowHeight: 36, onFirstDataRendered: done,
    rowData: lines.map((line) => Object.fromEntries(line.map((value, n) => [`c${n}`, value]))),
    columnDefs: heads.map((headerName, n) => ({ headerName, field: `c${n}`, width: 130, editable: true, ...(n === 0 ? { pinned: "left" } : {}) })),
  }));
}
