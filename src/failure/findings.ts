import { announcedHost, anyProgram, onlyFetches, reportOf, situationOf } from './any-program.ts';
import { matches, refusals } from './finals.ts';
import { dialsLoopback, hostIn, hostsIn, isAddress, isLoopback, isPrivate } from './hosts.ts';
import { isPassing, readTrouble } from './trouble.ts';
import type { Trouble } from './trouble.ts';
import { voices } from './voices.ts';
import type { Voice } from './voices.ts';

/** A line in which a tool reports trouble with another machine. */
export interface Finding {
  readonly index: number;
  readonly line: string;
  readonly voice: Voice;
  readonly trouble: Trouble;
  readonly host: string | null;
  readonly report: string;
  readonly level: Voice['level'];
}

/** All lines in which a tool reports trouble with another machine, in order. */
export function findingsIn(lines: readonly string[], command: string): readonly Finding[] {
  return lines
    .map((_, index) => findingAt(lines, index, command))
    .filter((entry) => entry !== null)
    .map((finding) => (midSync(finding, command) ? { ...finding, trouble: 'corrupt' as const } : finding))
    .map((finding) => (shutOut(finding) ? { ...finding, trouble: 'server-error' as const } : finding));
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
    const trouble =
      voice.means ?? readTrouble(line) ?? readTrouble(around.join('\n')) ?? reasonBefore(lines, index, voice);
    if (trouble === null) continue;
    const named = [line, ...around].map(hostIn).find((entry) => entry !== null);
    const host =
      named ??
      voice.host ??
      (voice.class === 'network' || voice.id === 'jvm-build-tool' ? announcedHost(lines, index) : null);
    return { index, line, voice, trouble, host, level: voice.level, report: [line, ...around].join('\n') };
  }
  return generalFinding(lines, index, command);
}

const reasonLines = 12;

/** A tool that gives no reason where it gives up may have given it before: a refusal is none that time cures. */
function reasonBefore(lines: readonly string[], index: number, voice: Voice): Trouble | null {
  if (voice.supposes === undefined || voice.reason?.test(lines[index] ?? '') === true) return null;
  const reasons = lines
    .slice(Math.max(0, index - reasonLines), index)
    .map((line) => (refusals.some((mark) => matches(mark, line)) ? 'not-found' : readTrouble(line)))
    .filter((trouble) => trouble !== null);
  return reasons.findLast(isPassing) ?? reasons.at(-1) ?? voice.supposes;
}

function speaksWithin(voice: Voice, lines: readonly string[], index: number, command: string): boolean {
  const { within } = voice;
  if (within === undefined || within.test(command)) return true;
  return lines.slice(Math.max(0, index - tracebackLines), index + followingLines).some((line) => within.test(line));
}

function generalFinding(lines: readonly string[], index: number, command: string): Finding | null {
  const line = lines[index] ?? '';
  const report = reportOf(lines, index, command);
  return report === null
    ? null
    : { index, line, voice: anyProgram, ...report, report: lines.slice(index, index + 4).join('\n') };
}

/** The findings that are about other machines: a service of the build's own that does not answer is nobody's outage. */
export function aboutOthers(all: readonly Finding[], command: string, lines: readonly string[]): readonly Finding[] {
  const found = withoutEchoes(all);
  const asked = hostsIn(command);
  const onlyOwn = asked.length > 0 && asked.every(isPrivate);
  const toLoopback = new Set(found.filter((finding) => dialsLoopback(finding.report)));
  return found.filter((finding) => {
    if (!isPassing(finding.trouble) || toLoopback.has(finding)) return false;
    if (finding.voice.shared === true && isTested(lines, finding, command)) return false;
    const relatives = found.filter((other) => other.voice.id === finding.voice.id);
    const host = finding.host ?? relatives.findLast((other) => other.host !== null)?.host ?? null;
    // An address says nothing of the name that was asked for: companies resolve public names to private addresses.
    if (host !== null && !(isAddress(host) && !isLoopback(host) && asked.some((name) => !isPrivate(name))))
      return !isPrivate(host) || isCompanyMirror(finding, host);
    if (relatives.some((other) => toLoopback.has(other))) return false;
    // A plain downloader that names no host speaks of the one in its command.
    if (finding.voice.class !== 'network') return true;
    if (finding.voice === anyProgram) return !onlyOwn;
    if (asked.length > 0) return !onlyOwn;
    return command === '' || brokeOff(finding, command) || onlyFetches(situationOf(lines, finding.index, command));
  });
}

/** What a test run says of a download is its subject. */
function isTested(lines: readonly string[], finding: Finding, command: string): boolean {
  return situationOf(lines, finding.index, command).tests;
}

/** A company's own repository answered, and broke: another machine, though only the company knows its name. */
function isCompanyMirror({ voice, trouble }: Finding, host: string): boolean {
  const inside = /\.(?:internal|corp|lan|intranet|private)$/.test(host) && !host.endsWith('docker.internal');
  return inside && voice.class !== 'network' && ['server-error', 'rate-limit', 'reset', 'timeout'].includes(trouble);
}

const variableDownload = /\b(?:curl|wget)\b[^|;&]*\$|\bgit (?:clone|fetch|submodule|pull)\b/;

/** A transfer that had begun, from a host that only a variable or an earlier `git remote add` names. */
function brokeOff(finding: Finding, command: string): boolean {
  return variableDownload.test(command) && ['reset', 'tls', 'timeout'].includes(finding.trouble);
}

/** A library's words right after a tool's own report are part of it, not another speaker; npm repeats what it ran. */
function withoutEchoes(found: readonly Finding[]): readonly Finding[] {
  return found.filter((finding) => {
    const before = found.filter(
      (other) => other.index < finding.index && finding.index - other.index <= Math.max(8, other.voice.reach ?? 0),
    );
    if (finding.voice.id === 'uv-poetry')
      return !found.some((other) => other.voice.id === 'uv-python' && Math.abs(other.index - finding.index) <= 8);
    if (finding.voice.id === 'npm') return !before.some((other) => other.voice.id === 'browser-download');
    return (
      finding.voice !== anyProgram ||
      finding.trouble === 'dns' ||
      !before.some((other) => other.voice !== anyProgram && other.level === 'error')
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
