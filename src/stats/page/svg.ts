import escapeHtml from 'escape-html';
import { cleanLine } from '../../report/clean.ts';

/*
 * Charts as inline SVG. Colours are classes of the page's style sheet, so that they follow the reader's scheme; whatever
 * comes from a report is escaped here, where it becomes markup.
 */

/** Plain text as markup. */
export function textOf(text: string): string {
  return escapeHtml(cleanLine(text));
}

/** One colour of a chart; the style sheet knows it as `s-NAME`. */
export type Tone = 'good' | 'warn' | 'bad' | 'own' | 'plain' | 'soft';

/** How much room a chart has, in units of about a pixel: half of the page, or all of it. */
export type Room = 'half' | 'whole';
const WIDTHS: Readonly<Record<Room, number>> = { half: 480, whole: 1000 };

/** A row of a bar list: a filled part, and a mark further right where there is a second value. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly mark?: number;
  readonly tone: Tone;
  /** What stands right of the bar. */
  readonly text: string;
}

const ROW = 26;
const LABEL_WIDTHS: Readonly<Record<Room, number>> = { half: 170, whole: 520 };
const TEXT_WIDTH = 140;
/** About the width of a character of a label. */
const CHARACTER = 7.4;

/** Horizontal bars with names and values; `full` is what a bar of the whole length stands for. */
export function barList(title: string, bars: readonly Bar[], room: Room, full?: number): string {
  const labelWidth = LABEL_WIDTHS[room];
  const largest = Math.max(full ?? 0, ...bars.map(({ value, mark = 0 }) => Math.max(value, mark)), Number.MIN_VALUE);
  const longest = WIDTHS[room] - labelWidth - TEXT_WIDTH;
  const x = (value: number): number => labelWidth + round((value / largest) * longest);
  const rows = bars.map(({ label, value, mark, tone, text }, index) => {
    const top = index * ROW;
    const whisker =
      mark === undefined
        ? ''
        : `<line class="whisker" x1="${x(value)}" x2="${x(mark)}" y1="${top + 13}" y2="${top + 13}"/><line class="whisker" x1="${x(mark)}" x2="${x(mark)}" y1="${top + 8}" y2="${top + 18}"/>`;
    return [
      `<g><title>${textOf(`${label}: ${text}`)}</title>`,
      `<text class="label" x="${labelWidth - 10}" y="${top + 17}" text-anchor="end">${textOf(shortened(label, (labelWidth - 10) / CHARACTER))}</text>`,
      `<rect class="s-${tone}" x="${labelWidth}" y="${top + 5}" width="${Math.max(1, x(value) - labelWidth)}" height="16" rx="3"/>`,
      whisker,
      `<text class="value" x="${x(Math.max(value, mark ?? 0)) + 8}" y="${top + 17}">${textOf(text)}</text></g>`,
    ].join('');
  });
  return figure(title, room, bars.length * ROW + 4, rows.join(''));
}

/** What fits left of a bar. */
function shortened(label: string, most: number): string {
  const characters = [...cleanLine(label)];
  return characters.length <= most ? characters.join('') : `${characters.slice(0, Math.floor(most) - 1).join('')}…`;
}

/** One column of a chart over time; the parts are stacked in their order, from the bottom. */
export interface Column {
  readonly label: string;
  readonly parts: readonly { readonly name: string; readonly value: number; readonly tone: Tone }[];
}

const HEIGHT = 180;
const LEFT = 48;
const BOTTOM = 24;

