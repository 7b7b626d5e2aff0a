// console.table
import { ops } from "../core/ops.ts";
import {
  ArrayPrototypeIndexOf,
  ArrayPrototypeJoin,
  ArrayPrototypePush,
  describeProperty,
  ReflectOwnKeys,
  StringPrototypeRepeat,
} from "../core/primordials.ts";
import { inspect } from "./inspect.ts";
import { ARRAY, MAP, PROXY, SET } from "../core/value-kinds.ts";

const mostRows = 1000;
const mostColumns = 50;

/** The data as a table; undefined when it is not tabular. */
export function formatTable(data: unknown, columns: string[] | undefined): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const kind = ops.inspect_kind(data);
  if (kind === PROXY) return undefined;
  const heads: string[] = columns === undefined ? [] : columns;
  const rows: { index: string; cells: (string | undefined)[]; value: string | undefined }[] = [];
  let anyValue = false;

  const addRow = (index: string, value: unknown): void => {
    const cells: (string | undefined)[] = [];
    if (typeof value === "object" && value !== null && ops.inspect_kind(value) !== PROXY) {
      const keys = ReflectOwnKeys(value);
      for (let i = 0; i < keys.length && i < 1000; i++) {
        const key = keys[i]!;
        const property = describeProperty(value, key);
        if (typeof key !== "string" || property === undefined || !property.enumerable) continue;
        let column = ArrayPrototypeIndexOf(heads, key);
        if (column === -1) {
          if (columns !== undefined || heads.length >= mostColumns) continue;
          column = ArrayPrototypePush(heads, key) - 1;
        }
        cells[column] = property.get === undefined ? inspect(property.value, { depth: 0 }) : "[Getter]";
      }
      ArrayPrototypePush(rows, { index, cells, value: undefined });
    } else {
      anyValue = true;
      ArrayPrototypePush(rows, { index, cells, value: inspect(value, { depth: 0 }) });
    }
  };

  let indexHead = "(index)";
  if (kind === MAP || kind === SET) {
    indexHead = "(iteration index)";
    const list = ops.inspect_entries(data, mostRows * 2);
    if (kind === MAP) {
      // A map has the columns that it has, whatever was asked for.
      heads.length = 0;
      ArrayPrototypePush(heads, "Key", "Values");
      for (let i = 1; i < list.length && rows.length < mostRows; i += 2) {
        ArrayPrototypePush(rows, { index: `${rows.length}`, cells: [inspect(list[i], { depth: 0 }), inspect(list[i + 1], { depth: 0 })], value: undefined });
      }
    } else {
      for (let i = 1; i < list.length && rows.length < mostRows; i++) addRow(`${rows.length}`, list[i]);
    }
  } else {
    const keys = ReflectOwnKeys(data);
    for (let i = 0; i < keys.length && rows.length < mostRows; i++) {
      const key = keys[i]!;
      const property = describeProperty(data, key);
      if (typeof key !== "string" || property === undefined || !property.enumerable || (kind === ARRAY && key === "length")) continue;
      addRow(key, property.get === undefined ? property.value : "[Getter]");
    }
  }

  const lines: string[][] = [];
  const head = [indexHead];
  for (let i = 0; i < heads.length; i++) ArrayPrototypePush(head, heads[i]!);
  if (anyValue) ArrayPrototypePush(head, "Values");
  ArrayPrototypePush(lines, head);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const line = [row.index];
    for (let column = 0; column < heads.length; column++) ArrayPrototypePush(line, row.cells[column] ?? "");
    if (anyValue) ArrayPrototypePush(line, row.value ?? "");
    ArrayPrototypePush(lines, line);
  }
  return draw(lines);
}

function draw(lines: string[][]): string {
  const widths: number[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    for (let column = 0; column < line.length; column++) {
      const width = line[column]!.length + 2;
      if (!(widths[column]! >= width)) widths[column] = width;
    }
  }
  const bars: string[] = [];
  for (let i = 0; i < widths.length; i++) ArrayPrototypePush(bars, StringPrototypeRepeat("─", widths[i]!));
  const output = [`┌${ArrayPrototypeJoin(bars, "┬")}┐`];
  for (let i = 0; i < lines.length; i++) {
    const cells: string[] = [];
    for (let column = 0; column < widths.length; column++) {
      const text = lines[i]![column]!;
      ArrayPrototypePush(cells, ` ${text}${StringPrototypeRepeat(" ", widths[column]! - text.length - 1)}`);
    }
    ArrayPrototypePush(output, `│${ArrayPrototypeJoin(cells, "│")}│`);
    if (i === 0) ArrayPrototypePush(output, `├${ArrayPrototypeJoin(bars, "┼")}┤`);
  }
  ArrayPrototypePush(output, `└${ArrayPrototypeJoin(bars, "┴")}┘`);
  return ArrayPrototypeJoin(output, "\n");
}
