import { announcedHost, anyProgram, reportOf } from './any-program.ts';
import { silentDownload } from './curl-exit.ts';
import type { SilentDownload } from './curl-exit.ts';
import {
  componentOf,
  dialsLoopback,
  hostIn,
  hostsIn,
  isAddress,
  isLoopback,
  isPackageHost,
  isPrivate,
} from './hosts.ts';
import { statement } from './lines.ts';
import { consequences, diskFull, guards, outOfMemory, ownFaults, refusals } from './finals.ts';
import type { FinalMark } from './finals.ts';
import { isPassing, readTrouble } from './trouble.ts';
import type { Trouble } from './trouble.ts';
import type { Verdict } from './verdict.ts';
import { voices } from './voices.ts';
import type { Voice } from './voices.ts';

/** What is known of a program that failed. */
export interface ProgramRun {
  readonly output: readonly string[];
  /** The instruction, as far as it is known: it may name the host that an error does not. */
  readonly command: string;
  readonly exitCode: number | null;
}

/** A line in which a tool reports trouble with another machine. */
interface Finding {
  readonly index: number;
  readonly line: string;
  readonly voice: Voice;
  readonly trouble: Trouble;
  readonly host: string | null;
  readonly report: string;
}

/** What a program inside a step printed, judged: somebody else's outage only if a tool says so about another machine. */
export function judgeProgram(run: ProgramRun): Verdict {
  const lines = run.output.map(statement);
  const full = lines.find((line) => diskFull.test(line));
  if (full !== undefined) return own('disk-full', 'disk-full', [full]);
  const killed = lines.find((line) => outOfMemory.test(line));
  if (killed !== undefined) return own('out-of-memory', 'out-of-memory', [killed]);
  const guard = markIn(lines, guards);
  if (guard !== null) return own('user-code', guard.id, [guard.line]);
  // Go prints the package first, and says below it what is wrong.
  const fault =
    markIn(
      lines.filter((line) => !/^# \S+$/.test(line)),
      ownFaults,
    ) ?? markIn(lines, ownFaults);
  if (fault !== null) return own('user-code', fault.id, [fault.line]);
  const found = lines
    .map((_, index) => findingAt(lines, index, run.command))
    .filter((entry) => entry !== null)
    .map((finding) => (midSync(finding, run.command) ? { ...finding, trouble: 'corrupt' as const } : finding))
    .map((finding) => (shutOut(finding) ? { ...finding, trouble: 'server-error' as const } : finding));
  const outages = remote(withoutEchoes(found), run.command);
  const refusedAt = lastRefusal(lines, found);
  const outage = decisive(outages, refusedAt, lines);
  if (outage !== null) return fromFinding(outage, outages, run.command);
  const silent = silentDownload(lines, run.command, run.exitCode);
  if (silent !== null) return fromSilence(silent);
  if (run.exitCode === 137) return own('out-of-memory', 'exit-137', []);
  const refused = lines[refusedAt];
  return refused === undefined ? own('user-code', 'own-program', []) : own('user-code', 'missing-package', [refused]);
}

function own(name: Verdict['class'], rule: string, evidence: readonly string[]): Verdict {
  return { class: name, retryable: false, component: null, host: null, cause: null, trouble: null, rule, evidence };
}

function matches(mark: { readonly when: RegExp; readonly unless?: RegExp }, line: string): boolean {
  return mark.when.test(line) && mark.unless?.test(line) !== true;
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

/** How far back a traceback names the program that it belongs to. */
const tracebackLines = 150;
/** Java's comes after its message. */
const followingLines = 30;

function findingAt(lines: readonly string[], index: number, command: string): Finding | null {
  const line = lines[index] ?? '';
  if (line === '' || refusals.some((mark) => matches(mark, line))) return null;
  for (const voice of voices) {
    if (!matches(voice, line) || !speaksWithin(voice, lines, index, command)) continue;
    const around = [
      ...lines.slice(index + 1, index + 1 + (voice.reach ?? 0)),
      ...lines.slice(Math.max(0, index - (voice.back ?? 0)), index),
    ];
    const trouble = voice.means ?? readTrouble(line) ?? readTrouble(around.join('\n')) ?? voice.supposes ?? null;
    if (trouble === null) continue;
    const named = [line, ...around].map(hostIn).find((entry) => entry !== null);
    const host = named ?? (voice.class === 'network' ? announcedHost(lines, index) : null);
    return { index, line, voice, trouble, host, report: [line, ...around].join('\n') };
  }
  return generalFinding(lines, index, command);
}

function speaksWithin(voice: Voice, lines: readonly string[], index: number, command: string): boolean {
  const { within } = voice;
  if (within === undefined || within.test(command)) return true;
  return lines.slice(Math.max(0, index - tracebackLines), index + followingLines).some((line) => within.test(line));
}

function generalFinding(lines: readonly string[], index: number, command: string): Finding | null {
  const line = lines[index] ?? '';
  const report = reportOf(lines, index, command);
  return report === null ? null : { index, line, voice: anyProgram, ...report, report: line };
}

/** The findings that are about other machines: a service of the build's own that does not answer is nobody's outage. */
function remote(found: readonly Finding[], command: string): readonly Finding[] {
  const asked = hostsIn(command);
  const onlyOwn = asked.length > 0 && asked.every(isPrivate);
  return found.filter((finding) => {
    if (!isPassing(finding.trouble) || dialsLoopback(finding.report)) return false;
    const relatives = found.filter((other) => other.voice.id === finding.voice.id);
    const host = finding.host ?? relatives.findLast((other) => other.host !== null)?.host ?? null;
    // An address says nothing of the name that was asked for: companies resolve public names to private addresses.
    if (host !== null && !(isAddress(host) && !isLoopback(host) && asked.some((name) => !isPrivate(name))))
      return !isPrivate(host);
    if (relatives.some((other) => dialsLoopback(other.report))) return false;
    // A plain downloader that names no host speaks of the one in its command.
    if (finding.voice.class !== 'network' || finding.voice === anyProgram) return true;
    return asked.length > 0 ? !onlyOwn : command === '' || brokeOff(finding, command);
  });
}

const variableDownload = /\b(?:curl|wget)\b[^|;&]*\$|\bgit (?:clone|fetch|submodule|pull)\b/;

/** A transfer that had begun, from a host that only a variable or an earlier `git remote add` names. */
function brokeOff(finding: Finding, command: string): boolean {
  return variableDownload.test(command) && ['reset', 'tls', 'timeout'].includes(finding.trouble);
}

/** A library's words right after a tool's own report are part of it, not another speaker; npm repeats what it ran. */
function withoutEchoes(found: readonly Finding[]): readonly Finding[] {
  return found.filter((finding) => {
    const before = found.filter((other) => other.index < finding.index && finding.index - other.index <= 8);
    if (finding.voice.id === 'npm') return !before.some((other) => other.voice.id === 'browser-download');
    return (
      finding.voice !== anyProgram || finding.trouble === 'dns' || !before.some((other) => other.voice !== anyProgram)
    );
  });
}

const freshList = /\bapt(?:-get)? (?:\S+ )*update\b/;
const pooled = /\/pool\/\S+\.u?deb\s+404\b/;

/** A list that was fetched a moment ago names a file that the mirror does not have: the mirror is in mid-sync. */
function midSync(finding: Finding, command: string): boolean {
  return pooled.test(finding.line) && freshList.test(command);
}

/** Nobody logs in to the public Go proxy: it refuses addresses and regions, and another proxy does not. */
function shutOut(finding: Finding): boolean {
  return finding.trouble === 'forbidden' && /^(?:proxy|sum)\.golang\.org$/.test(finding.host ?? '');
}

function lastRefusal(lines: readonly string[], found: readonly Finding[]): number {
  const direct = lines.findLastIndex((line) => refusals.some((mark) => matches(mark, line)));
  const answered = found.findLast((finding) => !isPassing(finding.trouble) && finding.voice.level === 'error');
  return Math.max(direct, answered?.index ?? -1);
}

const errorLike =
  /\b(?:error|errors|fail(?:ed|ure)?|fatal|exception|cannot|invalid|unexpected|abort(?:ed)?|traceback)\b/i;
/** The tool got in the end what it had complained about. */
const recovered =
  /^Successfully (?:installed|built)|^added \d+ packages|^Setting up |^\s*(?:Compiling|Finished) |^OK: \d+ MiB|^Complete!|^success Saved lockfile/;
/** A tool that gave up ends its program soon; what was printed long before the end did not end it. */
const decisiveLines = 150;

/** The finding that ended the step, if one did. */
function decisive(findings: readonly Finding[], refusedAt: number, lines: readonly string[]): Finding | null {
  const last = lines.findLastIndex((line) => line !== '');
  const done = lines.findLastIndex((line) => recovered.test(line));
  const error = findings.findLast(
    (finding) => finding.voice.level === 'error' && last - finding.index <= decisiveLines,
  );
  if (error !== undefined) return error.index > refusedAt && error.index > done ? error : null;
  const warning = findings.findLast((finding) => finding.voice.level === 'warning');
  if (warning === undefined || warning.index < refusedAt || warning.index < done) return null;
  const after = lines.slice(warning.index + 1);
  if (after.some((line) => consequences.some((pattern) => pattern.test(line)))) return warning;
  return after.some((line) => errorLike.test(line) && !voices.some((voice) => matches(voice, line))) ? null : warning;
}

function fromFinding(outage: Finding, findings: readonly Finding[], command: string): Verdict {
  const look = findings.findLast((finding) => finding.trouble === 'dns');
  const chosen = look ?? outage;
  const asked = hostsIn(command).filter((host) => !isLoopback(host));
  const host =
    chosen.host ??
    findings.findLast((finding) => finding.host !== null)?.host ??
    (asked.length === 1 ? asked[0] : null) ??
    null;
  const packages = outage.voice.class === 'network' && host !== null && isPackageHost(host);
  return {
    class: look !== undefined ? 'dns' : packages ? 'package-mirror' : outage.voice.class,
    retryable: true,
    component: host === null ? null : componentOf(host),
    host,
    cause: null,
    trouble: chosen.trouble,
    rule: chosen.voice.id,
    evidence: [...new Set([...findings.map((finding) => finding.line).slice(-4), outage.line])],
  };
}

function fromSilence({ trouble, host }: SilentDownload): Verdict {
  const name = trouble === 'dns' ? 'dns' : isPackageHost(host) ? 'package-mirror' : 'network';
  const about = { component: componentOf(host), host, trouble };
  return { ...about, class: name, retryable: true, cause: null, rule: 'exit-code', evidence: [] };
}
