import { expect, test } from 'vitest';
import { packageArguments } from '../../src/plan/package-mirrors.ts';
import { resilient } from '../dockerfiles/bundled.ts';
import { blueprints, inputsOf } from './world.ts';

const corp = 'https://mirror.corp.example';
const both = { 'apk-mirrors': `${corp}/alpine`, 'apt-mirrors': `${corp}/debian ${corp}/deb` };
const takes = 'ARG APK_MIRRORS\nFROM alpine\nARG APK_MIRRORS\nRUN apk add git\n';

interface Case {
  readonly dockerfile?: string;
  readonly flags?: Readonly<Record<string, string>>;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly bundled?: boolean;
}

test.each<[string, Case, readonly string[]]>([
  ['nothing is configured', {}, []],
  ['only what is declared is given', { flags: both }, [`APK_MIRRORS=${corp}/alpine`]],
  ['the user says it', { flags: both, buildArgs: { APK_MIRRORS: 'own' } }, []],
  [
    'declared before the first stage alone, it reaches none',
    { flags: both, dockerfile: 'ARG APK_MIRRORS\nFROM alpine\n' },
    [],
  ],
  [
    'declared in a stage that is not built',
    { flags: both, dockerfile: 'FROM alpine AS other\nARG APT_MIRRORS\nFROM alpine\n' },
    [],
  ],
  [
    'the bundled one asks them first, then as without them',
    { flags: both, dockerfile: resilient, bundled: true },
    [
      `APK_MIRRORS=${corp}/alpine own https://dl-cdn.alpinelinux.org/alpine https://mirrors.aliyun.com/alpine https://mirrors.tuna.tsinghua.edu.cn/alpine`,
      `APT_MIRRORS=${corp}/debian ${corp}/deb own http://mirrors.aliyun.com/debian http://mirrors.tuna.tsinghua.edu.cn/debian`,
    ],
  ],
  [
    'the bundled one with mirrors-only asks nobody else',
    { flags: { 'apk-mirrors': `${corp}/alpine`, 'mirrors-only': 'true' }, dockerfile: resilient, bundled: true },
    [`APK_MIRRORS=${corp}/alpine`, 'APT_MIRRORS='],
  ],
])('%s', (_, { dockerfile = takes, flags = {}, buildArgs = {}, bundled = false }, expected) => {
  const [read] = blueprints(dockerfile);
  if (read === undefined) throw new Error('no blueprint');
  const blueprint = bundled ? { ...read, file: { ...read.file, origin: 'bundled' } as const } : read;
  expect(packageArguments(blueprint, buildArgs, inputsOf(flags).settings)).toEqual(expected);
});
