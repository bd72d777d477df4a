import { hostIn, isAddress, isPrivate } from './hosts.ts';
import { isPassing, readTrouble } from './trouble.ts';
import type { Trouble } from './trouble.ts';
import type { Voice } from './voices.ts';

/**
 * What a library prints when the network failed, whoever called it: it counts only with a remote host in the same line,
 * and never for an HTTP status, which a user's own program may well expect.
 */
export const anyProgram: Voice = {
  id: 'any-program',
  class: 'network',
  level: 'error',
  when: /dial tcp|: lookup \S+|getaddrinfo|\bE(?:CONNRESET|TIMEDOUT|AI_AGAIN|HOSTUNREACH)\b|reset by peer|Connection (?:timed out|reset)|Could not resolve host|Max retries exceeded|Read timed out|urlopen error|error sending request for url|failure in name resolution|Failed to connect to|i\/o timeout|TLS handshake timeout|socket hang up|UnknownHostException|SocketTimeoutException|UND_ERR_\w*TIMEOUT|[Ww]e couldn't connect to|https?:\/\/\S+ .*\btimed out\b|Connection (?:to \S+ )?timed out|client error \(Connect\)|operation timed out|connect timed out|error trying to connect|Network is unreachable/i,
  source: 'Go net/http, Node, Python requests and urllib, Java, reqwest',
};

export interface Report {
  readonly trouble: Trouble;
  readonly host: string | null;
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
  /\b(?:down)?load(?:ing|ed)?\b|\b(?:fetch|retriev|clon|pull|request|sync|updat|mirror|repositor|registr|package|artifact|provider|plugin|collection|chart|archive|binar|connect|reach|resolve)\w*/i;
const expecting = /\b(?:expect\w*|assert\w*|want(?:ed)?|should|got \d{3}|tests?|specs?|health|smoke|seed\w*)\b/i;
const testing =
  /\b(?:tests?|pytest|jest|vitest|mocha|rspec|phpunit|e2e|smoke|specs?|integration|health\w*|wait-for\S*|migrat\w*|seed\w*|verify)\b/i;
/** Programs of the build's own: what they expect of whom, only their author knows. */
const own =
  /(?:^|&&|\|\||[;|(]|-c |RUN )\s*(?:--\S+\s+)*(?:\w+=\S* )*(?:(?:bash|sh|source|\.) )?(?:\.{0,2}\/(?!bin\/|usr\/)|[\w/.-]+\.(?:sh|bash)\b|node (?!-)|python[\d.]* (?!-)|ruby |php |perl |java |go (?:run|generate)|npm (?:run|start|exec)|yarn (?:run |build|start|dev)|pnpm (?:run |build|start)|npx (?:next|vite|tsx|ts-node)|make\b|just |task |rake |bundle exec|cargo run|dotnet run|mix |rails )/m;
/** Requests' `raise_for_status`: an answer that nobody expected, for it ended the program. */
const unexpectedAnswer = /\b5\d\d Server Error: .* for url: https?:\/\//;
const downloading = /\b(?:download|fetch)/i;
/** Only a resolver that does not answer says this; of a name that does not exist it would say so. */
const resolverDown = /Temporary failure in name resolution|\bEAI_AGAIN\b|server misbehaving/;

/** What a program can do without. */
const aside =
  /^\s*\[?(?:warn(?:ing)?|info|debug|notice)\b|telemetry|analytics|sentry|update[- ](?:notifier|check)|check(?:ing)? for updates|remote cache/i;

/** How far before the end a report of an unknown program still explains the end. */
const lastLines = 15;

/** What a program that no voice is known of reports: a failed fetch, from a host that is named. */
export function reportOf(lines: readonly string[], index: number, command: string): Report | null {
  if (aside.test(lines[index] ?? '')) return null;
  return libraryReport(lines, index, command) ?? fetchReport(lines, index, command);
}

function libraryReport(lines: readonly string[], index: number, command: string): Report | null {
  const line = lines[index] ?? '';
  const trouble = readTrouble(line);
  if (!anyProgram.when.test(line) || trouble === null || !isPassing(trouble) || trouble === 'server-error') return null;
  const named = hostIn(line);
  const host = named === null || isAddress(named) ? (announcedHost(lines, index) ?? named) : named;
  if (host !== null) return { trouble, host };
  const unnamed =
    (trouble === 'dns' && resolverDown.test(line)) ||
    /Network is unreachable|ENETUNREACH/i.test(line) ||
    (downloading.test(command) && ['reset', 'tls', 'timeout'].includes(trouble));
  return unnamed && !testing.test(command) && !own.test(command) ? { trouble, host: null } : null;
}

function fetchReport(lines: readonly string[], index: number, command: string): Report | null {
  const line = lines[index] ?? '';
  if (testing.test(command) || expecting.test(line) || index < lines.length - lastLines) return null;
  const told = unexpectedAnswer.test(line) || (failing.test(line) && fetching.test(line));
  if (!told) return null;
  const after = lines.slice(index + 1, index + 5);
  const around = [line, ...after.slice(0, 2), ...lines.slice(Math.max(0, index - 3), index).toReversed()];
  const host = around.map(hostIn).find((entry) => entry !== null) ?? null;
  const trouble = readTrouble(line) ?? readTrouble(after.join('\n'));
  if (host === null || isPrivate(host) || trouble === null || !isPassing(trouble)) return null;
  if (own.test(command) || (trouble === 'server-error' && command === '')) return null;
  return { trouble, host };
}
