export const id = 409;
export const ids = [409];
export const modules = {

/***/ 9409:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  monitorRun: () => (/* binding */ monitorRun)
});

// EXTERNAL MODULE: ./src/report/log-health.ts
var log_health = __webpack_require__(1739);
// EXTERNAL MODULE: ./src/report/markdown.ts
var markdown = __webpack_require__(4285);
// EXTERNAL MODULE: ./src/report/words.ts + 3 modules
var words = __webpack_require__(1382);
;// CONCATENATED MODULE: ./src/monitor/decide.ts
/** Checks in a row in which a service must be down before people are told: one is a hiccup. */
const ROW = 3;
/**
 * What becomes of the one issue after a check. A check that saw nothing changes nothing. Pure.
 *
 * @param checks so far, oldest first, the new one last
 */
function decide(checks, issue) {
    const last = checks.at(-1);
    if (last === undefined || last.isBlind)
        return { kind: 'nothing' };
    const lasting = downInARow(checks);
    if (issue === null)
        return lasting.length === 0 ? { kind: 'nothing' } : { kind: 'open', services: lasting };
    const down = downIn(last);
    const went = issue.services.filter((name) => !down.includes(name));
    const services = [...new Set([...issue.services.filter((name) => down.includes(name)), ...lasting])];
    if (services.length === 0)
        return { kind: 'close', number: issue.number, went };
    const came = services.filter((name) => !issue.services.includes(name));
    return { kind: 'update', number: issue.number, services, came, went };
}
function downIn(check) {
    return check.services.filter(({ isDown }) => isDown).map(({ name }) => name);
}
function downInARow(checks) {
    const row = checks.filter(({ isBlind }) => !isBlind).slice(-ROW);
    const [first, ...rest] = row;
    if (first === undefined || row.length < ROW)
        return [];
    return downIn(first).filter((name) => rest.every((check) => downIn(check).includes(name)));
}
/** Since when a service is down, milliseconds since the epoch, as far as the checks go back; null where it is not. */
function downSince(checks, name) {
    let since = null;
    for (const check of checks.filter(({ isBlind }) => !isBlind).toReversed()) {
        if (!downIn(check).includes(name))
            break;
        since = check.atMs;
    }
    return since;
}

;// CONCATENATED MODULE: ./src/monitor/issue-text.ts




