import { purposeOf, speakersIn } from './commands.ts';
import type { Purpose } from './commands.ts';
import { matches, refusals } from './finals.ts';
import { hostIn, isAddress, isPrivate } from './hosts.ts';
import { speaksOfAgain, speaksOfNetwork } from './network-words.ts';
import { isPassing, readTrouble } from './trouble.ts';
import type { Trouble } from './trouble.ts';
import type { Voice } from './voices.ts';

/**
 * Whoever it is: a program without a voice of its own. What it says counts by what the command was for, by whether the
 * words can only be about a connection (`network-words.ts`), and by whether another machine is named.
 */
export const anyProgram: Voice = {
  id: 'any-program',
  class: 'network',
  level: 'error',
  when: /./,
  source: 'network-words.ts',
};

export interface Report {
  readonly trouble: Trouble;
  readonly host: string | null;
  readonly level: Voice['level'];
}

const announced = /\b(?:download|fetch|retriev|clon|install|pull|GET)\w*\b.*https?:\/\//i;

/** The host of the download that was announced just before a line. */
export function announcedHost(lines: readonly string[], index: number): string | null {
  const before = lines.slice(Math.max(0, index - 4), index).findLast((line) => announced.test(line));
  return before === undefined ? null : hostIn(before);
}

const failing =
  /\b(?:errors?|fail(?:ed|ure|ing)?|fatal|exception|cannot|can't|could ?n[o']t|unable|timed out|refused|aborted|reset)\b/i;
const fetching =
  /\b(?:down)?load(?:ing|ed)?\b|\b(?:fetch|retriev|clon|pull|request|sync|updat|mirror|repositor|registr|package|artifact|provider|plugin|collection|chart|archive|binar|connect|reach|resolve)\w*|\burl\b/i;
const download = /\b(?:download|fetch|retriev|clon|GET)\w*\b/i;
const expecting = /\b(?:expect\w*|assert\w*|want(?:ed)?|should|got \d{3}|tests?|specs?|health|smoke|seed\w*)\b/i;
/** Requests' `raise_for_status`: an answer that nobody expected, for it ended the program. */
const unexpectedAnswer = /\b5\d\d Server Error: .* for url: https?:\/\//;
/** The same where it ended a program of the build's own: an exception that nobody caught, with its class before it. */
const uncaughtAnswer = /^[\w.]*HTTPError: (?:5\d\d Server|429 Client) Error: .* for url: https?:\/\//i;
/** Only a resolver that does not answer says this; of a name that does not exist it would say so. */
const resolverDown = /Temporary failure in name resolution|\bEAI_AGAIN\b|server misbehaving|: Try again\b/;
const beginning = /^\W*(?:Downloading|Fetching|Cloning into|Retrieving|Pulling|Collecting)\b/i;

/** What a program can do without. */
const telemetry =
  /telemetry|analytics|\bsentry(?!-?cli)\b|update[- ](?:notifier|check)|check(?:ing)? for updates|remote cache/i;
