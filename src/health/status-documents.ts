import { z } from 'zod';
import type { ServiceId } from './services.ts';

/** What a status page says of one of our services. */
export interface PageReport {
  readonly service: ServiceId;
  /** Host of the page. */
  readonly page: string;
  /** `degraded`: it works, but not well; `outage`: for some or for all it does not. */
  readonly state: 'operational' | 'degraded' | 'outage';
  /** `Packages: partial outage`. */
  readonly text: string;
  /** Since when, milliseconds since the epoch; null where the page does not say, or nothing is wrong. */
  readonly sinceMs: number | null;
}

const GITHUB = 'www.githubstatus.com';
const DOCKER = 'www.dockerstatus.com';
const GOOGLE = 'status.cloud.google.com';

type Said = Omit<PageReport, 'service' | 'page'>;

const BADNESS = { operational: 0, degraded: 1, outage: 2 } as const;

/** The worst of several components; null for none. */
function worst(said: readonly Said[]): Said | null {
  const [first, ...rest] = said;
  return first === undefined ? null : rest.reduce((a, b) => (BADNESS[b.state] > BADNESS[a.state] ? b : a), first);
}

function reports(page: string, service: ServiceId, said: readonly Said[]): readonly PageReport[] {
  const one = worst(said);
  return one === null ? [] : [{ service, page, ...one }];
}

/** Statuspage, version 2: `summary.json` (metastatuspage.com/api). */
const summary = z.object({
  components: z.array(z.object({ name: z.string(), status: z.string(), updated_at: z.string().nullish() })),
  incidents: z
    .array(
      z.object({
        started_at: z.string().nullish(),
        created_at: z.string().nullish(),
        components: z.array(z.object({ name: z.string() })).catch([]),
      }),
    )
    .catch([]),
});

export function readGitHub(document: unknown): readonly PageReport[] {
  const { components, incidents } = summary.parse(document);
  const of = (name: string): readonly Said[] =>
    components
      .filter((component) => component.name === name)
      .flatMap((component): readonly Said[] => {
        const state = statuspageState(component.status);
        if (state === null) return [];
        const incident = incidents.find((one) => one.components.some((affected) => affected.name === name));
        const since = incident?.started_at ?? incident?.created_at ?? component.updated_at;
        return [{ state, text: `${name}: ${component.status.replaceAll('_', ' ')}`, sinceMs: sinceOf(state, since) }];
      });
  return [...reports(GITHUB, 'ghcr.io', of('Packages')), ...reports(GITHUB, 'gha-cache', of('Actions'))];
}

function statuspageState(status: string): PageReport['state'] | null {
  switch (status) {
    case 'operational':
      return 'operational';
    case 'degraded_performance':
    case 'under_maintenance':
      return 'degraded';
    case 'partial_outage':
    case 'major_outage':
      return 'outage';
    default:
      return null;
  }
}

/** status.io (kb.status.io, "Public Status API"): 100 operational, 200 maintenance, 300 degraded, from 400 on an outage. */
const statusIo = z.object({
  result: z.object({
    status: z.array(
      z.object({ name: z.string(), status: z.string(), status_code: z.number(), updated: z.string().nullish() }),
    ),
  }),
});

/** Parts of Docker's page without which no image can be pulled. */
const DOCKER_PARTS = /hub|registry|authentication/i;

export function readDocker(document: unknown): readonly PageReport[] {
  const parts = statusIo.parse(document).result.status.filter(({ name }) => DOCKER_PARTS.test(name));
  const said = parts.map(({ name, status, status_code: code, updated }): Said => {
    const state = code >= 400 ? 'outage' : code >= 200 ? 'degraded' : 'operational';
    return { state, text: `${name}: ${status.toLowerCase()}`, sinceMs: sinceOf(state, updated) };
  });
  return reports(DOCKER, 'docker.io', said);
}

/** Google Cloud: a flat list of incidents; one without an end goes on (status.cloud.google.com/incidents.schema.json). */
const googleIncidents = z.array(
  z.object({
    begin: z.string(),
    end: z.string().nullish(),
    status_impact: z.string().catch(''),
    affected_products: z.array(z.object({ title: z.string() })).catch([]),
  }),
);

/** Products behind gcr.io and registry.k8s.io. */
const GOOGLE_PRODUCTS = /^(Google )?(Artifact Registry|Container Registry|Cloud Storage)$/i;

export function readGoogle(document: unknown): readonly PageReport[] {
  const running = googleIncidents.parse(document).filter(({ end }) => end == null || end === '');
  const said = running.flatMap(({ begin, status_impact: impact, affected_products: products }): readonly Said[] => {
    const product = products.find(({ title }) => GOOGLE_PRODUCTS.test(title));
    if (product === undefined) return [];
    const state = impact === 'SERVICE_OUTAGE' ? 'outage' : 'degraded';
    const text = `${product.title}: ${impact.toLowerCase().replaceAll('_', ' ') || 'incident'}`;
    return [{ state, text, sinceMs: sinceOf(state, begin) }];
  });
  const well: Said = { state: 'operational', text: 'no incident of its registries', sinceMs: null };
  const all = said.length === 0 ? [well] : said;
  return [...reports(GOOGLE, 'gcr.io', all), ...reports(GOOGLE, 'registry.k8s.io', all)];
}

function sinceOf(state: PageReport['state'], time: string | null | undefined): number | null {
  const ms = Date.parse(time ?? '');
  return state === 'operational' || Number.isNaN(ms) ? null : ms;
}
