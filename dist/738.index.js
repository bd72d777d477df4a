export const id = 738;
export const ids = [738];
export const modules = {

/***/ 5738:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  printMirrorCheck: () => (/* binding */ printMirrorCheck)
});

// UNUSED EXPORTS: catalogueDiff

// EXTERNAL MODULE: ./src/report/columns.ts
var columns = __webpack_require__(1197);
// EXTERNAL MODULE: ./src/report/words.ts
var words = __webpack_require__(2691);
;// CONCATENATED MODULE: ./src/mirrors/catalogue-text.ts
/** The keys in the order of the file. */
const KEYS = [
    ...['kind', 'upstream', 'mirror', 'mapping', 'operator', 'trust', 'region', 'state', 'since', 'evidence'],
];
/** The catalogue as its file has it, to the letter: an entry a block, its mapping in one line. */
function catalogueText(entries) {
    const blocks = entries.map((entry) => {
        const lines = KEYS.map((key) => `    ${JSON.stringify(key)}: ${inline(entry[key])}`);
        return `  {\n${lines.join(',\n')}\n  }`;
    });
    return `[\n${blocks.join(',\n')}\n]\n`;
}
function inline(value) {
    if (typeof value !== 'object' || value === null)
        return JSON.stringify(value);
    const parts = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${JSON.stringify(part)}`);
    return `{ ${parts.join(', ')} }`;
}
/** An entry as a proposal would have it: the reason comes before the evidence there was. */
function proposed(entry, { state, trust, reason }, day) {
    const evidence = `${reason.replace(/\.$/, '')}. ${entry.evidence}`;
    const changed = { ...entry, state: state ?? entry.state, since: state === undefined ? entry.since : day, evidence };
    return trust === undefined || changed.kind !== 'registry' ? changed : { ...changed, trust };
}
const CONTEXT = 3;
/**
 * A unified diff of two texts with the same number of lines, as `git apply` takes it; empty where they are equal.
 *
 * @param path of the file, from the root of the repository
 */
function unifiedDiff(path, before, after) {
    const [old, now] = [before, after].map((text) => text.replace(/\n$/, '').split('\n'));
    const changed = old.flatMap((line, index) => (line === now[index] ? [] : [index]));
    if (changed.length === 0)
        return '';
    const hunks = [];
    for (const index of changed) {
        const from = Math.max(0, index - CONTEXT);
        const to = Math.min(old.length, index + CONTEXT + 1);
        const last = hunks.at(-1);
        if (last !== undefined && from <= last.to)
            last.to = to;
        else
            hunks.push({ from, to });
    }
    const texts = hunks.map(({ from, to }) => {
        const head = `@@ -${from + 1},${to - from} +${from + 1},${to - from} @@`;
        return [head, ...hunkLines(old.slice(from, to), now.slice(from, to))].join('\n');
    });
    return `--- a/${path}\n+++ b/${path}\n${texts.join('\n')}\n`;
}
/** Changed lines in a row are taken out together and put in together. */
function hunkLines(old, now) {
    const lines = [];
    let added = [];
    for (const [index, line] of old.entries()) {
        const replaced = now[index] ?? '';
        if (line === replaced) {
            lines.push(...added, ` ${line}`);
            added = [];
        }
        else {
            lines.push(`-${line}`);
            added.push(`+${replaced}`);
        }
    }
    return [...lines, ...added];
}

// EXTERNAL MODULE: ./src/registry/catalogue.ts + 1 modules
var catalogue = __webpack_require__(8279);
// EXTERNAL MODULE: ./src/health/probe-network.ts
var probe_network = __webpack_require__(2483);
// EXTERNAL MODULE: ./src/registry/answer.ts
var registry_answer = __webpack_require__(4229);
// EXTERNAL MODULE: ./src/registry/manifest.ts
var registry_manifest = __webpack_require__(506);
// EXTERNAL MODULE: ./src/registry/reference.ts
var reference = __webpack_require__(9310);
;// CONCATENATED MODULE: ./src/mirrors/samples.ts

/** Images that a registry's mirrors are asked for: small, popular, with tags that move and tags that do not. */
const SAMPLES = {
    'docker.io': ['alpine:latest', 'debian:stable-slim', 'golang:latest', 'busybox:latest'],
    'gcr.io': ['gcr.io/distroless/static-debian12:nonroot', 'gcr.io/distroless/base-debian12:latest'],
    'quay.io': ['quay.io/prometheus/busybox:latest', 'quay.io/prometheus/node-exporter:latest'],
    'registry.k8s.io': ['registry.k8s.io/pause:3.10', 'registry.k8s.io/coredns/coredns:v1.11.3'],
};
/** The only tag that matters of a mirror of a single repository. */
const ONE_TAG = { 'moby/buildkit': 'buildx-stable-1' };
/**
 * The images that a mirror is asked for.
 *
 * @param given images to ask for in place of the usual ones; those of other registries are left out
 * @param map how the mirror names a repository, null for what it does not have
 */
function samplesFor(upstream, given, map) {
    const names = given.length > 0 ? given : [...(SAMPLES[upstream] ?? []), ...oneNames(upstream)];
    return names.flatMap((name) => {
        const parsed = (0,reference/* parseReference */.F2)(name);
        if (parsed.kind !== 'parsed' || parsed.reference.registry !== upstream)
            return [];
        const image = parsed.reference;
        const repository = map(image.repository);
        return repository === null ? [] : [{ image, tag: (0,reference/* tagOrLatest */.DL)(image), repository }];
    });
}
function oneNames(upstream) {
    return Object.entries(ONE_TAG).map(([repository, tag]) => `${upstream}/${repository}:${tag}`);
}
/** Mirrors of a single repository are asked for that one only; the others not for it. */
function isSampleOf(entry, repository) {
    return entry.mapping.kind === 'one' || !(repository in ONE_TAG);
}

;// CONCATENATED MODULE: ./src/mirrors/ask.ts





/** How long one answer is waited for. */
const TIMEOUT_MS = 15_000;
/** Asks a mirror, and its upstream beside it, for a sample of images. */
async function askRegistryMirror(client, asked, given, signal) {
    const samples = samplesFor(asked.upstream, given, (repository) => isSampleOf(asked, repository) ? (0,catalogue/* mapRepository */.Tj)(asked.mapping, repository) : null);
    return await Promise.all(samples.map((sample) => askSample(client, asked, sample, signal)));
}
async function askSample(client, asked, { image, tag, repository }, signal) {
    const at = () => AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const upstream = { host: image.registry, repository: image.repository, reference: tag };
    const name = `${image.registry}/${(0,registry_answer/* resourceText */.s8)(upstream)}`;
    const head = async (location) => await client.headManifest(location, at());
    const asTag = { host: asked.mirror, repository, reference: tag };
    const first = asked.trust === 'tags' ? head(asTag) : null;
    const own = await head(upstream);
    const digest = own.kind === 'found' ? own.digest : null;
    // Whose tags are no evidence is asked for what its upstream has, and for nothing else.
    const answer = await (first ?? (digest === null ? null : head({ ...asTag, reference: digest })));
    const nothing = { name, latencyMs: null, behindMs: null };
    if (answer === null)
        return { ...nothing, result: 'unconfirmed', evidence: `${asked.upstream} did not say its digest` };
    // Where both are silent, it may well be this machine that has no way out.
    if (answer.kind === 'failed' && own.kind === 'failed')
        return { ...nothing, result: 'unconfirmed', evidence: answer.evidence };
    if (answer.kind !== 'found')
        return { ...nothing, ...refused(answer) };
    const found = { name, latencyMs: answer.latencyMs, behindMs: null };
    if (digest === null)
        return { ...found, result: 'unconfirmed', evidence: `${asked.upstream} did not say its digest` };
    if (digest === answer.digest)
        return { ...found, result: 'equal', evidence: `${asked.mirror} has ${name}` };
    const [theirs, mirrors] = await Promise.all([createdAt(client, upstream, at()), createdAt(client, asTag, at())]);
    const behindMs = theirs === null || mirrors === null ? null : theirs - mirrors;
    return {
        ...found,
        behindMs,
        result: 'differs',
        evidence: `${asked.mirror} has another image as ${name}${behind(behindMs)}`,
    };
}
function behind(ms) {
    if (ms === null)
        return '';
    const hours = Math.round(ms / 3_600_000);
    return hours >= 48 ? `, older by ${Math.round(hours / 24)} days` : `, older by ${hours} h`;
}
function refused(refusal) {
    return { result: refusal.kind, evidence: refusal.evidence };
}
/** Enough for a configuration of any image; what is longer is not read. */
const CONFIG_BYTES = 256 * 1024;
/** When an image was made, as its configuration has it; null where that cannot be read, or says nothing. */
async function createdAt(client, location, signal) {
    const manifest = await client.getManifest(location, signal);
    if (manifest.kind !== 'found')
        return null;
    const content = (0,registry_manifest/* parseManifest */.Ng)(manifest.body);
    if (content.kind === 'index') {
        const [entry] = content.platforms;
        return entry === undefined ? null : await createdAt(client, { ...location, reference: entry.digest }, signal);
    }
    if (content.kind !== 'image')
        return null;
    const blob = await client.getBlobRange({ ...location, reference: content.config.digest }, CONFIG_BYTES, signal);
    if (blob.kind !== 'found')
        return null;
    try {
        const created = Date.parse(String(JSON.parse(blob.body.toString('utf8')).created));
        // Reproducible builds say 1970 or 1980.
        return Number.isNaN(created) || created < Date.UTC(2000, 0) ? null : created;
    }
    catch {
        return null;
    }
}
/** Files that every mirror of a distribution has, with the time of its last change. */
const INDEX_FILES = { apk: '/latest-stable/main/x86_64/APKINDEX.tar.gz', apt: '/dists/stable/Release' };
/** Asks a Go proxy or a mirror of packages for one file; its age is judged beside the others of its kind. */
async function askPackageMirror(ports, entry, signal) {
    if (entry.kind === 'go-proxy') {
        const seen = await (0,probe_network/* probeGoProxy */.P3)(ports.http, entry.url, TIMEOUT_MS, signal);
        const result = seen.state === 'down' ? 'failed' : 'equal';
        const answer = {
            name: 'golang.org/x/mod',
            result,
            latencyMs: seen.latencyMs,
            behindMs: null,
            evidence: seen.evidence,
        };
        return { answer, changedMs: null };
    }
    const path = INDEX_FILES[entry.kind];
    const outcome = await ports.http.request({
        url: entry.url.replace(/\/$/, '') + path,
        method: 'HEAD',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        maxBytes: 0,
    });
    const { host } = new URL(entry.url);
    const base = { name: path, behindMs: null };
    if (outcome.kind === 'failed')
        return {
            answer: { ...base, result: 'failed', latencyMs: null, evidence: `${host}: ${outcome.message}` },
            changedMs: null,
        };
    const { status, latencyMs, headers } = outcome;
    if (status !== 200) {
        const result = status === 404 ? 'missing' : status === 401 || status === 403 ? 'denied' : status === 429 ? 'limited' : 'failed';
        return { answer: { ...base, result, latencyMs, evidence: `${status} from ${host} on ${path}` }, changedMs: null };
    }
    const changed = Date.parse(headers['last-modified'] ?? '');
    const answer = { ...base, result: 'equal', latencyMs, evidence: `${host} has ${path}` };
    return { answer, changedMs: Number.isNaN(changed) ? null : changed };
}

;// CONCATENATED MODULE: ./src/mirrors/judge.ts
const DAY_MS = 86_400_000;
/** Mirrors that ask their upstream only now and then are behind by hours; more is no service any more. */
const STALE_MS = 7 * DAY_MS;
/** What the answers say of a mirror as a whole. Pure. */
function verdictOf(samples) {
    const count = (...results) => samples.filter(({ result }) => results.includes(result)).length;
    if (samples.length === 0 || count('unconfirmed') === samples.length)
        return 'not judged';
    if (count('failed', 'denied') === samples.length)
        return 'dead';
    if (samples.some(isStale))
        return 'stale';
    return count('equal', 'unconfirmed') === samples.length ? 'well' : 'partly';
}
function isStale({ result, behindMs }) {
    return result === 'differs' && (behindMs === null || behindMs > STALE_MS);
}
/**
 * What the catalogue should say. It is only ever made more careful by a check, but for a retired mirror that serves
 * everything again; trust in tags, once lost, is given back by people.
 *
 * @param day today, `2026-11-23`
 */
function proposalOf(entry, samples, verdict, day) {
    if (entry.index === null)
        return null;
    const first = (...results) => samples.find(({ result }) => results.includes(result))?.evidence ?? '';
    switch (verdict) {
        case 'not judged':
            return null;
        case 'dead':
            return entry.state === 'retired'
                ? null
                : { state: 'retired', reason: `Served nothing on ${day}: ${first('failed', 'denied')}` };
        case 'stale':
            if (entry.kind !== 'registry')
                return entry.state === 'good' ? { state: 'limited', reason: `Behind on ${day}: ${first('differs')}` } : null;
            if (entry.trust !== 'tags')
                return null;
            return {
                trust: 'digests',
                reason: `Another image than its upstream's under a tag on ${day}: ${first('differs')}`,
            };
        case 'partly':
            return entry.state === 'good'
                ? { state: 'limited', reason: `Did not serve all on ${day}: ${partly(samples)}` }
                : null;
        case 'well':
            return entry.state === 'retired'
                ? { state: 'limited', reason: `Served all of ${samples.length} samples on ${day}` }
                : null;
    }
}
function partly(samples) {
    return samples.find(({ result }) => result !== 'equal' && result !== 'unconfirmed')?.evidence ?? '';
}

