export type Row = object;

/** Formats rows as text columns, under the names of their fields. */
export function table(rows: readonly Row[]): string {
  const values = rows.map((row) => Object.values(row as Record<string, Parameters<typeof cell>[0]>));
  return `${columns([Object.keys(rows[0] ?? {}), ...values.map((row) => row.map(cell))])}\n`;
}

/** Aligns the cells of lines in columns, each as wide as its longest cell. */
export function columns(lines: readonly (readonly (string | number)[])[]): string {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => String(line[column] ?? '').length)));
  const padded = (text: string | number, column: number) => String(text).padEnd(widths?.[column] ?? 0);
  return lines.map((line) => line.map(padded).join('  ').trimEnd()).join('\n');
}

function cell(value: object | string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return value.toISOString();
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // One line without terminal control characters.
  return text.replace(/\p{Cc}/gu, ' ');
}
