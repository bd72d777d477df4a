export const id = 7;
export const ids = [7];
export const modules = {

/***/ 7007:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  printStats: () => (/* binding */ printStats)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./src/report/words.ts
var words = __webpack_require__(2691);
// EXTERNAL MODULE: ./src/stats/collector.ts
var collector = __webpack_require__(2072);
// EXTERNAL MODULE: ./src/report/columns.ts
var columns = __webpack_require__(1197);
// EXTERNAL MODULE: ./src/report/clean.ts
var clean = __webpack_require__(23);
// EXTERNAL MODULE: ./src/stats/words.ts
var stats_words = __webpack_require__(8974);
;// CONCATENATED MODULE: ./src/stats/text.ts





/** What all renderings of the statistics say in their first lines. */
function headlines(stats, skipped) {
    const { runs, ends, fromMs, toMs } = stats;
    const builds = ends.built + ends.recovered + ends.ownFault + ends.infrastructure;
    const time = fromMs === null || toMs === null ? '' : `, ${dayOf(fromMs)} to ${dayOf(toMs)}`;
    const left = skipped === 0 ? '' : `; ${(0,words/* plural */.LS)(skipped, 'file')} skipped that ${skipped === 1 ? 'is' : 'are'} no report`;
    const wanted = builds - ends.ownFault;
    const good = ends.built + ends.recovered;
    return [
        `${(0,words/* plural */.LS)(runs, 'run')}${time}${left}`,
        ...(builds === 0
            ? []
            : [
                `${good} of ${wanted} builds succeeded that could (${(0,stats_words/* percent */.K)((0,collector/* shareOf */.tC)(good, wanted))}), ${ends.recovered} of them after a recovery; ${(0,words/* plural */.LS)(ends.infrastructure, 'build')} lost to the infrastructure, ${ends.ownFault} failed on their own.`,
            ]),
        ...(ends.recoveryCost === null || ends.recoveryCost.total === 0
            ? []
            : [
                `Recoveries cost ${(0,words/* duration */.p0)(ends.recoveryCost.total)} in all, at most ${(0,words/* duration */.p0)(ends.recoveryCost.max)} each.`,
            ]),
    ];
}
function dayOf(ms) {
    const date = new Date(ms);
    return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString().slice(0, 10);
}
/** Rows of the tables that could be long. */
const ROWS = 15;
/** The tables, without those that would be empty. */
function statsTables(stats) {
    const tables = [
        {
            title: 'By strategy',
            head: ['Strategy', 'Builds', 'Success', 'Stumbled', 'Median', '9 of 10 in'],
            rows: stats.strategies.map(({ strategy, runs, successRate, stumbled, seconds }) => [
                strategy,
                String(runs),
                (0,stats_words/* percent */.K)(successRate),
                String(stumbled),
                ...(seconds === null ? ['', ''] : [(0,words/* duration */.p0)(seconds.median), (0,words/* duration */.p0)(seconds.p90)]),
            ]),
        },
        {
            title: 'Where the time goes',
            head: ['Phase', 'Builds', 'Median', '9 of 10 in', 'In all'],
            rows: stats.phases.map(({ phase, count, median, p90, total }) => [
                phase,
                String(count),
                (0,words/* duration */.p0)(median),
                (0,words/* duration */.p0)(p90),
                (0,words/* duration */.p0)(total),
            ]),
        },
        {
            title: 'Slowest steps',
            head: ['In all', 'Ran', 'Cached', 'Median', '9 of 10 in', 'Step'],
            rows: stats.slowestSteps.map(({ name, runs, cached, seconds }) => [
                (0,words/* duration */.p0)(seconds.total),
                String(runs),
                String(cached),
                (0,words/* duration */.p0)(seconds.median),
                (0,words/* duration */.p0)(seconds.p90),
                name,
            ]),
        },
        {
            title: 'Caches',
            head: ['Backend', 'Asked', 'Hits', 'Failed', 'With a hit', 'Without', 'Exports', 'Lost exports'],
            rows: stats.caches.map(({ backend, imports, hitRate, exports, withHit, withoutHit }) => [
                backend,
                String(imports.asked),
                imports.asked === 0 ? '' : (0,stats_words/* percent */.K)(hitRate),
                String(imports.failed),
                withHit === null ? '' : (0,words/* duration */.p0)(withHit.median),
                withoutHit === null ? '' : (0,words/* duration */.p0)(withoutHit.median),
                String(exports.asked),
                String(exports.failed + exports.cutShort),
            ]),
        },
        {
            title: 'What failed',
            head: ['Class', 'At', 'Attempts', 'Recovered', 'Cost each', 'In all'],
            rows: stats.failures
                .slice(0, ROWS)
                .map((failure) => [
                failure.class,
                failure.component === null ? '' : (0,words/* serviceName */.fe)(failure.component),
                String(failure.attempts),
                failure.ownFault ? 'own fault' : String(failure.recovered),
                (0,words/* duration */.p0)(failure.cost.median),
                (0,words/* duration */.p0)(failure.cost.total),
            ]),
        },
        {
            title: 'Services',
            head: ['Service', 'Checks', 'Down', 'Out of pulls', 'Slow', 'Median', '9 of 10 in'],
            rows: stats.sources.services
                .slice(0, ROWS)
                .map(({ name, checks, down, limited, slow, latencyMs }) => [
                (0,words/* serviceName */.fe)(name),
                String(checks),
                String(down),
                String(limited),
                String(slow),
                ...(latencyMs === null ? ['', ''] : [(0,words/* latency */.ZK)(latencyMs.median), (0,words/* latency */.ZK)(latencyMs.p90)]),
            ]),
        },
        {
            title: 'Mirrors',
            head: ['Mirror', 'Of', 'Asked', 'Served', 'Other digest', 'Used', 'Median'],
            rows: stats.sources.mirrors
                .slice(0, ROWS)
                .map(({ host, upstream, asked, up, stale, chosen, latencyMs }) => [
                host,
                upstream,
                String(asked),
                (0,stats_words/* percent */.K)((0,collector/* shareOf */.tC)(up, asked)),
                String(stale),
                String(chosen),
                latencyMs === null ? '' : (0,words/* latency */.ZK)(latencyMs.median),
            ]),
        },
    ];
    return tables.filter(({ rows }) => rows.length > 0);
}
/** The statistics for a terminal. */
function statsText(stats, skipped) {
    const tables = statsTables(stats).map(({ title, head, rows }) => [title, ...(0,columns/* columns */.Y)([head, ...rows]).map(indented)]);
    const advice = stats.recommendations.flatMap(({ advice: what, evidence, setting, value }) => [
        indented((0,clean/* logLine */.BP)(`${what} ${setting}${value === null ? '' : `=${value}`}`)),
        indented(indented((0,clean/* logLine */.BP)(evidence))),
    ]);
    const sections = [
        headlines(stats, skipped),
        ...tables,
        ...(advice.length === 0 ? [] : [['Recommendations', ...advice]]),
    ];
    return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
function indented(line) {
    return `  ${line}`;
}

;// CONCATENATED MODULE: ./src/stats/page/style.ts
/** The style sheet of the page: both schemes by what the reader's system prefers. */
const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f8fa; --card: #ffffff; --ink: #1f2328; --quiet: #59636e; --rule: #d1d9e0;
  --good: #2da44e; --warn: #bf8700; --bad: #cf222e; --own: #8c959f; --plain: #0969da; --soft: #80b3ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --card: #151b23; --ink: #f0f6fc; --quiet: #9198a1; --rule: #3d444d;
    --good: #3fb950; --warn: #d29922; --bad: #f85149; --own: #6e7681; --plain: #4493f8; --soft: #1f5fb8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 32px 20px 64px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1080px; margin: 0 auto; }
h1 { font-size: 24px; margin: 0 0 4px; }
h2 { font-size: 16px; margin: 0 0 12px; }
p { margin: 0 0 4px; }
.quiet { color: var(--quiet); }
.grid-2 { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(460px, 100%), 1fr)); gap: 16px; margin-top: 16px; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 16px 18px; min-width: 0; }
section.wide { margin-top: 16px; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--ink); font-size: 13px; }
svg .tick, svg .value { fill: var(--quiet); font-size: 12px; }
.grid { stroke: var(--rule); stroke-width: 1; }
.line { fill: none; stroke: var(--plain); stroke-width: 2; }
.whisker { stroke: var(--quiet); stroke-width: 1.5; }
.s-good { fill: var(--good); } .s-warn { fill: var(--warn); } .s-bad { fill: var(--bad); }
.s-own { fill: var(--own); } .s-plain { fill: var(--plain); } .s-soft { fill: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 0; padding: 0; list-style: none; font-size: 13px; color: var(--quiet); }
.legend svg { display: inline-block; width: 10px; height: 10px; margin-right: 6px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 16px; margin-top: 16px; }
.figures b { display: block; font-size: 26px; font-weight: 600; line-height: 1.3; }
ol { margin: 0; padding-left: 20px; } ol li { margin-bottom: 10px; }
code { font: 13px/1.4 ui-monospace, SFMono-Regular, Menlo, monospace; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { text-align: right; padding: 5px 10px; border-bottom: 1px solid var(--rule); white-space: nowrap; font-variant-numeric: tabular-nums; }
th { color: var(--quiet); font-weight: 500; }
th.name, td.name { text-align: left; }
td.name { white-space: normal; overflow-wrap: anywhere; }
details h2 { margin-top: 20px; } summary { cursor: pointer; }
`;

// EXTERNAL MODULE: ./node_modules/escape-html/index.js
var escape_html = __webpack_require__(2759);
var escape_html_default = /*#__PURE__*/__webpack_require__.n(escape_html);
;// CONCATENATED MODULE: ./src/stats/page/svg.ts


/*
 * Charts as inline SVG. Colours are classes of the page's style sheet, so that they follow the reader's scheme; whatever
 * comes from a report is escaped here, where it becomes markup.
 */
/** Plain text as markup. */
function textOf(text) {
    return escape_html_default()((0,clean/* cleanLine */.Ow)(text));
}
const WIDTHS = { half: 480, whole: 1000 };
const ROW = 26;
const LABEL_WIDTHS = { half: 170, whole: 520 };
const TEXT_WIDTH = 140;
/** About the width of a character of a label. */
const CHARACTER = 7.4;
/** Horizontal bars with names and values; `full` is what a bar of the whole length stands for. */
function barList(title, bars, room, full) {
    const labelWidth = LABEL_WIDTHS[room];
    const largest = Math.max(full ?? 0, ...bars.map(({ value, mark = 0 }) => Math.max(value, mark)), Number.MIN_VALUE);
    const longest = WIDTHS[room] - labelWidth - TEXT_WIDTH;
    const x = (value) => labelWidth + round((value / largest) * longest);
    const rows = bars.map(({ label, value, mark, tone, text }, index) => {
        const top = index * ROW;
        const whisker = mark === undefined
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
function shortened(label, most) {
    const characters = [...(0,clean/* cleanLine */.Ow)(label)];
    return characters.length <= most ? characters.join('') : `${characters.slice(0, Math.floor(most) - 1).join('')}…`;
}
const HEIGHT = 180;
const LEFT = 48;
const BOTTOM = 24;
/** Stacked columns over time, with whole numbers at the side. */
function stackedColumns(title, columns, room) {
    const largest = Math.max(1, ...columns.map(({ parts }) => sum(parts.map(({ value }) => value))));
    const axis = axisOf(largest);
    const y = (value) => round(HEIGHT - (value / axis.top) * HEIGHT);
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
    return figure(title, room, HEIGHT + BOTTOM, grid(axis, WIDTHS[room], y, String) + bars.join('') + timeLabels(columns, WIDTHS[room], step));
}
/** A line over time; places without a value are passed over. */
function line(title, points, textAt, room) {
    const axis = axisOf(Math.max(Number.MIN_VALUE, ...points.map(({ value }) => value ?? 0)));
    const y = (value) => round(HEIGHT - (value / axis.top) * HEIGHT);
    const step = (WIDTHS[room] - LEFT) / Math.max(1, points.length);
    const at = points.flatMap(({ label, value, text }, index) => value === null ? [] : [{ x: round(LEFT + (index + 0.5) * step), y: y(value), title: `${label}: ${text}` }]);
    const path = at.map((point, index) => `${index === 0 ? 'M' : 'L'}${point.x} ${point.y}`).join('');
    const dots = at.map((point) => `<circle class="s-plain" cx="${point.x}" cy="${point.y}" r="3"><title>${textOf(point.title)}</title></circle>`);
    const body = `${grid(axis, WIDTHS[room], y, textAt)}<path class="line" d="${path}"/>${dots.join('')}${timeLabels(points, WIDTHS[room], step)}`;
    return figure(title, room, HEIGHT + BOTTOM, body);
}
/** Three to five marks at 1, 2 or 5 times a power of ten, the highest above the largest value. */
function axisOf(largest) {
    const power = 10 ** Math.floor(Math.log10(largest));
    const step = [0.2, 0.5, 1, 2].map((factor) => factor * power).find((one) => largest / one <= 4.5) ?? 5 * power;
    return { top: Math.ceil(largest / step) * step, step };
}
function grid({ top, step }, width, y, textAt) {
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
function timeLabels(items, width, step) {
    const every = Math.max(1, Math.ceil(LABEL_ROOM / step));
    return items
        .map(({ label }, index) => {
        const x = round(LEFT + index * step + Math.min(step * 0.5, 24));
        if (index % every !== 0 || x > width - LABEL_ROOM / 2)
            return '';
        return `<text class="tick" x="${x}" y="${HEIGHT + 18}" text-anchor="middle">${textOf(label)}</text>`;
    })
        .join('');
}
function figure(title, room, height, body) {
    // Room above for the half of the topmost tick.
    return `<svg viewBox="0 -10 ${WIDTHS[room]} ${height + 10}" role="img" aria-label="${textOf(title)}">${body}</svg>`;
}
function sum(values) {
    return values.reduce((total, value) => total + value, 0);
}
function round(value) {
    return Math.round(value * 10) / 10;
}

;// CONCATENATED MODULE: ./src/stats/page/page.ts






/** Columns of a chart over time; more days are put together. */
const MAX_COLUMNS = 60;
/** The statistics as one HTML file that needs nothing else, runs nothing and asks nobody. */
function statsPage(stats, skipped) {
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>smart-docker-build: builds in numbers</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Builds in numbers</h1>
${headlines(stats, skipped)
        .map((text) => `<p class="quiet">${textOf(text)}</p>`)
        .join('\n')}
${figures(stats)}
${recommendations(stats)}
${charts(stats).join('\n')}
${tables(stats)}
</main>
</body>
</html>
`;
}
function figures({ ends, failures, strategies }) {
    const good = ends.built + ends.recovered;
    const wanted = good + ends.infrastructure;
    const lost = failures.filter(({ ownFault }) => !ownFault).reduce((sum, { cost }) => sum + cost.total, 0);
    const usual = strategies.find(({ seconds }) => seconds !== null)?.seconds ?? null;
    const shown = [
        [wanted === 0 ? '–' : (0,stats_words/* percent */.K)((0,collector/* shareOf */.tC)(good, wanted)), 'of the builds that could succeeded'],
        [String(ends.recovered), 'recovered'],
        [String(ends.infrastructure), 'lost to the infrastructure'],
        [usual === null ? '–' : (0,words/* duration */.p0)(usual.median), 'a usual build'],
        [(0,words/* duration */.p0)(lost), 'cost of outages'],
    ];
    return `<div class="figures">${shown.map(([value, name]) => `<section><b>${textOf(value)}</b>${textOf(name)}</section>`).join('')}</div>`;
}
function recommendations({ recommendations: all }) {
    if (all.length === 0)
        return '';
    const items = all.map(({ advice, evidence, setting, value }) => {
        const change = value === null ? setting : `${setting}=${value}`;
        return `<li>${textOf(advice)} <code>${textOf(change)}</code><br><span class="quiet">${textOf(evidence)}</span></li>`;
    });
    return `<section class="wide"><h2>What to change</h2><ol>${items.join('')}</ol></section>`;
}
function charts(stats) {
    const days = grouped(stats.trend);
    const wide = stats.trend.length === 0 ? [] : [card('Builds over time', `${buildsOverTime(days)}${legend()}`, 'wide')];
    const small = [
        stats.trend.length < 2 ? '' : card('Seconds of a build (median)', secondsOverTime(days)),
        stats.strategies.length === 0 ? '' : card('Time by strategy (median, and nine of ten)', strategyBars(stats)),
        stats.phases.length === 0 ? '' : card('Where the time goes (median, and nine of ten)', phaseBars(stats)),
        stats.caches.some(({ imports }) => imports.asked > 0) ? card('Cache hits', cacheBars(stats)) : '',
        stats.failures.length === 0 ? '' : card('What failures cost', failureBars(stats)),
    ];
    const steps = stats.slowestSteps.length === 0 ? '' : card('Slowest steps (in all)', stepBars(stats), 'wide');
    return [...wide, `<div class="grid-2">${small.join('')}</div>`, steps];
}
function card(title, body, kind = '') {
    return `<section class="${kind}"><h2>${textOf(title)}</h2>${body}</section>`;
}
/** Days in the order of the calendar, several in one column where there are many. */
function grouped(trend) {
    const size = Math.max(1, Math.ceil(trend.length / MAX_COLUMNS));
    return Array.from({ length: Math.ceil(trend.length / size) }, (_, index) => {
        const days = trend.slice(index * size, (index + 1) * size);
        const total = (of) => days.reduce((sum, day) => sum + of(day), 0);
        const times = days.flatMap(({ medianSeconds }) => medianSeconds ?? []).toSorted((a, b) => a - b);
        return {
            label: days[0]?.day ?? '',
            built: total(({ built }) => built),
            recovered: total(({ recovered }) => recovered),
            failed: total(({ failed }) => failed),
            ownFault: total(({ ownFault }) => ownFault),
            medianSeconds: times[Math.floor((times.length - 1) / 2)] ?? null,
            lowestScore: Math.min(...days.map(({ lowestScore }) => lowestScore)),
        };
    });
}
const PARTS = [
    { key: 'built', name: 'built', tone: 'good' },
    { key: 'recovered', name: 'recovered', tone: 'warn' },
    { key: 'failed', name: 'lost to the infrastructure', tone: 'bad' },
    { key: 'ownFault', name: 'failed on their own', tone: 'own' },
];
function buildsOverTime(days) {
    const columns = days.map((day) => ({
        label: day.label,
        parts: PARTS.map(({ key, name, tone }) => ({ name, tone, value: day[key] })),
    }));
    return stackedColumns('Builds over time', columns, 'whole');
}
function legend() {
    const items = PARTS.map(({ name, tone }) => `<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="s-${tone}" width="10" height="10" rx="2"/></svg>${textOf(name)}</li>`);
    return `<ul class="legend">${items.join('')}</ul>`;
}
function secondsOverTime(days) {
    const points = days.map(({ label, medianSeconds }) => {
        return { label, value: medianSeconds, text: medianSeconds === null ? '' : (0,words/* duration */.p0)(medianSeconds) };
    });
    return line('Seconds of a build', points, (seconds) => (0,words/* duration */.p0)(seconds), 'half');
}
function strategyBars({ strategies }) {
    const bars = strategies.flatMap(({ strategy, seconds, successRate }) => seconds === null ? [] : [spread(strategy, seconds, `, ${(0,stats_words/* percent */.K)(successRate)} succeed`)]);
    return barList('Time by strategy', bars, 'half');
}
function phaseBars({ phases }) {
    return barList('Where the time goes', phases.map((phase) => spread(phase.phase, phase)), 'half');
}
function spread(label, { median, p90 }, more = '') {
    return { label, value: median, mark: p90, tone: 'plain', text: `${(0,words/* duration */.p0)(median)}${more}` };
}
function cacheBars({ caches }) {
    const bars = caches
        .filter(({ imports }) => imports.asked > 0)
        .map(({ backend, hitRate, imports }) => {
        const tone = hitRate >= 0.5 ? 'good' : hitRate >= 0.2 ? 'warn' : 'bad';
        return { label: backend, value: hitRate, tone, text: `${(0,stats_words/* percent */.K)(hitRate)} of ${imports.asked}` };
    });
    return barList('Cache hits', bars, 'half', 1);
}
/** Rows of a chart. */
const page_ROWS = 10;
function failureBars({ failures }) {
    const bars = failures.slice(0, page_ROWS).map(({ class: kind, component, cost, attempts, ownFault }) => {
        const label = component === null ? kind : `${(0,words/* serviceName */.fe)(component)}: ${kind}`;
        const tone = ownFault ? 'own' : 'bad';
        return { label, value: cost.total, tone, text: `${(0,words/* duration */.p0)(cost.total)}, ${attempts} times` };
    });
    return barList('What failures cost', bars, 'half');
}
function stepBars({ slowestSteps }) {
    const bars = slowestSteps.map(({ name, seconds, runs }) => {
        return {
            label: name,
            value: seconds.total,
            tone: 'soft',
            text: `${(0,words/* duration */.p0)(seconds.total)}, ${runs} times`,
        };
    });
    return barList('Slowest steps', bars, 'whole');
}
function tables(stats) {
    const all = statsTables(stats).map((table) => `<h2>${textOf(table.title)}</h2>${tableOf(table)}`);
    return `<section class="wide"><details><summary>All numbers</summary>${all.join('')}</details></section>`;
}
function tableOf({ head, rows }) {
    const isNumber = (column) => rows.every((row) => /^[\d.]*( ?(%|ms|s|m|h|d|\d)[\d smhd]*)?$/.test(row[column] ?? ''));
    const cell = (tag, text, column) => `<${tag}${isNumber(column) ? '' : ' class="name"'}>${textOf(text)}</${tag}>`;
    const lineOf = (tag, cells) => `<tr>${cells.map((text, column) => cell(tag, text, column)).join('')}</tr>`;
    return `<div class="scroll"><table>${lineOf('th', head)}${rows.map((row) => lineOf('td', row)).join('')}</table></div>`;
}

