import { splitLines, trimNewline } from './spaces.ts';

/**
 * The lines around a line of a file, numbered, the line itself marked, as BuildKit prints them below an error:
 *
 *      2 |     RUN make
 *      3 | >>> COPY --from=builder /app /app
 */
export function excerpt(text: string, line: number, around = 2): string {
  const lines = splitLines(text).map(trimNewline);
  const first = Math.max(1, line - around);
  const last = Math.min(lines.length, line + around);
  const width = String(last).length;
  const numbers = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  return numbers
    .map((number) => {
      const mark = number === line ? '>>>' : '   ';
      return `${String(number).padStart(width)} | ${mark} ${lines[number - 1] ?? ''}`.trimEnd();
    })
    .join('\n');
}
