export const id = 103;
export const ids = [103];
export const modules = {

/***/ 2103:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  printLock: () => (/* binding */ printLock)
});

// EXTERNAL MODULE: ./src/facts/paths.ts
var paths = __webpack_require__(9271);
// EXTERNAL MODULE: ./src/flow/session.ts + 11 modules
var flow_session = __webpack_require__(2891);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./src/facts/every-image.ts
var every_image = __webpack_require__(6224);
// EXTERNAL MODULE: ./src/facts/lock-file.ts
var lock_file = __webpack_require__(1223);
// EXTERNAL MODULE: ./src/facts/read-dockerfiles.ts + 1 modules
var read_dockerfiles = __webpack_require__(6936);
// EXTERNAL MODULE: ./src/registry/manifest.ts
var manifest = __webpack_require__(506);
// EXTERNAL MODULE: ./src/registry/reference.ts
var reference = __webpack_require__(9310);
;// CONCATENATED MODULE: ./src/flow/write-lock.ts







/** Resolves every image that the Dockerfiles can need, all stages and all fallback bases, at its own registry. */
async function refreshLock(question, client) {
    const path = (0,external_node_path_.resolve)(question.cwd, question.lockFile);
    const read = await (0,lock_file/* readLock */.mF)(path);
    if (read.kind === 'broken')
        throw new Error(read.problem);
    const before = read.kind === 'lock' ? read.lock : new Map();
    const texts = await Promise.all(question.dockerfiles.map(async (file) => await (0,promises_.readFile)((0,external_node_path_.resolve)(question.cwd, file), 'utf8')));
    const anyBuild = { buildArgs: {}, platforms: [], buildPlatform: (0,read_dockerfiles/* ownPlatform */.g$)(process.arch) };
    // Pins need no lock.
    const images = [...(0,every_image/* everyImage */.F)(texts, anyBuild)].filter(([, { reference }]) => reference.digest === null);
    const resolved = await Promise.all(images.map(async ([key, { reference }]) => ({
        key,
        answer: await resolveImage(reference, before.get(key), question, client),
    })));
    const after = new Map(resolved.flatMap(({ key, answer }) => {
        const entry = typeof answer === 'string' ? before.get(key) : answer;
        return entry === undefined ? [] : [[key, entry]];
    }));
    const changes = (0,lock_file/* lockChanges */.Bt)(before, after);
    if (changes.length > 0 || read.kind === 'absent')
        await (0,lock_file/* writeLock */.be)(path, after);
    const unresolved = resolved.flatMap(({ key, answer }) => (typeof answer === 'string' ? [`${key}: ${answer}`] : []));
    return { changes, unresolved, count: after.size };
}
/** The entry, or why there is none. An unchanged digest keeps its day, so that a refresh is no diff. */
async function resolveImage(image, before, question, client) {
    const location = { host: image.registry, repository: image.repository, reference: (0,reference/* manifestReference */.Tn)(image) };
    const answer = await client.getManifest(location, AbortSignal.timeout(question.timeoutMs));
    if (answer.kind !== 'found')
        return answer.evidence;
    const platforms = (0,manifest/* platforms */.Bn)(answer.body).map(({ platform }) => platform);
    if (before?.digest === answer.digest)
        return { ...before, platforms };
    return { digest: answer.digest, platforms, resolvedAt: new Date(question.nowMs).toISOString(), from: image.registry };
}

// EXTERNAL MODULE: ./src/report/redact.ts
var redact = __webpack_require__(649);
// EXTERNAL MODULE: ./src/report/words.ts
var words = __webpack_require__(2691);
// EXTERNAL MODULE: ./src/commands/streams.ts
var commands_streams = __webpack_require__(6307);
;// CONCATENATED MODULE: ./src/commands/lock.ts






/** A registry that answers at all answers within this time. */
const LOCK_TIMEOUT_MS = 30_000;
/**
 * Writes the lock file for these Dockerfiles, or for those that are found here, and prints what changed. Gives back the exit
 * code: 2 for a wrong question, 3 where a registry did not say and its old entry stays.
 */
async function printLock(dockerfiles, lockFile, env, streams) {
    const secrets = [];
    const { stdout, stderr } = (0,commands_streams/* cleanStreams */.D)(streams, (0,redact/* livingRedactor */.Sm)(secrets));
    const found = ['Dockerfile', 'Dockerfile.resilient'].filter(paths/* diskPaths */.m.isFile);
    const files = dockerfiles.length > 0 ? dockerfiles : found;
    if (files.length === 0) {
        stderr.write('lock: there is no Dockerfile here; name the ones to lock\n');
        return 2;
    }
    const signal = new AbortController().signal;
    const session = await (0,flow_session/* openSession */.f)({ env, addSecret: (value) => secrets.push(value), signal });
    try {
        const place = { dockerfiles: files, lockFile, cwd: process.cwd() };
        const question = { ...place, timeoutMs: LOCK_TIMEOUT_MS, nowMs: Date.now() };
        const { changes, unresolved, count } = await refreshLock(question, session.ports.registry);
        for (const change of changes)
            stdout.write(`${change}\n`);
        for (const problem of unresolved)
            stderr.write(`not resolved: ${problem}\n`);
        stderr.write(`${lockFile}: ${(0,words/* plural */.LS)(count, 'image')}, ${changes.length} changed\n`);
        return unresolved.length > 0 ? 3 : 0;
    }
    catch (error) {
        stderr.write(`lock: ${error instanceof Error ? error.message : String(error)}\n`);
        return 2;
    }
    finally {
        session.close();
    }
}


/***/ })

};
