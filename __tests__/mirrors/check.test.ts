import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { catalogueDiff } from '../../src/commands/mirrors.ts';
import { catalogueText, unifiedDiff } from '../../src/mirrors/catalogue-text.ts';
import { checkMirrors } from '../../src/mirrors/check.ts';
import { proposalOf, verdictOf, type CheckedEntry, type SampleAnswer } from '../../src/mirrors/judge.ts';
import { catalogue } from '../../src/registry/catalogue.ts';
import type { HealthPorts } from '../../src/health/ports.ts';
import type { ManifestHeadAnswer } from '../../src/registry/client.ts';

const FILE = 'src/registry/catalogue.json';
const text = readFileSync(FILE, 'utf8');
const day = '2026-09-01';
const folder = mkdtempSync(join(tmpdir(), 'mirrors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DAY_MS = 86_400_000;

function answer(result: SampleAnswer['result'], behindMs: number | null = null): SampleAnswer {
  return { name: 'alpine:latest', result, latencyMs: 20, behindMs, evidence: `it ${result}` };
}

function entry(changes: Partial<CheckedEntry> = {}): CheckedEntry {
  return { kind: 'registry', upstream: 'docker.io', mirror: 'm', state: 'good', trust: 'tags', index: 0, ...changes };
}

describe('what a mirror is, and what the catalogue should say', () => {
  test.each<[string, readonly SampleAnswer[], Partial<CheckedEntry>, string, object | null]>([
    ['all equal', [answer('equal'), answer('equal')], {}, 'well', null],
    ['all equal, retired', [answer('equal')], { state: 'retired' }, 'well', { state: 'limited' }],
    ['one missing', [answer('equal'), answer('missing')], {}, 'partly', { state: 'limited' }],
    ['one missing, limited', [answer('equal'), answer('missing')], { state: 'limited' }, 'partly', null],
    ['nothing served', [answer('failed'), answer('denied')], {}, 'dead', { state: 'retired' }],
    ['nothing served, retired', [answer('failed')], { state: 'retired' }, 'dead', null],
    ["nothing served, the user's own", [answer('failed')], { index: null }, 'dead', null],
    ['a tag older by a month', [answer('equal'), answer('differs', 30 * DAY_MS)], {}, 'stale', { trust: 'digests' }],
    ['a tag of nobody knows when', [answer('differs')], {}, 'stale', { trust: 'digests' }],
    ['a tag older by an hour', [answer('equal'), answer('differs', 3_600_000)], { state: 'limited' }, 'partly', null],
    ['stale where nobody looks at tags', [answer('differs')], { trust: 'digests' }, 'stale', null],
    ['an upstream that is silent', [answer('unconfirmed')], {}, 'not judged', null],
    ['nothing to ask for', [], {}, 'not judged', null],
  ])('%s', (_, samples, changes, verdict, proposal) => {
    expect(verdictOf(samples)).toBe(verdict);
    const { reason, ...change } = proposalOf(entry(changes), samples, verdictOf(samples), day) ?? { reason: '' };
    expect(Object.keys(change).length === 0 ? null : change).toEqual(proposal);
    if (proposal !== null) expect(reason).toContain(day);
  });
});

describe('the change of the catalogue', () => {
  test('the file is written as it is, to the letter', () => {
    expect(catalogueText(catalogue)).toBe(text);
  });

  test('nothing to change is no diff', () => {
    expect(unifiedDiff(FILE, text, text)).toBe('');
  });

  test('git applies it', async () => {
    const dead = (index: number): Parameters<typeof catalogueDiff>[0][number] => ({
      entry: entry({ index }),
      samples: [],
      verdict: 'dead',
      proposal: { state: 'retired', reason: `Served nothing on ${day}: "quoted" and \\ and é` },
    });
    const stale: Parameters<typeof catalogueDiff>[0][number] = {
      ...dead(1),
      proposal: { trust: 'digests', reason: 'Behind' },
    };
    const diff = catalogueDiff([dead(0), stale, dead(catalogue.length - 1)], day);
    await mkdir(join(folder, dirname(FILE)), { recursive: true });
    await writeFile(join(folder, FILE), text);
    await writeFile(join(folder, 'change.diff'), diff);
    execFileSync('git', ['apply', '--verbose', 'change.diff'], { cwd: folder });
    const changed = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as (typeof catalogue)[number][];
    expect(changed[0]).toMatchObject({ state: 'retired', since: day });
    expect(changed[0]?.evidence).toBe(`Served nothing on ${day}: "quoted" and \\ and é. ${catalogue[0]?.evidence}`);
    expect(changed[1]).toMatchObject({ trust: 'digests', state: catalogue[1]?.state, since: catalogue[1]?.since });
    expect(changed.at(-1)).toMatchObject({ state: 'retired', since: day });
    expect(changed.slice(2, -1)).toEqual(catalogue.slice(2, -1));
  });
});

describe('asking', () => {
  const digest = (name: string): string => `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`;
  const found = (name: string): ManifestHeadAnswer => ({
    kind: 'found',
    digest: digest(name),
    mediaType: 'application/vnd.oci.image.index.v1+json',
    sizeBytes: 1,
    latencyMs: 12,
    rateLimit: null,
  });

  /** A world in which the mirrors named do not answer, and some have old tags. */
  function world(dead: readonly string[], behind: readonly string[] = []): Pick<HealthPorts, 'http' | 'registry'> {
    const asked = ({ host, reference }: { host: string; reference: string }): ManifestHeadAnswer =>
      dead.includes(host)
        ? { kind: 'failed', host, phase: 'connect', status: null, evidence: `${host}: refused` }
        : found(
            reference.startsWith('sha256:')
              ? Buffer.from(reference.slice(7), 'hex').toString().replace(/\0+$/, '')
              : behind.includes(host)
                ? 'old'
                : 'new',
          );
    const gone = { kind: 'missing', host: '', evidence: '' } as const;
    return {
      registry: {
        headManifest: async (location) => await Promise.resolve(asked(location)),
        getManifest: async () => await Promise.resolve(gone),
        getBlobRange: async () => await Promise.resolve(gone),
      },
      http: {
        request: async ({ url }) => {
          const failed = dead.includes(new URL(url).host);
          return await Promise.resolve(
            failed
              ? { kind: 'failed', phase: 'connect', code: null, message: 'refused', latencyMs: 1 }
              : {
                  kind: 'response',
                  status: 200,
                  headers: {
                    'last-modified': url.includes('tsinghua')
                      ? 'Thu, 01 Jan 2026 00:00:00 GMT'
                      : 'Tue, 01 Sep 2026 00:00:00 GMT',
                  },
                  body: Buffer.from('module golang.org/x/mod'),
                  truncated: false,
                  latencyMs: 5,
                },
          );
        },
      } as HealthPorts['http'],
    };
  }

  async function verdicts(ports: Pick<HealthPorts, 'http' | 'registry'>): Promise<Readonly<Record<string, string>>> {
    const custom = [{ upstream: 'docker.io', host: 'hub.corp.example', prefix: 'hub/' }];
    const checked = await checkMirrors({ images: [], custom, day }, ports, new AbortController().signal);
    expect(checked).toHaveLength(catalogue.length + 1);
    return Object.fromEntries(checked.map(({ entry: of, verdict }) => [`${of.mirror} of ${of.upstream}`, verdict]));
  }

  test('each mirror by itself', async () => {
    const found = await verdicts(world(['mirror.gcr.io', 'goproxy.cn'], ['docker.m.daocloud.io', 'hub.corp.example']));
    expect(found).toMatchObject({
      'hub.corp.example of docker.io': 'stale',
      'mirror.gcr.io of docker.io': 'dead',
      'docker.m.daocloud.io of docker.io': 'stale',
      'public.ecr.aws of docker.io': 'well',
      'quay.m.daocloud.io of quay.io': 'well',
      'goproxy.cn of proxy.golang.org': 'dead',
      'goproxy.io of proxy.golang.org': 'well',
      'dl-cdn.alpinelinux.org of dl-cdn.alpinelinux.org': 'well',
      // Older than its neighbours by months, though it answers.
      'mirrors.tuna.tsinghua.edu.cn of dl-cdn.alpinelinux.org': 'stale',
    });
  });

  test('a registry that does not answer says nothing of its mirrors', async () => {
    const found = await verdicts(world(['docker.io']));
    expect(found['mirror.gcr.io of docker.io']).toBe('not judged');
    expect(found['quay.m.daocloud.io of quay.io']).toBe('well');
  });

  test('a machine without a way out judges nobody', async () => {
    const hosts = [...new Set(catalogue.flatMap(({ upstream, mirror }) => [upstream, mirror]))];
    const found = await verdicts(world([...hosts, 'hub.corp.example']));
    expect([...new Set(Object.values(found))]).toEqual(['not judged']);
  });
});
