import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { elfInterpreter, scriptInterpreter } from '../../../src/build/substitute/elf.ts';
import { startProblem, staticProblem, wantedOf } from '../../../src/build/substitute/judge-image.ts';
import type { ImageConfig, ImageFiles } from '../../../src/build/substitute/inspect-image.ts';

const CERTIFICATES = { '/etc/ssl/certs/ca-certificates.crt': 'PEM' };
const script = '#!/bin/sh\nexit 0\n';

function filesOf(files: Readonly<Record<string, string | Buffer>>): ImageFiles {
  return {
    read: (path) => Promise.resolve(path in files ? Buffer.from(files[path] ?? '') : null),
    close: () => Promise.resolve(),
  };
}

function config(changes: Partial<ImageConfig> = {}): ImageConfig {
  return { words: ['/api'], env: {}, user: '65532', ...changes };
}

test('the loader of a dynamic program, and none of what is no program', async () => {
  expect(elfInterpreter(await readFile(process.execPath))).toMatch(/^\/lib.*\/ld-/);
  expect(elfInterpreter(Buffer.from(script))).toBeUndefined();
  expect(elfInterpreter(Buffer.alloc(0))).toBeUndefined();
  expect(scriptInterpreter(Buffer.from('#! /usr/bin/env node\n'))).toBe('/usr/bin/env');
});

test.each<[string, Partial<ImageConfig>, Record<string, string>, boolean, string | null]>([
  ['all is there', {}, { '/api': script, '/bin/sh': '', ...CERTIFICATES }, true, null],
  ['found by PATH', { words: ['api'], env: { PATH: '/a:/b' } }, { '/b/api': 'x', ...CERTIFICATES }, false, null],
  ['nothing is started', { words: [] }, CERTIFICATES, false, 'it starts nothing: neither ENTRYPOINT nor CMD'],
  ['no such program', {}, CERTIFICATES, false, '/api is not in it'],
  ['no shell', {}, { '/api': script, ...CERTIFICATES }, false, '/api needs /bin/sh, which this base does not have'],
  [
    'a user that is not there',
    { user: 'app:app' },
    { '/api': 'x', '/etc/passwd': 'root:x:0:0::/:/bin/sh\n', ...CERTIFICATES },
    false,
    'its user app is not in /etc/passwd',
  ],
  [
    'a user that is there',
    { user: 'app' },
    { '/api': 'x', '/etc/passwd': 'app:x:1:1::/:/bin/sh\n', ...CERTIFICATES },
    true,
    null,
  ],
  ['root by default', { user: '' }, { '/api': 'x', ...CERTIFICATES }, false, null],
  [
    'root in place of nonroot',
    { user: '' },
    { '/api': 'x', ...CERTIFICATES },
    true,
    'it would run as root, and the base that it replaces does not: say USER in the Dockerfile',
  ],
  ['no certificates', {}, { '/api': 'x' }, false, 'it has no certificates (/etc/ssl/certs/ca-certificates.crt)'],
  ['certificates elsewhere', { env: { SSL_CERT_FILE: '/ca.pem' } }, { '/api': 'x', '/ca.pem': 'PEM' }, false, null],
])('%s', async (_, changes, files, nonroot, problem) => {
  expect(await staticProblem(config(changes), filesOf(files), { nonroot, certificates: true })).toBe(problem);
});

test('only what the replaced base brought along is missed', async () => {
  const problem = await staticProblem(config(), filesOf({ '/api': 'x' }), wantedOf(['debian:13-slim']));
  expect(problem).toBeNull();
  expect(wantedOf([])).toEqual({ nonroot: false, certificates: false });
  expect(wantedOf(['debian:13-slim', 'ubuntu'])).toEqual({ nonroot: false, certificates: false });
  expect(wantedOf(['debian:13-slim', 'alpine:3.22'])).toEqual({ nonroot: false, certificates: true });
  expect(wantedOf(['gcr.io/distroless/static:nonroot'])).toEqual({ nonroot: true, certificates: true });
});

test.each<[string, Parameters<typeof startProblem>[0], boolean, string | null]>([
  ['ended well', { kind: 'exited', code: 0, stdout: '', stderr: '' }, true, null],
  ['does not know --version', { kind: 'exited', code: 2, stdout: '', stderr: 'unknown flag' }, false, null],
  [
    'could not be started',
    { kind: 'exited', code: 127, stdout: '', stderr: 'not found' },
    false,
    '"/api --version" ended with 127: not found',
  ],
  [
    'was killed by a signal',
    { kind: 'exited', code: 139, stdout: '', stderr: '' },
    false,
    '"/api --version" ended with 139',
  ],
  [
    'a smoke command that fails',
    { kind: 'exited', code: 1, stdout: 'no', stderr: '' },
    true,
    '"/api --version" ended with 1: no',
  ],
  ['still runs after its time', { kind: 'failed', reason: 'docker did not answer in 10 s' }, false, null],
  [
    'a smoke command that never ends',
    { kind: 'failed', reason: 'docker did not answer in 60 s' },
    true,
    '"/api --version": docker did not answer in 60 s',
  ],
])('a program that %s', (_, outcome, mustSucceed, problem) => {
  expect(startProblem(outcome, '/api --version', mustSucceed)).toBe(problem);
});
