import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type DigestDecision,
  type MirrorWord,
  type TagEvidence,
  digestOfTag,
} from '../../src/registry/digest-of-tag.ts';

const a = `sha256:${'a'.repeat(64)}`;
const b = `sha256:${'b'.repeat(64)}`;
const c = `sha256:${'c'.repeat(64)}`;

const down: TagEvidence = {
  name: 'alpine:3.20',
  upstreamHost: 'docker.io',
  pin: null,
  lock: null,
  locked: false,
  upstream: { kind: 'silent', evidence: 'registry-1.docker.io did not answer in 2.5 s' },
  remembered: null,
  mirrors: [],
  allowUnverified: false,
};

function says(
  mirror: string,
  operator: string,
  digest: string | null,
  trust: MirrorWord['trust'] = 'tags',
): MirrorWord {
  return { mirror, operator, digest, trust, evidence: digest === null ? `503 from ${mirror}` : 'found' };
}

const google = says('mirror.gcr.io', 'Google', a);
const amazon = says('public.ecr.aws', 'Amazon', a);
const stale = says('docker.m.daocloud.io', 'DaoCloud', b);
const pin = 'pin the image by digest in the Dockerfile, or commit a docker-build.lock (smart-docker-build lock)';

test.each<[string, Partial<TagEvidence>, DigestDecision]>([
  [
    'the pin outranks everything',
    { pin: a, lock: { digest: b, resolvedAt: '2026-08-01' }, upstream: { kind: 'answered', digest: c } },
    { kind: 'trusted', digest: a, confirmedBy: { kind: 'pin' }, reason: 'pinned in the Dockerfile' },
  ],
  [
    'the lock file outranks the upstream, whose change is told',
    { lock: { digest: b, resolvedAt: '2026-08-01' }, upstream: { kind: 'answered', digest: c } },
    {
      kind: 'trusted',
      digest: b,
      confirmedBy: { kind: 'lock', resolvedAt: '2026-08-01' },
      reason: 'docker-build.lock of 2026-08-01; docker.io has moved on to sha256:cccccccccccc…',
    },
  ],
  [
    'locked, without an entry',
    { locked: true, upstream: { kind: 'answered', digest: c } },
    {
      kind: 'unavailable',
      tried: ['docker-build.lock has no entry for alpine:3.20'],
      remedy: 'run "smart-docker-build lock" and commit docker-build.lock, or build without locked: true',
    },
  ],
  [
    'the upstream outranks memory and mirrors',
    { upstream: { kind: 'answered', digest: c }, remembered: { digest: a, ageMs: 1 }, mirrors: [google, amazon] },
    { kind: 'trusted', digest: c, confirmedBy: { kind: 'upstream', host: 'docker.io' }, reason: 'docker.io says so' },
  ],
  [
    'an upstream without the tag is believed too',
    { upstream: { kind: 'missing', evidence: '404 from registry-1.docker.io' }, mirrors: [google, amazon] },
    { kind: 'unavailable', tried: ['404 from registry-1.docker.io'], remedy: 'check the name alpine:3.20' },
  ],
  [
    'memory outranks mirrors that agree',
    { remembered: { digest: b, ageMs: 3 * 86_400_000 }, mirrors: [google, amazon] },
    {
      kind: 'trusted',
      digest: b,
      confirmedBy: { kind: 'last-healthy-run', ageMs: 3 * 86_400_000 },
      reason: 'the last healthy run, 3 days ago',
    },
  ],
  [
    'two mirrors of different operators',
    { mirrors: [google, amazon] },
    {
      kind: 'trusted',
      digest: a,
      confirmedBy: { kind: 'mirrors', mirrors: ['mirror.gcr.io', 'public.ecr.aws'] },
      reason: 'mirror.gcr.io and public.ecr.aws agree',
    },
  ],
  [
    'two that agree outvote one that is stale',
    { mirrors: [stale, google, amazon] },
    {
      kind: 'trusted',
      digest: a,
      confirmedBy: { kind: 'mirrors', mirrors: ['mirror.gcr.io', 'public.ecr.aws'] },
      reason: 'mirror.gcr.io and public.ecr.aws agree',
    },
  ],
  [
    'two mirrors of one operator are one witness',
    { mirrors: [google, says('other.gcr.io', 'Google', a)] },
    {
      kind: 'unconfirmed',
      mirror: 'mirror.gcr.io',
      digest: a,
      remedy: `${pin}, or accept a single mirror's word with allow-unverified-mirrors: true`,
    },
  ],
  [
    'a single mirror, accepted by choice',
    { mirrors: [google, says('public.ecr.aws', 'Amazon', null)], allowUnverified: true },
    {
      kind: 'trusted',
      digest: a,
      confirmedBy: { kind: 'nobody', mirror: 'mirror.gcr.io' },
      reason: 'mirror.gcr.io alone says so (allow-unverified-mirrors: true)',
    },
  ],
  [
    'mirrors that disagree, whatever is allowed',
    { mirrors: [google, stale], allowUnverified: true },
    {
      kind: 'disputed',
      digests: [
        { digest: a, mirrors: ['mirror.gcr.io'] },
        { digest: b, mirrors: ['docker.m.daocloud.io'] },
      ],
      remedy: pin,
    },
  ],
  [
    'two pairs that disagree',
    { mirrors: [google, amazon, stale, says('x.example', 'X', b)] },
    {
      kind: 'disputed',
      digests: [
        { digest: a, mirrors: ['mirror.gcr.io', 'public.ecr.aws'] },
        { digest: b, mirrors: ['docker.m.daocloud.io', 'x.example'] },
      ],
      remedy: pin,
    },
  ],
  [
    'a mirror that is trusted with digests only is no witness',
    { mirrors: [says('k8s.gcr.io', 'Kubernetes', a, 'digests'), says('public.ecr.aws', 'Amazon', null)] },
    {
      kind: 'unavailable',
      tried: ['registry-1.docker.io did not answer in 2.5 s', 'found', '503 from public.ecr.aws'],
      remedy: pin,
    },
  ],
  ['nobody', {}, { kind: 'unavailable', tried: ['registry-1.docker.io did not answer in 2.5 s'], remedy: pin }],
])('%s', (_, evidence, decision) => {
  expect(digestOfTag({ ...down, ...evidence })).toEqual(decision);
});

test.each([
  [60_000, '1 minute'],
  [90 * 60_000, '90 minutes'],
  [5 * 3_600_000, '5 hours'],
  [47 * 3_600_000, '47 hours'],
  [12 * 86_400_000, '12 days'],
])('the age of %i ms is shown as %s', (ageMs, text) => {
  expect(digestOfTag({ ...down, remembered: { digest: a, ageMs } })).toMatchObject({
    reason: `the last healthy run, ${text} ago`,
  });
});

test('no set of mirrors of one operator is ever trusted unasked', () => {
  const words = fc.array(
    fc.record({
      mirror: fc.string(),
      operator: fc.constant('Eve'),
      digest: fc.constantFrom(a, b, null),
      trust: fc.constantFrom('tags' as const, 'digests' as const),
      evidence: fc.string(),
    }),
  );
  fc.assert(
    fc.property(words, (mirrors) => {
      expect(digestOfTag({ ...down, mirrors }).kind).not.toBe('trusted');
    }),
  );
});
