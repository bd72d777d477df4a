import { expect, test } from 'vitest';
import { answered, down, type Observation } from '../../src/health/observation.ts';
import { chooseGoProxy } from '../../src/plan/go-proxies.ts';
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
  readonly goDirect?: boolean;
  readonly mirrorsOnly?: boolean;
  readonly bundled?: boolean;
  readonly failed?: readonly string[];
  /** The Dockerfile that is built in its place; a list is one by itself. */
  readonly rewritten?: string;
  /** Why none can be. */
  readonly unwritable?: string;
  readonly unserved?: string;
}

test.each<[string, Case, string | null]>([
  ['all well', {}, null],
  ['a later proxy is down: the first one serves', { dead: [io] }, null],
  ['the first proxy is down', { dead: [google] }, `${cn}|${io}|${google}|direct`],
  ['all are down', { dead: [google, cn, io] }, `${google}|${cn}|${io}|direct`],
  ['the first proxy failed a build', { failed: ['proxy.golang.org'] }, `${cn}|${io}|${google}|direct`],
  ['a configured one comes first', { configured: [corp] }, `${corp}|${google}|${cn}|${io}|direct`],
  ['a configured one is down', { configured: [corp], dead: [corp] }, `${google}|${cn}|${io}|${corp}|direct`],
  ['nothing but the configured one', { configured: [corp], mirrorsOnly: true }, corp],
  ['and where modules are developed', { configured: [corp], goDirect: true, mirrorsOnly: true }, `${corp}|direct`],
  ['mirrors-only without a proxy: a Dockerfile of the user is left alone', { mirrorsOnly: true }, null],
  ['mirrors-only without a proxy: the bundled one asks nobody', { mirrorsOnly: true, bundled: true }, 'off'],
  ['the user says it', { dead: [google], buildArgs: { GOPROXY: 'off' } }, null],
  [
    'nothing takes it: it is declared for it',
    {
      dead: [google],
      dockerfile:
        '# a service\nFROM golang:1.24 \\\n  AS build\n# why\nRUN go build ./...\nFROM alpine\nCOPY --from=build /a /a\n',
      rewritten: `# a service\nFROM golang:1.24 \\\n  AS build\n# why\nARG GOPROXY GOPROXY="\${GOPROXY:-${cn}|${io}|${google}|direct}"\nRUN go build ./...\nFROM alpine\nCOPY --from=build /a /a\n`,
    },
    null,
  ],
  [
    'a list that a default value cannot hold goes beside it',
    {
      configured: ['https://u:p$x@go.corp.example'],
      mirrorsOnly: true,
      dockerfile: 'FROM golang:1.24\nRUN go build ./...\n',
      rewritten: 'FROM golang:1.24\nARG GOPROXY\nRUN go build ./...\n',
    },
    'https://u:p$x@go.corp.example',
  ],
  [
    'nothing takes it, and nothing may be written',
    {
      dead: [google],
      dockerfile: 'FROM golang:1.24 AS build\nRUN go build ./...\n',
      unwritable: 'its branch may move',
      unserved:
        'the first Go proxy is not healthy, and the others are not given to build without ARG GOPROXY: its branch may move',
    },
    null,
  ],
  [
    'a default that begins with one that is well',
    {
      dead: [google],
      dockerfile: `FROM golang:1.24\nARG GOPROXY GOPROXY="${cn},${google},direct"\nRUN go build ./...\n`,
    },
    null,
  ],
  [
    'a default that begins with one that is not',
    { dead: [cn], dockerfile: `FROM golang:1.24\nARG GOPROXY=${cn},direct\nRUN go build ./...\n` },
    `${google}|${io}|${cn}|direct`,
  ],
  [
    "an organisation's own default, before the first FROM",
    { dead: [google], dockerfile: `ARG GOPROXY=${corp}\nFROM golang:1.24\nARG GOPROXY\nRUN go build ./...\n` },
    null,
  ],
  ['a variable', { dead: [google], dockerfile: 'FROM golang:1.24\nARG GOPROXY=$P\nRUN go build ./...\n' }, null],
  [
    "a stage's own default is not replaced for the sake of another stage",
    {
      dead: [google],
      dockerfile: `FROM golang:1.24 AS a\nARG GOPROXY\nRUN go build ./...\nFROM golang:1.24 AS b\nARG GOPROXY=${corp}\nRUN go build ./...\nFROM scratch\nCOPY --from=a /a /\nCOPY --from=b /b /\n`,
      unserved:
        'the first Go proxy is not healthy, and the others are not given to a: b has a GOPROXY of its own, and an argument would replace that',
    },
    null,
  ],
  ['what another frontend reads', { dead: [google], dockerfile: `# syntax=example.com/other\n${takes}` }, null],
  [
    "an organisation's own default",
    { dead: [google], dockerfile: 'FROM golang:1.24\nARG GOPROXY=https://go.corp.example\nRUN go build ./...\n' },
    null,
  ],
  [
    'the Dockerfile sets it',
    { dead: [google], dockerfile: 'FROM golang:1.24\nENV GOPROXY=off\nRUN go build ./...\n' },
    null,
  ],
  ['no Go here', { dead: [google], dockerfile: 'FROM alpine\nARG GOPROXY\nRUN make\n' }, null],
])('%s', async (_, given, expected) => {
  const { dockerfile = takes, buildArgs = {}, dead = [], configured = [], failed = [] } = given;
  const { goDirect = false, mirrorsOnly = false } = given;
  const observations = [
    ...configured.map((url): [string, Observation] => [url, answered(1, '')]),
    ...dead.map((url): [string, Observation] => [url, down('503')]),
  ];
  const health = await healthOf(Object.fromEntries(observations), { goProxies: configured, mirrorsOnly });
  const lessons = { ...NO_LESSONS, goProxies: new Map(failed.map((host) => [host, 'cut off'])) };
  const [read] = blueprints(dockerfile);
  if (read === undefined) throw new Error('no blueprint');
  const blueprint = given.bundled === true ? { ...read, file: { ...read.file, origin: 'bundled' } as const } : read;
  const sources = { goProxies: configured, goDirect, mirrorsOnly };
  const { unwritable } = given;
  const place =
    unwritable === undefined
      ? ({ kind: 'path', path: '/tmp/Dockerfile' } as const)
      : ({ kind: 'none', reason: unwritable } as const);
  const choice = chooseGoProxy(blueprint, buildArgs, health, sources, lessons, place);
  expect(choice?.argument ?? null).toBe(expected === null ? null : `GOPROXY=${expected}`);
  expect(choice?.unserved ?? null).toBe(given.unserved ?? null);
  expect(choice?.rewrite?.text ?? null).toBe(given.rewritten ?? null);
});