;// CONCATENATED MODULE: ./src/mirrors/check.ts



/** Asks every mirror at once, and judges each by its answers. */
async function checkMirrors(question, ports, signal, entries = catalogue/* catalogue */.sW) {
    const packages = checkPackages(entries, question, ports, signal);
    const registries = entries.flatMap((entry, index) => entry.kind === 'registry' ? [checkRegistry({ ...entry, index }, entry, question, ports, signal)] : []);
    const own = question.custom.map(({ upstream, host, prefix }) => {
        const asked = { upstream, mirror: host, mapping: { kind: 'prefix', prefix }, trust: 'tags' };
        return checkRegistry({ ...asked, kind: 'registry', state: 'good', index: null }, asked, question, ports, signal);
    });
    return [...(await Promise.all([...own, ...registries])), ...(await packages)];
}
async function checkRegistry({ kind, upstream, mirror, state, trust, index }, asked, { images, day }, ports, signal) {
    const entry = { kind, upstream, mirror, state, trust, index };
    return judged(entry, await askRegistryMirror(ports.registry, asked, images, signal), day);
}
function judged(entry, samples, day) {
    const verdict = verdictOf(samples);
    return { entry, samples, verdict, proposal: proposalOf(entry, samples, verdict, day) };
}
/** Mirrors of one distribution, beside each other: the newest among them is what the others are behind of. */
async function checkPackages(entries, { day }, ports, signal) {
    const asked = await Promise.all(entries.flatMap((entry, index) => {
        if (entry.kind === 'registry')
            return [];
        const answered = askPackageMirror(ports, { kind: entry.kind, url: entry.mapping.url }, signal);
        return [answered.then((seen) => ({ entry, index, ...seen }))];
    }));
    const newest = (kind) => Math.max(...asked.flatMap(({ entry, changedMs }) => (entry.kind === kind && changedMs !== null ? [changedMs] : [])));
    // Where nobody answers it is this machine that has no way out.
    const anybody = asked.some(({ answer }) => answer.result === 'equal');
    return asked.map(({ entry: { kind, upstream, mirror, state, trust }, index, answer, changedMs }) => {
        const behindMs = changedMs === null ? null : newest(kind) - changedMs;
        const isStale = behindMs !== null && behindMs > STALE_MS;
        const result = !anybody ? 'unconfirmed' : isStale ? 'differs' : answer.result;
        const sample = { ...answer, behindMs, result };
        return judged({ kind, upstream, mirror, state, trust, index }, [sample], day);
    });
}