/** Stacked columns over time, with whole numbers at the side. */
export function stackedColumns(title: string, columns: readonly Column[], room: Room): string {
  const largest = Math.max(1, ...columns.map(({ parts }) => sum(parts.map(({ value }) => value))));
  const axis = axisOf(largest);
  const y = (value: number): number => round(HEIGHT - (value / axis.top) * HEIGHT);
  const step = (WIDTHS[room] - LEFT) / Math.max(1, columns.length);
  const bars = columns.map(({ label, parts }, index) => {
    const rects = parts.map(({ value, tone }, part) => {
      const below = sum(parts.slice(0, part).map((one) => one.value));
      const height = round(y(below) - y(below + value));
      return value === 0
        ? ''
        : `<rect class="s-${tone}" x="${round(LEFT + index * step + step * 0.12)}" y="${y(below + value)}" width="${round(Math.min(step * 0.76, 48))}" height="${height}"/>`;
    });
    const said = parts.filter(({ value }) => value > 0).map(({ name, value }) => `${value} ${name}`);
    return `<g><title>${textOf(`${label}: ${said.join(', ')}`)}</title>${rects.join('')}</g>`;
  });
  return figure(
    title,
    room,
    HEIGHT + BOTTOM,
    grid(axis, WIDTHS[room], y, String) + bars.join('') + timeLabels(columns, WIDTHS[room], step),
  );
}

/** A line over time; places without a value are passed over. */
export function line(
  title: string,
  points: readonly { readonly label: string; readonly value: number | null; readonly text: string }[],
  textAt: (value: number) => string,
  room: Room,
): string {
  const axis = axisOf(Math.max(Number.MIN_VALUE, ...points.map(({ value }) => value ?? 0)));
  const y = (value: number): number => round(HEIGHT - (value / axis.top) * HEIGHT);
  const step = (WIDTHS[room] - LEFT) / Math.max(1, points.length);
  const at = points.flatMap(({ label, value, text }, index) =>
    value === null ? [] : [{ x: round(LEFT + (index + 0.5) * step), y: y(value), title: `${label}: ${text}` }],
  );
  const path = at.map((point, index) => `${index === 0 ? 'M' : 'L'}${point.x} ${point.y}`).join('');
  const dots = at.map(
    (point) =>
      `<circle class="s-plain" cx="${point.x}" cy="${point.y}" r="3"><title>${textOf(point.title)}</title></circle>`,
  );
  const body = `${grid(axis, WIDTHS[room], y, textAt)}<path class="line" d="${path}"/>${dots.join('')}${timeLabels(points, WIDTHS[room], step)}`;
  return figure(title, room, HEIGHT + BOTTOM, body);
}

interface Axis {
  readonly top: number;
  readonly step: number;
}

/** Three to five marks at 1, 2 or 5 times a power of ten, the highest above the largest value. */
function axisOf(largest: number): Axis {
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [0.2, 0.5, 1, 2].map((factor) => factor * power).find((one) => largest / one <= 4.5) ?? 5 * power;
  return { top: Math.ceil(largest / step) * step, step };
}

function grid(
  { top, step }: Axis,
  width: number,
  y: (value: number) => number,
  textAt: (value: number) => string,
): string {
  const marks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  return marks
    .map((mark) => {
      const label = Number.isInteger(step) || textAt !== String ? textAt(mark) : '';
      return `<line class="grid" x1="${LEFT}" x2="${width}" y1="${y(mark)}" y2="${y(mark)}"/><text class="tick" x="${LEFT - 6}" y="${y(mark) + 4}" text-anchor="end">${textOf(label)}</text>`;
    })
    .join('');
}

/** What a date needs under its column. */
const LABEL_ROOM = 90;

/** Names under the columns, as many as there is room for. */
function timeLabels(items: readonly { readonly label: string }[], width: number, step: number): string {
  const every = Math.max(1, Math.ceil(LABEL_ROOM / step));
  return items
    .map(({ label }, index) => {
      const x = round(LEFT + index * step + Math.min(step * 0.5, 24));
      if (index % every !== 0 || x > width - LABEL_ROOM / 2) return '';
      return `<text class="tick" x="${x}" y="${HEIGHT + 18}" text-anchor="middle">${textOf(label)}</text>`;
    })
    .join('');
}

function figure(title: string, room: Room, height: number, body: string): string {
  // Room above for the half of the topmost tick.
  return `<svg viewBox="0 -10 ${WIDTHS[room]} ${height + 10}" role="img" aria-label="${textOf(title)}">${body}</svg>`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
