export type Row = object;

/** Formats rows as text columns, each as wide as its longest cell. */
export function table(rows: readonly Row[]): string {
  const head = Object.keys(rows[0] ?? {});
  const lines = [
    head,
    ...rows.map((row) => Object.values(row as Record<string, Parameters<typeof cell>[0]>).map(cell)),
  ];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cell(value: object | string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return value.toISOString();
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // One line without terminal control characters.
  return text.replace(/\p{Cc}/gu, ' ');
}