// EXTERNAL MODULE: ./src/stats/read-reports.ts + 12 modules
var read_reports = __webpack_require__(9612);
;// CONCATENATED MODULE: ./src/commands/stats.ts





/** Counts the reports of a directory and prints what comes of it; gives back the exit code. */
function printStats(asked, raw, { stdout, stderr }) {
    const folder = asked.folder ?? (raw('reports-path').text || (0,external_node_path_.join)(raw('cache-local-path').text, 'reports'));
    if (!(0,external_node_fs_.existsSync)(folder)) {
        stderr.write(`stats: there is no ${folder}; name the directory with the reports\n`);
        return 2;
    }
    try {
        const { stats, skipped } = (0,read_reports/* readReports */.o)(folder);
        if (asked.html !== null) {
            (0,external_node_fs_.writeFileSync)(asked.html, statsPage(stats, skipped));
            stderr.write(`Written to ${asked.html}\n`);
        }
        if (asked.json)
            stdout.write(`${JSON.stringify({ ...stats, skipped }, null, 2)}\n`);
        else if (asked.html === null)
            stdout.write(statsText(stats, skipped));
        return 0;
    }
    catch (error) {
        stderr.write(`stats: ${error instanceof Error ? error.message : String(error)}\n`);
        return 2;
    }
}


/***/ })

};
