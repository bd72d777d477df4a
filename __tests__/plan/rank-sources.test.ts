import { expect, test } from 'vitest';
import type { SourceAnswer } from '../../src/health/source-answer.ts';
import { rankSources } from '../../src/plan/rank-sources.ts';
import { answerOf } from './world.ts';

const gcr = answerOf('mirror.gcr.io', { region: 'global', latencyMs: 100 });
const ecr = answerOf('public.ecr.aws', { region: 'global', latencyMs: 120 });
const cn = answerOf('docker.m.daocloud.io', { region: 'cn', latencyMs: 130 });
const corp = answerOf('hub.corp.example', { kind: 'custom-mirror', latencyMs: 900 });
const spare = answerOf('spare.corp.example', { kind: 'custom-mirror', latencyMs: 800 });
const slow = answerOf('slow.example', { latencyMs: 700 });
const retired = answerOf('old.example', { retired: true, latencyMs: 1 });
const limited = answerOf('docker.io', { kind: 'upstream', state: 'limited', latencyMs: 1 });

test.each<[string, readonly SourceAnswer[], string | null, readonly string[], string | null]>([
  ['one alone', [gcr], null, ['mirror.gcr.io'], null],
  ['nobody', [], null, [], null],
  [
    'the catalogue',
    [ecr, gcr],
    null,
    ['public.ecr.aws', 'mirror.gcr.io'],
    'as fast as mirror.gcr.io, and before it in the catalogue',
  ],
  [
    'the list',
    [corp, spare],
    null,
    ['hub.corp.example', 'spare.corp.example'],
    'as fast as spare.corp.example, and before it in your list',
  ],
  ['the region', [gcr, cn], 'cn', ['docker.m.daocloud.io', 'mirror.gcr.io'], 'of the region cn, before mirror.gcr.io'],
  [
    'latency before the region',
    [gcr, { ...cn, latencyMs: 900 }],
    'cn',
    ['mirror.gcr.io', 'docker.m.daocloud.io'],
    'faster than docker.m.daocloud.io',
  ],
  ['latency', [slow, gcr], null, ['mirror.gcr.io', 'slow.example'], 'faster than slow.example'],
  [
    'mirrors of the user',
    [gcr, corp],
    null,
    ['hub.corp.example', 'mirror.gcr.io'],
    'a mirror of yours, before mirror.gcr.io',
  ],
  ['the living', [retired, slow], null, ['slow.example', 'old.example'], 'old.example is retired'],
  [
    'whoever has pulls left',
    [limited, retired],
    null,
    ['old.example', 'docker.io'],
    'docker.io has too few pulls left',
  ],
])('%s', (_, answers, region, hosts, reason) => {
  const ranked = rankSources(answers, region);
  expect({ hosts: ranked.order.map(({ host }) => host), reason: ranked.reason }).toEqual({ hosts, reason });
});