;// CONCATENATED MODULE: ./src/commands/mirrors.ts





/** Where the catalogue is in this project's repository. */
const CATALOGUE_FILE = 'src/registry/catalogue.json';
/** Checks the mirrors and prints what was found; gives back the exit code: 3 where not one of them could be judged. */
async function printMirrorCheck(question, format, ports, signal, { stdout, stderr }) {
    const checked = await checkMirrors(question, ports, signal);
    const diff = catalogueDiff(checked, question.day);
    switch (format) {
        case 'json':
            stdout.write(`${JSON.stringify({ version: 1, mirrors: checked, diff }, null, 2)}\n`);
            break;
        case 'diff':
            stdout.write(diff);
            break;
        case 'text':
            stdout.write(`${[...mirrorTable(checked), '', diffIntroduction(diff), diff].join('\n').trimEnd()}\n`);
    }
    if (checked.some(({ verdict }) => verdict !== 'not judged'))
        return 0;
    stderr.write('mirrors: nothing could be judged: no registry answered from here\n');
    return 3;
}
function diffIntroduction(diff) {
    return diff === '' ? 'The catalogue says what was found.' : 'A change of the catalogue (--diff prints only this):\n';
}
function mirrorTable(checked) {
    const rows = checked.map(({ entry, samples, verdict, proposal }) => {
        const times = samples.flatMap(({ latencyMs }) => latencyMs ?? []);
        const behind = Math.max(0, ...samples.flatMap(({ behindMs }) => behindMs ?? []));
        const equal = samples.filter(({ result }) => result === 'equal').length;
        const bad = samples.find(({ result }) => result !== 'equal');
        return [
            entry.mirror,
            entry.kind === 'registry' ? entry.upstream : entry.kind,
            entry.index === null ? 'your own' : entry.state,
            verdict,
            `${equal}/${samples.length}`,
            times.length === 0 ? '' : (0,words/* latency */.ZK)(Math.max(...times)),
            behind === 0 ? '' : (0,words/* duration */.p0)(behind / 1000),
            proposal?.reason ?? bad?.evidence ?? '',
        ];
    });
    return (0,columns/* columns */.Y)([['Mirror', 'Of', 'Listed as', 'Found', 'Equal', 'Slowest', 'Behind', 'Why'], ...rows]);
}
/** The catalogue's file as it should be, as a unified diff; empty where nothing is proposed. */
function catalogueDiff(checked, day) {
    const proposals = new Map(checked.flatMap(({ entry, proposal }) => entry.index === null || proposal === null ? [] : [[entry.index, proposal]]));
    const after = catalogue/* catalogue */.sW.map((entry, index) => {
        const proposal = proposals.get(index);
        return proposal === undefined ? entry : proposed(entry, proposal, day);
    });
    return unifiedDiff(CATALOGUE_FILE, catalogueText(catalogue/* catalogue */.sW), catalogueText(after));
}


/***/ })

};
