import { logLine } from './clean.ts';

/** Cells aligned in columns; the last one runs free. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => logLine(cell)));
  const widths: number[] = [];
  for (const row of cells) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, width(cell))));
  const line = (row: readonly string[]): string => row.map((cell, index) => padTo(cell, widths[index] ?? 0)).join('  ');
  return cells.map((row) => line(row).trimEnd());
}

/** Fills up to a number of columns as a terminal counts them. */
export function padTo(text: string, columnCount: number): string {
  return text + ' '.repeat(Math.max(0, columnCount - width(text)));
}

/** Pictographs take two columns, whatever their number of code units. */
function width(text: string): number {
  const pictographs = text.match(/\p{Extended_Pictographic}\ufe0f?/gu) ?? [];
  return [...text].length + pictographs.reduce((sum, one) => sum + 2 - [...one].length, 0);
}
