import type { PageReport } from '../health/status-documents.ts';
import { pageText } from '../report/log-health.ts';
import { blocks, prose, table } from '../report/markdown.ts';
import { listed, serviceName } from '../report/words.ts';
import { downSince } from './decide.ts';
import type { Check } from './history.ts';

/** What the texts are made of. */
export interface IssueFacts {
  readonly checks: readonly Check[];
  readonly statusPages: readonly PageReport[];
  /** The workflow run of this check, or null outside of one. */
  readonly runUrl: string | null;
}

/** By this the issue is found again, and the services that it names. */
const MARK = /<!-- smart-docker-build monitor: (\[.*?\]) -->/;

/** The services that an issue's text names; null where the issue is none of ours. */
export function servicesIn(body: string): readonly string[] | null {
  try {
    const names: unknown = JSON.parse(MARK.exec(body)?.[1] ?? 'null');
    return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : null;
  } catch {
    return null;
  }
}

export function issueTitle(services: readonly string[]): string {
  return `Build infrastructure: ${namesOf(services)} ${services.length === 1 ? 'is' : 'are'} down`;
}

function namesOf(services: readonly string[]): string {
  return listed(services.map((name) => prose(serviceName(name))));
}

export function issueBody(services: readonly string[], { checks, statusPages, runUrl }: IssueFacts): string {
  const last = checks.at(-1);
  const rows = services.map((name) => {
    const since = downSince(checks, name);
    const evidence = last?.services.find((service) => service.name === name)?.evidence ?? '';
    const page = statusPages.find(({ service }) => service === name);
    const said = page === undefined ? '' : `${page.page}: ${pageText(page, last?.atMs ?? 0)}`;
    return [prose(serviceName(name)), since === null ? '' : timeText(since), prose(evidence), prose(said)];
  });
  return blocks(
    // A name cannot end the comment: quotes and brackets of JSON, and no `>`.
    `<!-- smart-docker-build monitor: ${JSON.stringify(services).replaceAll('>', '')} -->`,
    `This repository's builds need ${namesOf(services)}, and the last checks found ${services.length === 1 ? 'it' : 'them'} down.`,
    table(['Service', 'Down since', 'What it answered', 'Its status page'], rows),
    'Builds take what they can from mirrors and caches meanwhile. This text is brought up to date by every check, and the issue is closed when all is well again.',
    runUrl === null ? null : `Last check: ${last === undefined ? '' : timeText(last.atMs)}, ${runUrl}`,
  );
}

/** What changed, for a comment. */
export function changeText(came: readonly string[], went: readonly string[]): string {
  const parts = [
    came.length === 0 ? '' : `${namesOf(came)} ${came.length === 1 ? 'is' : 'are'} down as well.`,
    went.length === 0 ? '' : `${namesOf(went)} ${went.length === 1 ? 'is' : 'are'} well again.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
