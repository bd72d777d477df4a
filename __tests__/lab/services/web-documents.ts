/** What the plain web hosts answer: built-in documents of a healthy day, and those that a case puts in their place. */
import type { LabDocument } from '../contract.ts';

export interface Documents {
  readonly find: (host: string, path: string) => LabDocument | undefined;
  readonly set: (document: LabDocument) => void;
  readonly clear: () => void;
}

export function createDocuments(): Documents {
  const builtIn = byKey(healthyDocuments());
  const replaced = new Map<string, LabDocument>();
  return {
    find: (host, path) => replaced.get(key(host, path)) ?? builtIn.get(key(host, path)),
    set: (document) => {
      replaced.set(key(document.host, document.path), document);
    },
    clear: () => replaced.clear(),
  };
}

function byKey(documents: readonly LabDocument[]): ReadonlyMap<string, LabDocument> {
  return new Map(documents.map((document) => [key(document.host, document.path), document]));
}

function key(host: string, path: string): string {
  return `${host} ${path}`;
}

function healthyDocuments(): readonly LabDocument[] {
  const githubStatus = 'www.githubstatus.com';
  return [
    json(githubStatus, '/api/v2/summary.json', githubSummary()),
    json(githubStatus, '/api/v2/status.json', githubState()),
    json(githubStatus, '/api/v2/components.json', { page: githubState().page, components: githubSummary().components }),
    json('www.dockerstatus.com', '/1.0/status/533c6539221ae15e3f000031', dockerStatus()),
    json('status.cloud.google.com', '/incidents.json', []),
    { host: 'www.google.com', path: '/generate_204', body: '', status: 204 },
    { host: 'www.cloudflare.com', path: '/cdn-cgi/trace', body: 'fl=1f1\nh=www.cloudflare.com\n' },
  ];
}

function json(host: string, path: string, value: unknown): LabDocument {
  return { host, path, body: JSON.stringify(value), contentType: 'application/json; charset=utf-8' };
}

const updatedAt = '2026-01-01T00:00:00.000Z';

/** Statuspage, version 2: `status.indicator` none, components operational. */
function githubState() {
  return {
    page: { id: 'kctbh9vrtdwd', name: 'GitHub', url: 'https://www.githubstatus.com', updated_at: updatedAt },
    status: { indicator: 'none', description: 'All Systems Operational' },
  };
}

function githubSummary() {
  const names = [
    'Git Operations',
    'API Requests',
    'Webhooks',
    'Issues',
    'Pull Requests',
    'Actions',
    'Packages',
    'Pages',
  ];
  const components = names.map((name, index) => ({
    id: `component${index}`,
    name,
    status: 'operational',
    updated_at: updatedAt,
  }));
  return { ...githubState(), components, incidents: [], scheduled_maintenances: [] };
}

/** status.io: code 100 is operational (kb.status.io, "Public Status API"). */
function dockerStatus() {
  const operational = { updated: updatedAt, status: 'Operational', status_code: 100 };
  const names = ['Docker Hub Registry', 'Docker Hub Web', 'Docker Authentication', 'Docker Docs'];
  return {
    result: {
      status_overall: operational,
      status: names.map((name, index) => ({
        id: `component${index}`,
        name,
        ...operational,
        containers: [{ id: 'container', name: 'Docker Web Services', ...operational }],
      })),
      incidents: [],
      maintenance: { active: [], upcoming: [] },
    },
  };
}
