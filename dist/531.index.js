export const id = 531;
export const ids = [531];
export const modules = {

/***/ 5531:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  watchHealth: () => (/* binding */ watchHealth)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./src/health/services.ts
var services = __webpack_require__(9340);
// EXTERNAL MODULE: ./src/report/clean.ts
var clean = __webpack_require__(23);
// EXTERNAL MODULE: ./src/report/columns.ts
var columns = __webpack_require__(1197);
// EXTERNAL MODULE: ./src/report/outages.ts + 1 modules
var outages = __webpack_require__(6263);
// EXTERNAL MODULE: ./src/report/log-health.ts
var log_health = __webpack_require__(1739);
// EXTERNAL MODULE: ./src/report/words.ts
var words = __webpack_require__(2691);
;// CONCATENATED MODULE: ./src/report/watch.ts






/** Checks whose states are shown. */
const SHOWN = 20;
/**
 * The table after every check.
 *
 * @param history the checks so far, oldest first, at least one
 */
function watchTable(history, nextInMs) {
    const last = history.at(-1);
    if (last === undefined)
        return [];
    const pages = new Map((last.statusPages ?? []).map((page) => [page.service, (0,log_health/* pageText */.xe)(page, last.checkedAtMs)]));
    const rows = namesOf(last).map(([name, id]) => {
        const seen = history.slice(-SHOWN).map((health) => seenOf(health, name));
        const now = seen.at(-1) ?? null;
        return [
            name,
            stateWord(now),
            now?.latencyMs == null || now.state === 'down' ? '' : (0,words/* latency */.ZK)(now.latencyMs),
            seen.map(mark).join(''),
            sinceText(history, name),
            id === null ? '' : (pages.get(id) ?? ''),
        ];
    });
    const next = nextInMs === null ? '' : `, next in ${Math.round(nextInMs / 1000)} s`;
    return [
        `Infrastructure health ${last.score.total}/100   check ${history.length} at ${timeOf(last.checkedAtMs)}${next}`,
        '',
        ...(0,columns/* columns */.Y)([['Service', 'State', 'Time', 'Last checks', 'Since', 'Its status page'], ...rows]),
    ];
}
/** One line for a check, and one for every service that changed since the one before. */
function watchLines(health, before) {
    const time = timeOf(health.checkedAtMs);
    const bad = namesOf(health).filter(([name]) => isBad(seenOf(health, name)));
    const list = bad.length === 0 ? 'all well' : bad.map(([name]) => `${name} ${stateWord(seenOf(health, name))}`).join(', ');
    const changes = namesOf(health).flatMap(([name]) => {
        const now = seenOf(health, name);
        if (before === null || now === null || now.state === seenOf(before, name)?.state)
            return [];
        return [`${time}  ${(0,clean/* logLine */.BP)(`${name} is ${stateWord(now)} now: ${now.evidence}`)}`];
    });
    return [`${time}  ${health.score.total}/100  ${list}`, ...changes];
}
function namesOf(health) {
    return [
        ...services/* SERVICES */.Bg.filter(({ id }) => id !== 'go-proxies').map(({ id }) => [(0,words/* serviceName */.fe)(id), id]),
        ...health.goProxies.map(({ url }) => [(0,outages/* hostOf */.w)(url), null]),
        ...Object.keys(health.targets).map((host) => [(0,words/* serviceName */.fe)(host), null]),
    ];
}
function seenOf(health, name) {
    const service = services/* SERVICES */.Bg.find(({ id }) => (0,words/* serviceName */.fe)(id) === name);
    if (service !== undefined)
        return health.services[service.id];
    const proxy = health.goProxies.find(({ url }) => (0,outages/* hostOf */.w)(url) === name);
    const target = Object.entries(health.targets).find(([host]) => (0,words/* serviceName */.fe)(host) === name);
    return proxy?.observation ?? target?.[1] ?? null;
}
function isBad(seen) {
    return seen !== null && seen.state !== 'up' && seen.state !== 'unknown';
}
function stateWord(seen) {
    switch (seen?.state) {
        case undefined:
            return 'not applicable';
        case 'unknown':
            return 'not known';
        case 'limited':
            return 'out of pulls';
        case 'up':
        case 'slow':
        case 'down':
            return seen.state;
    }
}
/** One character a check, that a screen without colours shows as well. */
function mark(seen) {
    switch (seen?.state) {
        case undefined:
        case 'unknown':
            return '·';
        case 'up':
            return '▁';
        case 'slow':
            return '▄';
        case 'limited':
            return '▆';
        case 'down':
            return '█';
    }
}
/** When a service became what it is now; nothing where that was before the first check. */
function sinceText(history, name) {
    const state = seenOf(history.at(-1) ?? {}, name)?.state;
    const changed = history.findLastIndex((health) => seenOf(health, name)?.state !== state);
    const first = history[changed + 1];
    return changed === -1 || first === undefined ? '' : timeOf(first.checkedAtMs);
}
function timeOf(ms) {
    return new Date(ms).toISOString().slice(11, 19);
}

;// CONCATENATED MODULE: ./src/commands/watch.ts


/** Checks that are remembered. */
const REMEMBERED = 500;
/** To the upper left corner, and everything below it cleared: no flicker, and nothing of the shell's history is lost. */
const REDRAW = '\u001b[H\u001b[J';
/** Checks the health again and again, until the signal or the number of checks ends it. */
async function watchHealth({ intervalMs, checks }, ports) {
    const history = [];
    for (let count = 1;; count++) {
        const health = await ports.check();
        if (ports.signal.aborted)
            return;
        const before = history.at(-1) ?? null;
        history.push(health);
        if (history.length > REMEMBERED)
            history.shift();
        const isLast = checks !== null && count >= checks;
        const lines = ports.isTerminal ? watchTable(history, isLast ? null : intervalMs) : watchLines(health, before);
        ports.write(`${ports.isTerminal ? REDRAW : ''}${lines.join('\n')}\n`);
        if (isLast)
            return;
        const ended = await (0,promises_.setTimeout)(intervalMs, false, { signal: ports.signal }).catch(() => true);
        if (ended)
            return;
    }
}


/***/ })

};
