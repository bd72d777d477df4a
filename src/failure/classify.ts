import { engineWords, judgeEngine, judgeExchange, nowhere } from './engine.ts';
import type { Place } from './engine.ts';
import { adviceFor, headlineFor, isFailure } from './explain.ts';
import { exitCodeIn, failingStep, processFailed } from './failing-step.ts';
import { statement } from './lines.ts';
import { engineVoice } from './patterns.ts';
import { judgeProgram } from './program.ts';
import { readRetryAfterMs } from './trouble.ts';
import type { Attribution, BuildLog, Step } from './types.ts';
import type { Verdict } from './verdict.ts';

/** Attributes a failed build to a step, a service and a class: the step decides first, then who speaks, then the words. */
export function classify(log: BuildLog): Attribution {
  const step = failingStep(log) ?? lastCacheExport(log);
  const verdict = quietly(log, step) ?? judge(log, step);
  const evidence = evidenceOf(log, step, verdict);
  const told = [...evidence, step?.error ?? '', log.finalError ?? ''].join('\n');
  return {
    class: verdict.class,
    retryable: verdict.retryable,
    component: verdict.component,
    step: step === null ? null : { kind: step.kind, name: step.name, number: step.number },
    host: verdict.host,
    cause: verdict.cause,
    evidence,
    dockerfile: log.dockerfile,
    headline: headlineFor(log, step, verdict, evidence),
    advice: adviceFor(verdict),
    retryAfterMs: readRetryAfterMs(told),
    rule: verdict.rule,
  };
}

/** A code of gRPC or twirp and three words at most: the error of a request that nobody names. */
const bareCode =
  /^(?:failed to solve: )?(?:rpc error: code = )?(?:Internal|Unknown|Unavailable|NotFound|Aborted|ResourceExhausted|DataLoss)(?:: | desc = )(?:\w+ ?){1,3}$/;

/** The cache is exported last, and the export counts as done before the service has answered to everything. */
function lastCacheExport(log: BuildLog): Step | null {
  if (log.finalError === null || !bareCode.test(log.finalError)) return null;
  const last = log.steps.findLast((step) => step.id === log.lastEventStep);
  return last?.kind === 'cache-export' ? last : null;
}

const noFailure: Verdict = {
  class: 'user-code',
  retryable: false,
  component: null,
  host: null,
  cause: null,
  trouble: null,
  rule: 'no-failure',
  evidence: [],
};
const empty: Verdict = { ...noFailure, rule: 'empty' };

/** A log in which nothing failed: every step ended well, and nobody had a last word. */
function quietly(log: BuildLog, step: Step | null): Verdict | null {
  if (step !== null || log.finalError !== null) return null;
  if (log.steps.length === 0) return log.otherLines.every((line) => line.trim() === '') ? empty : null;
  const ended = log.steps.every(({ state }) => state === 'done' || state === 'cached');
  return ended && !log.otherLines.some((line) => /error|fail|denied|cancel|exceeded/i.test(line)) ? noFailure : null;
}

const jobEnded =
  /has exceeded the maximum execution time|^Build canceled\.?$|The operation was canceled|The job was canceled|runner has received a shutdown signal|lost communication with the server|(?:Canceled|failed to solve): context canceled$/;

function judge(log: BuildLog, step: Step | null): Verdict {
  const final = log.finalError ?? '';
  const error = step?.error ?? '';
  const ended = log.otherLines.map(statement).find((line) => jobEnded.test(line));
  if (ended !== undefined && error === '' && step?.state !== 'error' && !processFailed(final)) return stopped(ended);
  if (
    processFailed(error) ||
    (error === '' && processFailed(final)) ||
    (step?.kind === 'run' && error === '' && final === '')
  ) {
    return judgeRun(log, step, `${error}\n${final}`);
  }
  const open = log.steps.findLast((entry) => entry.state === 'running' && entry.kind !== 'run');
  // Of a step that only ran when the log ends, the name may tell what a bare error is about, the kind not.
  const place: Place = step === null ? { ...nowhere, name: open?.name ?? '' } : { kind: step.kind, name: step.name };
  const told = error === '' ? final : error;
  if (gitFetch.test(told)) return judgeGit(log, told);
  if (told !== '' && step !== null) {
    const whole = `${error}\n${final}`.trim();
    const verdict = judgeEngine(told, place) ?? judgeEngine(whole, place) ?? judgeExchange(whole, place);
    if (verdict !== null) return verdict;
  }
  if (step?.kind === 'boot') return judgeEngine(step.logs.join('\n'), place) ?? judgeLoose(log, place);
  return judgeLoose(log, place);
}

/** BuildKit runs git for a remote context and repeats little of what it said (source/git/source.go). */
const gitFetch = /failed to fetch remote /;