/** By this the issue is found again, and the services that it names. */
const MARK = /<!-- smart-docker-build monitor: (\[.*?\]) -->/;
/** The services that an issue's text names; null where the issue is none of ours. */
function servicesIn(body) {
    try {
        const names = JSON.parse(MARK.exec(body)?.[1] ?? 'null');
        return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : null;
    }
    catch {
        return null;
    }
}
function issueTitle(services) {
    return `Build infrastructure: ${namesOf(services)} ${services.length === 1 ? 'is' : 'are'} down`;
}
function namesOf(services) {
    return (0,words/* listed */.KE)(services.map((name) => (0,markdown/* prose */.CS)((0,words/* serviceName */.fe)(name))));
}
function issueBody(services, { checks, statusPages, runUrl }) {
    const last = checks.at(-1);
    const rows = services.map((name) => {
        const since = downSince(checks, name);
        const evidence = last?.services.find((service) => service.name === name)?.evidence ?? '';
        const page = statusPages.find(({ service }) => service === name);
        const said = page === undefined ? '' : `${page.page}: ${(0,log_health/* pageText */.xe)(page, last?.atMs ?? 0)}`;
        return [(0,markdown/* prose */.CS)((0,words/* serviceName */.fe)(name)), since === null ? '' : timeText(since), (0,markdown/* prose */.CS)(evidence), (0,markdown/* prose */.CS)(said)];
    });
    return (0,markdown/* blocks */.Bv)(
    // A name cannot end the comment: quotes and brackets of JSON, and no `>`.
    `<!-- smart-docker-build monitor: ${JSON.stringify(services).replaceAll('>', '')} -->`, `This repository's builds need ${namesOf(services)}, and the last checks found ${services.length === 1 ? 'it' : 'them'} down.`, (0,markdown/* table */.tp)(['Service', 'Down since', 'What it answered', 'Its status page'], rows), 'Builds take what they can from mirrors and caches meanwhile. This text is brought up to date by every check, and the issue is closed when all is well again.', runUrl === null ? null : `Last check: ${last === undefined ? '' : timeText(last.atMs)}, ${runUrl}`);
}
/** What changed, for a comment. */
function changeText(came, went) {
    const parts = [
        came.length === 0 ? '' : `${namesOf(came)} ${came.length === 1 ? 'is' : 'are'} down as well.`,
        went.length === 0 ? '' : `${namesOf(went)} ${went.length === 1 ? 'is' : 'are'} well again.`,
    ];
    return parts.filter((part) => part !== '').join(' ');
}
function timeText(ms) {
    return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

;// CONCATENATED MODULE: ./src/monitor/github-issues.ts

const LABEL = 'build-infrastructure';
const TIMEOUT_MS = 30_000;
/** The issues of a repository, by GitHub's own toolkit, which is loaded here and nowhere before. */
async function openIssues(token, repository, baseUrl) {
    const { getOctokit } = await __webpack_require__.e(/* import() */ 413).then(__webpack_require__.bind(__webpack_require__, 2413));
    const { issues } = getOctokit(token, { baseUrl }).rest;
    const [owner = '', repo = ''] = repository.split('/');
    const of = () => {
        return { owner, repo, request: { signal: AbortSignal.timeout(TIMEOUT_MS) } };
    };
    return {
        find: async () => {
            const { data } = await issues.listForRepo({ ...of(), state: 'open', labels: LABEL, per_page: 100 });
            const ours = data.flatMap(({ number, body }) => {
                const services = servicesIn(body ?? '');
                return services === null ? [] : [{ number, services }];
            });
            return ours.toSorted((a, b) => a.number - b.number)[0] ?? null;
        },
        open: async (title, body) => (await issues.create({ ...of(), title, body, labels: [LABEL] })).data.number,
        update: async (number, title, body) => {
            await issues.update({ ...of(), issue_number: number, title, body });
        },
        comment: async (number, body) => {
            await issues.createComment({ ...of(), issue_number: number, body });
        },
        close: async (number) => {
            await issues.update({ ...of(), issue_number: number, state: 'closed', state_reason: 'completed' });
        },
    };
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./src/monitor/badge.ts

function badgeOf({ score, isBlind, services }) {
    const badge = (message, color) => {
        return { schemaVersion: 1, label: 'build infrastructure', message, color };
    };
    if (isBlind)
        return badge('not known', 'lightgrey');
    const down = services.filter(({ isDown }) => isDown).map(({ name }) => (0,words/* serviceName */.fe)(name));
    if (down.length > 0)
        return badge(down.length > 2 ? `${down.length} services down` : `${down.join(', ')} down`, 'red');
    return badge(`${score}/100`, score >= 80 ? 'brightgreen' : score >= 60 ? 'yellow' : 'orange');
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 13 modules
var schemas = __webpack_require__(5491);
;// CONCATENATED MODULE: ./src/monitor/history.ts

/** One service that the repository needs, as a check saw it. */
const seen = schemas/* object */.Ikc({ name: schemas/* string */.YjP(), isDown: schemas/* boolean */.zMY(), evidence: schemas/* string */.YjP() });
const check = schemas/* object */.Ikc({
    atMs: schemas/* number */.aig(),
    score: schemas/* number */.aig(),
    /** The runner itself had no way out: the check says nothing of anybody. */
    isBlind: schemas/* boolean */.zMY(),
    services: schemas/* array */.YOg(seen),
});
const schema = schemas/* object */.Ikc({ version: schemas/* literal */.euz(1), checks: schemas/* array */.YOg(check) });
/** Checks that are kept: a week of one every half an hour. */
const MAX_CHECKS = 336;
/** The checks so far, oldest first; a missing or broken file is a history that begins today. */
function readHistory(text) {
    try {
        return schema.parse(JSON.parse(text ?? '')).checks;
    }
    catch {
        return [];
    }
}
function historyText(checks) {
    return `${JSON.stringify({ version: 1, checks: checks.slice(-MAX_CHECKS) })}\n`;
}

;// CONCATENATED MODULE: ./src/monitor/monitor.ts






/** Adds a check to the history, writes the badge, and opens, updates or closes the issue. */
async function monitor(question) {
    const { check, folder, statusPages, runUrl, issues, warn } = question;
    const historyFile = (0,external_node_path_.join)(folder, 'history.json');
    const badgeFile = (0,external_node_path_.join)(folder, 'badge.json');
    const checks = [...readHistory(await (0,promises_.readFile)(historyFile, 'utf8').catch(() => null)), check];
    await (0,promises_.mkdir)(folder, { recursive: true });
    await (0,promises_.writeFile)(historyFile, historyText(checks));
    await (0,promises_.writeFile)(badgeFile, `${JSON.stringify(badgeOf(check))}\n`);
    if (issues === null)
        return { badgeFile, step: { kind: 'nothing' }, issue: null };
    try {
        const found = await issues.find();
        const step = decide(checks, found);
        return { badgeFile, step, issue: await take(step, issues, { checks, statusPages, runUrl }) };
    }
    catch (error) {
        // The next check tells it: nothing of the state is kept but in the issue itself.
        warn(`the issue: ${error instanceof Error ? error.message : String(error)}`);
        return { badgeFile, step: { kind: 'nothing' }, issue: null };
    }
}
async function take(step, issues, facts) {
    switch (step.kind) {
        case 'nothing':
            return null;
        case 'open':
            return await issues.open(issueTitle(step.services), issueBody(step.services, facts));
        case 'update': {
            await issues.update(step.number, issueTitle(step.services), issueBody(step.services, facts));
            const change = changeText(step.came, step.went);
            if (change !== '')
                await issues.comment(step.number, change);
            return step.number;
        }
        case 'close':
            await issues.comment(step.number, changeText([], step.went));
            await issues.close(step.number);
            return step.number;
    }
}

// EXTERNAL MODULE: ./src/flow/runner-cache.ts
var runner_cache = __webpack_require__(4063);
;// CONCATENATED MODULE: ./src/flow/monitor-run.ts



/** `mode: monitor` after its check: history, badge and issue, kept from job to job in the Actions cache. */
async function monitorRun(safe, ports) {
    const { env, token, warn } = ports;
    const { monitorPath: folder } = safe.inputs.settings;
    const isThere = ports.openRunnerCache !== null && safe.health.ghaCacheAvailable;
    const cache = isThere ? await ports.openRunnerCache(runner_cache/* RUNNER_CACHE_MS */.Jj) : null;
    const keys = cache === null ? null : (0,runner_cache/* monitorKeys */.Dv)(cache.ref, ports.runId);
    if (cache !== null && keys !== null)
        await cache.restore(folder, keys.key, keys.olderKeys);
    const repository = env['GITHUB_REPOSITORY'] ?? '';
    const isTold = token !== '' && repository !== '';
    if (!isTold)
        warn('Nobody is told of an outage: give github-token, of a job that grants issues: write');
    const done = await monitor({
        check: {
            atMs: safe.health.checkedAtMs,
            score: safe.health.score.total,
            isBlind: safe.health.services.internet?.state === 'down' || safe.health.services.dns?.state === 'down',
            services: [...(safe.needed ?? [])],
        },
        statusPages: safe.health.statusPages ?? [],
        folder,
        runUrl: safe.facts.runner.runUrl,
        issues: isTold ? await openIssues(token, repository, env['GITHUB_API_URL'] || 'https://api.github.com') : null,
        warn,
    });
    if (cache !== null && keys !== null && !cache.ref.readOnly)
        await cache.save(folder, keys.key);
    return done;
}


/***/ })

};
