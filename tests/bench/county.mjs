// The workbook that the benches read: the same bytes in every run.

const { workbook } = await import("../e2e/files.mjs");

/**
 * Villages × products × years, every one of them once; a fixed seed, so that every run reads the same file. `only`: all
 * of them in that year, with as many products more.
 */
export function lines(rows, only) {
  let seed = 42;
  const chance = () => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) / 0x7fffffff;
  const heads = ["乡镇", "村名", "年份", "品种", "面积（亩）", "其中新增（亩）", "产量（吨）", "产值（万元）", "销量（吨）", "销售额（万元）", "参与农户（户）", "备注"];
  const all = [heads];
  for (let n = 0; n < rows; n++) {
    const village = n % 200, year = only ?? 2015 + Math.floor(n / 200) % 10, product = Math.floor(n / (only ? 200 : 2000));
    const area = Math.round(chance() * 5000) / 10 + 1, tonnes = Math.round(area * (0.8 + chance()) * 10) / 10;
    const value = Math.round(tonnes * (30 + chance() * 40)) / 100;
    all.push([`第${village % 15 + 1}镇`, `第${village + 1}村`, `${year}年`, `品种${product + 1}`, area, Math.round(area * chance()) / 10, tonnes, value,
      Math.round(tonnes * chance() * 10) / 10, Math.round(value * chance() * 100) / 100, Math.ceil(area / (4 + chance() * 6)), n % 9 === 0 ? "含园区" : null]);
  }
  return all;
}

export const county = (rows, only) => workbook([{ name: "台账", rows: lines(rows, only) }]);
