import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readDocker, readGitHub, readGoogle, type PageReport } from '../../src/health/status-documents.ts';
import { declaredOutage, startStatusPages } from '../../src/health/status-pages.ts';
import { createHttp, type Http } from '../../src/net/http.ts';

const since = '2026-09-01T10:42:00.000Z';
const sinceMs = Date.parse(since);

function github(components: Readonly<Record<string, string>>, incidents: readonly unknown[] = []): unknown {
  return {
    page: { id: 'kctbh9vrtdwd' },
    components: Object.entries(components).map(([name, status]) => ({ name, status, updated_at: since })),
    incidents,
  };
}

test.each<[string, string, PageReport['state'] | undefined]>([
  ['operational', 'Packages: operational', 'operational'],
  ['degraded_performance', 'Packages: degraded performance', 'degraded'],
  ['under_maintenance', 'Packages: under maintenance', 'degraded'],
  ['partial_outage', 'Packages: partial outage', 'outage'],
  ['major_outage', 'Packages: major outage', 'outage'],
  ['a word of next year', '', undefined],
])('GitHub Packages %s', (status, text, state) => {
  const reports = readGitHub(github({ Packages: status, Actions: 'operational', Pages: 'major_outage' }));
  const ghcr = reports.find(({ service }) => service === 'ghcr.io');
  expect([ghcr?.text ?? '', ghcr?.state]).toEqual([text, state]);
  expect(reports.find(({ service }) => service === 'gha-cache')?.state).toBe('operational');
});

test('an incident says since when', () => {
  const incident = { started_at: '2026-09-01T09:00:00Z', components: [{ name: 'Packages' }] };
  const [ghcr] = readGitHub(github({ Packages: 'major_outage' }, [incident]));
  expect(ghcr?.sinceMs).toBe(Date.parse('2026-09-01T09:00:00Z'));
});

test.each([
  [100, 'Operational', 'operational'],
  [300, 'Degraded Performance', 'degraded'],
  [500, 'Service Disruption', 'outage'],
] as const)('Docker with %d', (code, status, state) => {
  const part = (name: string, over = {}): unknown => ({ name, status: 'Operational', status_code: 100, ...over });
  const bad = { status, status_code: code, updated: since };
  const document = {
    result: { status: [part('Docker Docs', { status_code: 500 }), part('Docker Hub Registry', bad)] },
  };
  const [report] = readDocker(document);
  expect(report).toEqual({
    service: 'docker.io',
    page: 'www.dockerstatus.com',
    state,
    text: `Docker Hub Registry: ${status.toLowerCase()}`,
    sinceMs: state === 'operational' ? null : sinceMs,
  });
});

test('Google: an incident without an end, of a product that images come from', () => {
  const incident = (title: string, end: string | null): unknown => ({
    begin: since,
    end,
    status_impact: 'SERVICE_OUTAGE',
    affected_products: [{ title, id: '1' }],
  });
  expect(
    readGoogle([incident('Artifact Registry', null)]).map(({ service, state, text }) => [service, state, text]),
  ).toEqual([
    ['gcr.io', 'outage', 'Artifact Registry: service outage'],
    ['registry.k8s.io', 'outage', 'Artifact Registry: service outage'],
  ]);
  const past = [incident('Artifact Registry', since), incident('Vertex AI', null)];
  expect(readGoogle(past).map(({ state }) => state)).toEqual(['operational', 'operational']);
});

test.each([[readGitHub], [readDocker], [readGoogle]])(
  'what is no such document throws for its reader to drop',
  (read) => {
    for (const document of [null, 'hello', {}, { result: [] }, [{ end: 1 }]]) expect(() => read(document)).toThrow();
  },
);

test('only an outage is a reason to be patient', () => {
  const report = (state: PageReport['state']): PageReport => {
    return { service: 'ghcr.io', page: 'www.githubstatus.com', state, text: 'Packages: x', sinceMs: null };
  };
  expect(declaredOutage([report('outage')], 'ghcr.io')).toBe('www.githubstatus.com says Packages: x');
  expect(declaredOutage([report('degraded')], 'ghcr.io')).toBeNull();
  expect(declaredOutage([report('outage')], 'docker.io')).toBeNull();
  expect(declaredOutage([report('outage')], null)).toBeNull();
});

let server: Server | undefined;
let http: Http | undefined;
afterEach(() => {
  http?.dispose();
  server?.close();
  server?.closeAllConnections();
});

test('what has come is there, and nobody waits for the rest', async () => {
  server = createServer((request, response) => {
    if (request.url === '/api/v2/summary.json') response.end(JSON.stringify(github({ Packages: 'major_outage' })));
    else if (request.url === '/incidents.json') response.end('<html>');
    // Docker's page is silent.
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const real = createHttp();
  http = real;
  const arrived: Promise<unknown>[] = [];
  const redirected: Http = {
    ...real,
    request: async (request) => {
      const url = new URL(request.url);
      const answer = real.request({ ...request, url: `http://127.0.0.1:${port}${url.pathname}` });
      if (!url.host.includes('docker')) arrived.push(answer);
      return await answer;
    },
  };
  const reports = startStatusPages(redirected, new AbortController().signal);
  expect(reports()).toEqual([]);
  await Promise.all(arrived);
  await new Promise((resolve) => setImmediate(resolve));
  expect(reports().map(({ service, state }) => [service, state])).toEqual([['ghcr.io', 'outage']]);
});
