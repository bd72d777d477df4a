import { expect, test } from 'vitest';
import { down } from '../../src/health/observation.ts';
import { goProxyArgument } from '../../src/plan/go-proxies.ts';
import { NO_LESSONS } from '../../src/plan/lessons.ts';
import { blueprints, healthOf } from './world.ts';

const takes = 'FROM golang:1.24\nARG GOPROXY\nRUN go build ./...\n';
const [google, cn, io] = ['https://proxy.golang.org', 'https://goproxy.cn', 'https://goproxy.io'];
const corp = 'https://go.corp.example';

interface Case {
  readonly dockerfile?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly dead?: readonly string[];
  readonly configured?: readonly string[];
  readonly failed?: readonly string[];
}

test.each<[string, Case, string | null]>([
  ['all well', {}, null],
  ['a later proxy is down: the first one serves', { dead: [io] }, null],
  ['the first proxy is down', { dead: [google] }, `${cn}|${io}|${google}|direct`],
  ['all are down', { dead: [google, cn, io] }, `${google}|${cn}|${io}|direct`],
  ['the first proxy failed a build', { failed: ['proxy.golang.org'] }, `${cn}|${io}|${google}|direct`],
  ['a configured one comes first', { configured: [corp] }, `${corp}|${google}|${cn}|${io}|direct`],
  ['a configured one is down', { configured: [corp], dead: [corp] }, `${google}|${cn}|${io}|${corp}|direct`],
  ['the user says it', { dead: [google], buildArgs: { GOPROXY: 'off' } }, null],
  ['nothing takes it', { dead: [google], dockerfile: 'FROM golang:1.24\nRUN go build ./...\n' }, null],
  ['the Dockerfile sets it', { dead: [google], dockerfile: 'FROM golang:1.24\nENV GOPROXY=off\nRUN go build ./...\n' }, null],
  ['no Go here', { dead: [google], dockerfile: 'FROM alpine\nARG GOPROXY\nRUN make\n' }, null],
])('%s', async (_, given, expected) => {
  const { dockerfile = takes, buildArgs = {}, dead = [], configured = [], failed = [] } = given;
  const observations = Object.fromEntries([...configured.map((url) => [url, down('-')]), ...dead.map((url) => [url, down('503')])]);
  const up = Object.fromEntries(configured.filter((url) => !dead.includes(url)).map((url) => [url, { state: 'up', latencyMs: 1, evidence: '' }]));
  const health = await healthOf({ ...observations, ...up }, { goProxies: configured });
  const lessons = { ...NO_LESSONS, goProxies: new Map(failed.map((host) => [host, 'cut off'])) };
  const [blueprint] = blueprints(dockerfile);
  if (blueprint === undefined) throw new Error('no blueprint');
  const argument = goProxyArgument(blueprint.facts, buildArgs, health, configured, lessons);
  expect(argument).toBe(expected === null ? null : `GOPROXY=${expected}`);
});
