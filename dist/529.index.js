export const id = 529;
export const ids = [529];
export const modules = {

/***/ 2529:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  printDiagnosis: () => (/* binding */ printDiagnosis)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./src/failure/classify.ts + 19 modules
var classify = __webpack_require__(8644);
;// CONCATENATED MODULE: ./src/failure/paste.ts
/** What people and their tools do to a log before they show it to somebody: undone as far as it can be told. */
function asPrinted(text) {
    const lines = withoutMarkup(text).split(/\r?\n/);
    return unwrapped(withoutMargin(lines)).join('\n');
}
const entities = {
    '&quot;': '"',
    '&#34;': '"',
    '&#39;': "'",
    '&#x27;': "'",
    '&apos;': "'",
    '&lt;': '<',
    '&gt;': '>',
    '&nbsp;': ' ',
};
/** Entities of a page, and the quotation marks of a word processor. */
function withoutMarkup(text) {
    return text
        .replace(/&(?:quot|#34|#39|#x27|apos|lt|gt|nbsp);/g, (entity) => entities[entity] ?? entity)
        .replaceAll('&amp;', '&')
        .replace(/[“”„]/g, '"')
        .replace(/[‘’]/g, "'")
        .replaceAll('\u00a0', ' ');
}
/** What may stand before each line of a whole log: a quote, a list, a frame, a stream's name, a clock, a line's number. */
const margins = [
    /^\s*(?:>|\||│|\*|\/\/) ?/,
    /^\s*\[(?:std)?(?:err|out)\] ?/i,
    // Not a runner's time stamp: what belongs to it follows (`lines.ts`).
    /^(?!\d{4}-\d\d-\d\dT\S+Z )\s*\[?\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]? ?/,
];
const number = /^\s*\d{1,6}(?:\s*[|:])? {0,2}/;
const fewestLines = 3;
/** Without what stands before every line. Two lines of a log may begin alike by chance, all of them do not. */
function withoutMargin(lines) {
    const filled = lines.filter((line) => line.trim() !== '');
    if (filled.length < fewestLines)
        return lines;
    const margin = margins.find((entry) => filled.every((line) => entry.test(line))) ?? (isNumbered(filled) ? number : undefined);
    return margin === undefined ? lines : lines.map((line) => line.replace(margin, ''));
}
function isNumbered(lines) {
    const numbers = lines.map((line) => /^\s*(\d{1,6})(?:\s*[|:]|\s|$)/.exec(line)?.[1]);
    return numbers.every((number, i) => {
        const before = i === 0 ? undefined : numbers[i - 1];
        return number !== undefined && (before === undefined || Number(number) - Number(before) === 1);
    });
}
const narrowest = 60;
const widest = 160;
const nearEdge = 12;
/** A line that cannot be the rest of another: the engine's, a runner's, a tool's that names itself, an indented one. */
const beginsAnew = /^\s|^[^\t]*\t[^\t]*\t\uFEFF?\d{4}-|^(?:#\d+ |=> |-{3,}|---> |\d+\.\d+ |Step \d|STEP \d|RUN |Error|ERROR|error|fatal|warning|WARN|[EW]: |Err:|Get:|Ign:|Hit:|npm |go: |\[\w+\]|\[\+\]|\+ |\$ |\w+: line \d|at |Caused by|Traceback|curl: |The command |\d{4}-\d\d-\d\d|##\[|::)/;
/** Without the line breaks of a narrow window: a line is broken where the next word would have passed the edge. */
function unwrapped(lines) {
    const edge = lines.reduce((longest, line) => Math.max(longest, line.length), 0);
    // One line is always the longest; a window's edge stops several.
    const full = lines.filter((line) => line.length > edge - nearEdge);
    if (edge < narrowest || edge > widest || full.length < fewestLines)
        return lines;
    const out = [];
    let last = '';
    for (const line of lines) {
        const whole = out.at(-1);
        const word = /^\S+/.exec(line)?.[0] ?? '';
        if (whole !== undefined && word !== '' && !beginsAnew.test(line) && last.length + 1 + word.length > edge)
            out[out.length - 1] = last.length === edge && !/[,:;.]$/.test(last) ? whole + line : `${whole} ${line}`;
        else
            out.push(line);
        last = line;
    }
    return out;
}

// EXTERNAL MODULE: ./src/failure/explain.ts
var explain = __webpack_require__(2837);
// EXTERNAL MODULE: ./src/failure/progress.ts + 6 modules
var progress = __webpack_require__(892);
;// CONCATENATED MODULE: ./src/failure/text.ts
/** As far as git looks for what no text holds (xdiff-interface.c `buffer_is_binary`). */
const lookedAt = 8000;
/** The text of a log: UTF-8, or UTF-16 behind its mark, as Windows PowerShell writes it; null where it is no text. */
function textOf(bytes) {
    const [first, second] = bytes;
    if (first === 0xff && second === 0xfe)
        return new TextDecoder('utf-16le').decode(bytes);
    if (first === 0xfe && second === 0xff)
        return new TextDecoder('utf-16be').decode(bytes);
    return bytes.subarray(0, lookedAt).includes(0) ? null : new TextDecoder('utf-8').decode(bytes);
}
// Everything that a terminal obeys, but line ends and tabs.
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Somebody else's text, fit for a terminal: it cannot move the cursor, nor change what stands there. */
function withoutControls(text) {
    return text.replace(obeyed, '');
}

;// CONCATENATED MODULE: ./src/failure/diagnose.ts





/** Explains any build log: class, whether another try is worth it, whose service, which step, and what to do next. */
function diagnose(text) {
    return (0,classify/* classify */.L)((0,progress/* readLog */.x)(asPrinted(text)));
}
/** The diagnosis for people at a terminal. */
function renderDiagnosis(diagnosis) {
    const { step, dockerfile } = diagnosis;
    const number = step?.number === null || step === null ? '' : `#${step.number} `;
    const verdict = diagnosis.retryable ? 'worth another try' : 'final: another try would fail the same way';
    const rows = [
        ['class', (0,explain/* isFailure */.N6)(diagnosis) ? `${diagnosis.class} (${verdict})` : null],
        ['component', diagnosis.component],
        ['step', step === null ? null : `${number}${step.name === '' ? step.kind : step.name}`],
        ['next', diagnosis.advice],
    ];
    const lines = [diagnosis.headline, ''];
    for (const [label, value] of rows)
        if (value !== null)
            lines.push(`  ${label.padEnd(10)} ${value}`);
    if (dockerfile !== null)
        lines.push('', `  ${dockerfile.file}:${dockerfile.line}`, ...dockerfile.excerpt.map((line) => `  ${line}`));
    if (diagnosis.evidence.length > 0)
        lines.push('', '  evidence', ...diagnosis.evidence.map((line) => `    ${line}`));
    return withoutControls(`${lines.join('\n')}\n`);
}

;// CONCATENATED MODULE: ./src/commands/diagnose.ts



/** Explains a build log, of standard input where no file is named; gives back the exit code: 2 for what cannot be read. */
async function printDiagnosis(file, json, stdin, { stdout, stderr }) {
    try {
        const text = textOf(file === null ? await readAll(stdin) : await (0,promises_.readFile)(file));
        if (text === null) {
            stderr.write(`diagnose: ${file ?? 'standard input'} is no text: what is packed must be unpacked first\n`);
            return 2;
        }
        const diagnosis = diagnose(text);
        stdout.write(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : `${renderDiagnosis(diagnosis)}\n`);
        return 0;
    }
    catch (error) {
        stderr.write(`diagnose: ${error instanceof Error ? error.message : String(error)}\n`);
        return 2;
    }
}
async function readAll(stream) {
    const chunks = [];
    for await (const chunk of stream)
        chunks.push(chunk);
    return Buffer.concat(chunks);
}


/***/ })

};