const remark = /^\s*\[?(?:warn(?:ing)?|info|debug|notice)\b/i;

/** How far before the end an exception that nobody caught stands, a report of an unknown program that still explains the end, and one of a program that only fetches. */
const lastWords = 6;
const lastLines = 15;
const lastLinesOfFetchers = 40;

/** The command that a shell's trace (`set -x`) or a package script's heading shows just before a line. */
function commandAt(lines: readonly string[], index: number, command: string): string {
  const shown = lines.slice(0, index).findLast((line) => trace.test(line));
  return shown === undefined ? command : shown.replace(trace, '');
}

const trace = /^(?:\++ (?=[\w./])|> (?=\S+@\S+ \S+( \S+)?$))/;

/** Who can be speaking: what the command is for, or, of a log that shows none, who gave himself away. */
export function situationOf(lines: readonly string[], index: number, command: string): Purpose {
  const shown = commandAt(lines, index, command);
  const purpose = purposeOf(shown);
  if (purpose.tests || onlyFetches(purpose)) return purpose;
  // Who prints just here is told better by the print than by a command that runs many things.
  const here = speakersIn(lines.slice(Math.max(0, index - 6), index + 12));
  if (here.length > 0) return { fetchers: here, tests: false, own: false };
  return purpose.own || purpose.fetchers.length > 0 ? purpose : { ...purpose, fetchers: speakersIn(lines) };
}

/** True if the step did nothing but fetch, as far as anybody can tell. */
export function onlyFetches({ fetchers, tests, own }: Purpose): boolean {
  return fetchers.length > 0 && !tests && !own;
}

/** What a program that no voice is known of reports about another machine. */
export function reportOf(lines: readonly string[], index: number, command: string): Report | null {
  const line = lines[index] ?? '';
  const trouble = readTrouble(line);
  if (telemetry.test(line) || isEchoed(line, command) || (trouble !== null && !isPassing(trouble))) return null;
  const spoken = speaksOfNetwork(line);
  const again = speaksOfAgain(line);
  if (!spoken && trouble === null && !told(line) && !again) return null;
  const purpose = situationOf(lines, index, command);
  if (purpose.tests) return null;
  if (onlyFetches(purpose)) {
    const report = fetcherReport(lines, index, trouble, spoken);
    // Tried again for what it does not say: it may have succeeded, or have been refused.
    return (
      report ??
      (again && !refusedBefore(lines, index)
        ? { trouble: trouble ?? 'unreachable', host: nearestHost(lines, index), level: 'warning' }
        : null)
    );
  }
  if (remark.test(line)) return null;
  const report =
    libraryReport(lines, index, trouble, spoken, purpose, command) ?? fetchReport(lines, index, purpose, command);
  return report === null ? null : { ...report, level: 'error' };
}

/** What a loop around a downloader tries again was refused a moment ago, and will be refused again. */
function refusedBefore(lines: readonly string[], index: number): boolean {
  return lines.slice(Math.max(0, index - 6), index).some((line) => refusals.some((mark) => matches(mark, line)));
}

/** A line that says that a fetch failed, though perhaps not why. */
function told(line: string): boolean {
  return unexpectedAnswer.test(line) || (failing.test(line) && fetching.test(line));
}

/** The command holds the line itself: `echo` says it, and nobody else. */
function isEchoed(line: string, command: string): boolean {
  return line.length > 8 && command.includes(line) && /\b(?:echo|printf)\b/.test(command);
}

function isStatus(trouble: Trouble | null): boolean {
  return trouble === 'server-error' || trouble === 'rate-limit';
}

function fetcherReport(
  lines: readonly string[],
  index: number,
  trouble: Trouble | null,
  spoken: boolean,
): Report | null {
  const line = lines[index] ?? '';
  const near = trouble ?? (download.test(line) ? readTrouble(lines.slice(index + 1, index + 5).join('\n')) : null);
  if (!spoken && !isStatus(near) && !(near !== null && isPassing(near) && told(line) && download.test(line)))
    return null;
  const host = nearestHost(lines, index);
  // A number in the output of a tool that also builds: somebody must say that something failed, or where.
  if (!spoken && host === null && !lines.slice(Math.max(0, index - 3), index + 1).some((entry) => failing.test(entry)))
    return null;
  const late = index >= lines.length - lastLinesOfFetchers;
  return {
    trouble: near ?? 'unreachable',
    host,
    level: late && !remark.test(line) ? 'error' : 'warning',
  };
}

function nearestHost(lines: readonly string[], index: number): string | null {
  const named = hostIn(lines[index] ?? '');
  if (named !== null && !isAddress(named)) return named;
  const around = [...lines.slice(index + 1, index + 3), ...lines.slice(Math.max(0, index - 3), index).toReversed()];
  const near = around.map(hostIn).find((entry) => entry !== null && !isAddress(entry));
  return announcedHost(lines, index) ?? near ?? named;
}

/** The lines of source that a traceback shows may hold the URL that its last line does not. */
function tracebackHost(lines: readonly string[], index: number): string | null {
  if (!/^[\w.]+(?:Error|Exception|Timeout|Disconnected|timeout)\b/.test(lines[index] ?? '')) return null;
  const start = lines.slice(0, index).findLastIndex((line) => line.startsWith('Traceback (most recent call last)'));
  if (start < 0) return null;
  const shown = lines.slice(start, index).map(hostIn);
  return shown.findLast((host) => host !== null && !isPrivate(host)) ?? null;
}

type HostReport = Omit<Report, 'level'>;

function libraryReport(
  lines: readonly string[],
  index: number,
  trouble: Trouble | null,
  spoken: boolean,
  purpose: Purpose,
  command: string,
): HostReport | null {
  const line = lines[index] ?? '';
  if (trouble !== null && uncaughtAnswer.test(line) && index >= lines.length - lastWords) {
    const asked = hostIn(line);
    return asked === null || isPrivate(asked) ? null : { trouble, host: asked };
  }
  if (!spoken || isStatus(trouble)) return null;
  const named = hostIn(line);
  const host =
    named === null || isAddress(named)
      ? ((purpose.own ? announcedHost(lines, index) : nearestHost(lines, index)) ?? named)
      : named;
  const what = trouble ?? 'unreachable';
  if (host !== null) return { trouble: what, host };
  const traced = tracebackHost(lines, index);
  if (traced !== null) return { trouble: what, host: traced };
  const begun = lines.slice(Math.max(0, index - 4), index).some((entry) => beginning.test(entry));
  const unnamed =
    (what === 'dns' && resolverDown.test(line)) ||
    /Network is unreachable|ENETUNREACH/i.test(line) ||
    (begun && ['reset', 'tls', 'timeout'].includes(what)) ||
    (command === '' && ['reset', 'tls', 'timeout', 'unreachable'].includes(what));
  return unnamed && (!purpose.own || begun) ? { trouble: what, host: null } : null;
}

function fetchReport(lines: readonly string[], index: number, purpose: Purpose, command: string): HostReport | null {
  const line = lines[index] ?? '';
  if (purpose.own || expecting.test(line) || index < lines.length - lastLines) return null;
  if (!told(line)) return null;
  const after = lines.slice(index + 1, index + 5);
  const around = [line, ...after.slice(0, 2), ...lines.slice(Math.max(0, index - 3), index).toReversed()];
  const host = around.map(hostIn).find((entry) => entry !== null) ?? null;
  const trouble = readTrouble(line) ?? readTrouble(after.join('\n'));
  if (host === null || isPrivate(host) || trouble === null || !isPassing(trouble)) return null;
  return isStatus(trouble) && command === '' && !download.test(line) && hostIn(line) === null
    ? null
    : { trouble, host };
}
