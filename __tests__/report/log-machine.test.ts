import { expect, test } from 'vitest';
import { machineGroups } from '../../src/report/log-machine.ts';
import { scopeLines } from '../../src/health/cache-rights.ts';
import { factsOf } from '../plan/world.ts';

const PROXY = 'http://me:secret@proxy.corp.example:3128';

function linesOf(title: string, proxies = {}): readonly string[] | undefined {
  const groups = machineGroups(factsOf(), { tokenScopes: [], proxies });
  expect(groups.map((group) => group.title)).toEqual([
    'GitHub Actions runtime token ACs',
    'Docker info',
    'Proxy configuration',
    'Buildx version',
    'Builder info',
  ]);
  return groups.find((group) => group.title === title)?.lines;
}

test('proxies are told without their passwords', () => {
  expect(linesOf('Proxy configuration')).toEqual(['No proxy configuration found']);
  expect(linesOf('Proxy configuration', { default: { httpProxy: PROXY, noProxy: 'localhost,10.0.0.0/8' } })).toEqual([
    'httpProxy: http://***@proxy.corp.example:3128',
    'noProxy: localhost,10.0.0.0/8',
  ]);
  expect(linesOf('Proxy configuration', { default: { httpProxy: PROXY }, 'tcp://other': {} })).toEqual([
    'default',
    '  httpProxy: http://***@proxy.corp.example:3128',
    'tcp://other',
  ]);
});

test('the builder with its BuildKit on each node', () => {
  expect(linesOf('Builder info')?.join('\n')).toMatch(/^Name: .*\nDriver: .*\nBuildKit: /);
});

test('what a token may do where', () => {
  const ac = JSON.stringify([
    { Scope: 'refs/pull/7/merge', Permission: 3 },
    { Scope: 'refs/heads/main', Permission: 1 },
    { Scope: 'odd', Permission: 9 },
  ]);
  const token = `x.${Buffer.from(JSON.stringify({ ac })).toString('base64url')}.x`;
  expect(scopeLines(token)).toEqual(['refs/pull/7/merge: read/write', 'refs/heads/main: read', 'odd: permission 9']);
  expect(scopeLines('no token')).toEqual([]);
});
