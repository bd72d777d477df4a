import { situationOf } from './any-program.ts';
import { silentDownload } from './curl-exit.ts';
import type { SilentDownload } from './curl-exit.ts';
import { distrusts } from './distrust.ts';
import { hostsIn, isLoopback, isPackageHost, serviceOf } from './hosts.ts';
import { statement } from './lines.ts';
import { consequences, diskFull, guards, matches, outOfMemory, ownFaults, refusals } from './finals.ts';
import type { FinalMark } from './finals.ts';
import { aboutOthers, findingsIn } from './findings.ts';
import type { Finding } from './findings.ts';
import { serviceKind } from './service-kind.ts';
import { isPassing } from './trouble.ts';
import type { Verdict } from './verdict.ts';
import { voices } from './voices.ts';

/** What is known of a program that failed. */
export interface ProgramRun {
  readonly output: readonly string[];
  /** The instruction, as far as it is known: it may name the host that an error does not. */
  readonly command: string;
  readonly exitCode: number | null;
}

/** What a program inside a step printed, judged: somebody else's outage only if a tool says so about another machine. */
export function judgeProgram(run: ProgramRun): Verdict {
  const lines = run.output.map(statement);
  const full = lines.find((line) => diskFull.when.test(line));
  if (full !== undefined) return own('disk-full', 'disk-full', [full]);
  const killed = lines.find((line) => outOfMemory.when.test(line));
  if (killed !== undefined) return own('out-of-memory', 'out-of-memory', [killed]);
  const guard = markIn(lines, guards);
  if (guard !== null) return own('user-code', guard.id, [guard.line]);
  const distrusted = lines.find(distrusts);
  if (distrusted !== undefined) return own('user-code', 'certificate', [distrusted]);
  // Go prints the package first, and says below it what is wrong.
  const fault =
    markIn(
      lines.filter((line) => !/^# \S+$/.test(line)),
      ownFaults,
    ) ?? markIn(lines, ownFaults);
  if (fault !== null) return own('user-code', fault.id, [fault.line]);
  const found = findingsIn(lines, run.command);
  const outages = aboutOthers(found, run.command, lines);
  const refusedAt = lastRefusal(lines, found);
  const outage = decisive(outages, refusedAt, lines);
  if (outage !== null) return fromFinding(outage, outages, run.command, lines);
  const silent = silentDownload(lines, run.command, run.exitCode);
  if (silent !== null) return fromSilence(silent, run.command);
  if (run.exitCode === 137) return own('out-of-memory', 'exit-137', []);
  const refused = lines[refusedAt];
  return refused === undefined ? own('user-code', 'own-program', []) : own('user-code', 'missing-package', [refused]);
}

function own(name: Verdict['class'], rule: string, evidence: readonly string[]): Verdict {
  return { class: name, retryable: false, component: null, host: null, cause: null, trouble: null, rule, evidence };
}

function markIn(
  lines: readonly string[],
  marks: readonly FinalMark[],
): { readonly id: string; readonly line: string } | null {
  for (const line of lines) {
    const mark = marks.find((entry) => matches(entry, line));
    if (mark !== undefined && !lines.some((other) => mark.unlessOutput?.test(other) === true))
      return { id: mark.id, line };
  }
  return null;
}

function lastRefusal(lines: readonly string[], found: readonly Finding[]): number {
  const direct = lines.findLastIndex((line) => refusals.some((mark) => matches(mark, line)));
  const answered = found.findLast((finding) => !isPassing(finding.trouble) && finding.level === 'error');
  return Math.max(direct, answered?.index ?? -1);
}

const errorLike =
  /\b(?:error|errors|fail(?:ed|ure)?|fatal|exception|cannot|invalid|unexpected|abort(?:ed)?|traceback)\b/i;
/** The tool got in the end what it had complained about. */
const recovered =
  /^\s*(?:Downloading|Using cached) \S+\.(?:whl|tar\.gz|zip|metadata)\b|^Successfully (?:installed|built)|^added \d+ packages|^Setting up |^\s*(?:Compiling \S+ v\d|Finished [`\w]+ (?:\[|profile))|^OK: \d+ MiB|^Complete!|^success Saved lockfile/;
/** A tool that gave up ends its program soon; what was printed long before the end did not end it. */
const decisiveLines = 150;

/** The finding that ended the step, if one did. */
function decisive(findings: readonly Finding[], refusedAt: number, lines: readonly string[]): Finding | null {
  const last = lines.findLastIndex((line) => line !== '');
  const done = lines.findLastIndex((line) => recovered.test(line));
  const error = findings.findLast((finding) => finding.level === 'error' && last - finding.index <= decisiveLines);
  if (error !== undefined) return error.index > refusedAt && error.index > done ? error : null;
  const warning = findings.findLast((finding) => finding.level === 'warning');
  if (warning === undefined || warning.index < refusedAt || warning.index < done) return null;
  const after = lines.slice(warning.index + 1);
  if (after.some((line) => follows(line))) return warning;
  return after.some((line) => errorLike.test(line) && !voices.some((voice) => matches(voice, line))) ? null : warning;
}

/** A line that repeats in other words what a warning before it said; not that of a compiler. */
function follows(line: string): boolean {
  return !/^error: command '/.test(line) && consequences.some((pattern) => pattern.when.test(line));
}

function fromFinding(
  outage: Finding,
  findings: readonly Finding[],
  command: string,
  lines: readonly string[],
): Verdict {
  const look = findings.findLast((finding) => finding.trouble === 'dns');
  const chosen = look ?? outage;
  const asked = hostsIn(command).filter((host) => !isLoopback(host));
  const host =
    chosen.host ??
    findings.findLast((finding) => finding.host !== null)?.host ??
    (asked.length === 1 ? asked[0] : null) ??
    null;
  const { fetchers } = situationOf(lines, outage.index, command);
  return {
    class: look === undefined ? serviceKind(outage.voice, host, fetchers) : 'dns',
    retryable: true,
    component: host === null ? null : serviceOf(host, `${chosen.report}\n${command}`),
    host,
    cause: null,
    trouble: chosen.trouble,
    rule: chosen.voice.id,
    evidence: [...new Set([...findings.map((finding) => finding.line).slice(-4), outage.line])],
  };
}

function fromSilence({ trouble, host }: SilentDownload, command: string): Verdict {
  const name = trouble === 'dns' ? 'dns' : isPackageHost(host) ? 'package-mirror' : 'network';
  const about = { component: serviceOf(host, command), host, trouble };
  return { ...about, class: name, retryable: true, cause: null, rule: 'exit-code', evidence: [] };
}