function judgeGit(log: BuildLog, told: string): Verdict {
  const printed = log.steps
    .filter((step) => step.state === 'error' || step.state === 'running')
    .flatMap((step) => step.logs);
  const output = [...printed.slice(-100), ...log.otherLines.slice(-100), ...told.split('\n')];
  return judgeProgram({ output, command: told, exitCode: null });
}

function stopped(line: string): Verdict {
  const none = { component: null, host: null, cause: null, trouble: null };
  return { ...none, class: 'timeout', retryable: false, rule: 'job-ended', evidence: [line] };
}

function judgeRun(log: BuildLog, step: Step | null, words: string): Verdict {
  const printed = step?.logs ?? [];
  const own = printed.some((line) => line.trim() !== '') ? printed : looseOutput(log.otherLines, step);
  const output = [...own, ...engineAfterwards(words)];
  const excerpt = (log.dockerfile?.excerpt ?? []).filter((line) => line.includes('>>>'));
  const command = [step?.name ?? '', words, ...excerpt].join('\n').trim();
  return judgeProgram({ output, command, exitCode: exitCodeIn(words) });
}

const programLine = /^\s*(?:#\d+ )?\d+\.\d+ /;
/** What the client prints around the output: where in the Dockerfile, and that the process failed. */
const furniture = /^\s*(?:\[[^\]]*\] ?)?[^\s:]+:\d+$|^\s*-{6,}$|^> /;

/** The output of a step that the log does not show as one: its lines may still carry their seconds. */
function looseOutput(lines: readonly string[], step: Step | null): readonly string[] {
  const timed = lines.filter((line) => programLine.test(line));
  // A step with a number printed what stands under its number: nothing, then.
  return timed.length > 0 || (step !== null && step.number !== null)
    ? timed
    : lines.filter((line) => !processFailed(line) && !furniture.test(line));
}

/** `… did not complete successfully: cannot allocate memory`: what the engine knows about the end of the program. */
function engineAfterwards(words: string): readonly string[] {
  return [...words.matchAll(/did not complete successfully: (?!exit code: \d+$)(.+)$/gm)].map(
    (match) => match[1] ?? '',
  );
}

// Lines that say what a bare error after them is about.
const aboutImage =
  /^The push refers to|\bdocker (?:image )?pull \S|: Pulling from |^Pulling repository |^INFO\[\d{4}\] (?:Downloading base image|Retrieving image) |^[0-9a-f]{12}: (?:Pushed|Pushing|Layer already exists|Mounted from)|^(?:\$ |\+ )?docker push /;

// What only the engine says at the end of a build.
const lastWord = /failed to (?:solve|build|receive status)\b/;

/** No step is known to have failed: a piece of a log, or a client that failed before the build. Who speaks decides. */
function judgeLoose(log: BuildLog, place: Place): Verdict {
  const printed = log.steps.filter((step) => step.state === 'running').flatMap((step) => step.logs);
  const lines = [...printed, ...log.otherLines].map(statement);
  const commands = lines.filter((line) => processFailed(line) || /^[+$] |^RUN /.test(line)).join('\n');
  const output = lines.filter((line) => !processFailed(line));
  const program = judgeProgram({ output, command: commands, exitCode: exitCodeIn(commands) });
  const spoken = lines.filter((line) => engineVoice.test(line));
  const final = log.finalError ?? '';
  const own = program.rule === 'test' || program.rule === 'compile';
  if (own && !lastWord.test(final)) return program;
  const contexts = lines.filter((line) => aboutImage.test(line));
  const about = contexts.length === 0 ? undefined : [...new Set([contexts[0], contexts.at(-1)])].join('\n');
  const said = final === '' ? (lines.findLast((line) => /\bunknown blob\b/.test(line)) ?? '') : final;
  const last = about === undefined ? said : `${about}\n${said}`;
  const engine =
    (engineVoice.test(last) ? judgeEngine(last, place) : null) ??
    (spoken.length > 0 ? judgeEngine(spoken.join('\n'), place) : null);
  if (engine !== null) return engine;
  const pushed =
    about !== undefined && /push|Layer already/i.test(about) ? judgeEngine(lines.slice(-30).join('\n'), place) : null;
  if (pushed !== null) return pushed;
  if (program.rule !== 'own-program') return program;
  return engineWords(lines.join('\n'), place) ?? judgeExchange(final, place) ?? program;
}

function evidenceOf(log: BuildLog, step: Step | null, verdict: Verdict): readonly string[] {
  if (verdict.evidence.length > 0 || !isFailure(verdict)) return verdict.evidence;
  const engine = (step?.error ?? log.finalError ?? '').split('\n').map((line) => line.trim());
  const printed = (step?.logs ?? []).filter((line) => line.trim() !== '').slice(-6);
  const found = processFailed(engine.join('\n')) ? [...printed, ...engine] : engine;
  const lines = [...new Set(found.filter((line) => line !== ''))].slice(0, 8);
  return lines.length > 0
    ? lines
    : log.otherLines
        .filter((line) => line.trim() !== '')
        .slice(-6)
        .map((line) => line.trim());
}
