import type { Http } from '../net/http.ts';
import { readDocker, readGitHub, readGoogle, type PageReport } from './status-documents.ts';

/** What a status page is read from, and how. */
interface StatusPage {
  readonly host: string;
  readonly url: string;
  readonly read: (document: unknown) => readonly PageReport[];
}

const PAGES: readonly StatusPage[] = [
  { host: 'www.githubstatus.com', url: 'https://www.githubstatus.com/api/v2/summary.json', read: readGitHub },
  {
    host: 'www.dockerstatus.com',
    url: 'https://www.dockerstatus.com/1.0/status/533c6539221ae15e3f000031',
    read: readDocker,
  },
  { host: 'status.cloud.google.com', url: 'https://status.cloud.google.com/incidents.json', read: readGoogle },
];

/** Google's page lists the incidents of a year. */
const MAX_BYTES = 4 * 1024 * 1024;
/** A page that has not answered by then has nothing to say to this run. */
const TIMEOUT_MS = 20_000;

/**
 * Starts to read the status pages, beside everything else. Nobody ever waits for them: whoever wants to know what they
 * say is given what has come by then. They are never believed against a probe.
 */
export function startStatusPages(http: Http, signal: AbortSignal): () => readonly PageReport[] {
  const said: PageReport[] = [];
  for (const page of PAGES) void readPage(http, page, signal).then((reports) => said.push(...reports));
  return () => [...said];
}

async function readPage(http: Http, page: StatusPage, signal: AbortSignal): Promise<readonly PageReport[]> {
  const outcome = await http.request({
    url: page.url,
    method: 'GET',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    maxBytes: MAX_BYTES,
  });
  if (outcome.kind === 'failed' || outcome.status !== 200) return [];
  try {
    return page.read(JSON.parse(outcome.body.toString('utf8')));
  } catch {
    return [];
  }
}

/** What a page declares about a service that failed here, in words; null where it declares no outage. */
export function declaredOutage(reports: readonly PageReport[], service: string | null): string | null {
  const report = reports.find((one) => one.service === service && one.state === 'outage');
  return report === undefined ? null : `${report.page} says ${report.text}`;
}
