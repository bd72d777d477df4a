import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli-arguments.ts';

const words = (line: string): readonly string[] => line.split(' ').filter((word) => word !== '');
const runs = (flags: Readonly<Record<string, string>>, json = false): object => ({ kind: 'run', flags, json });

describe('what is to be built', () => {
  const three = { service: 'api', image: 'ghcr.io/acme/api', version: 'v1' };
  test.each<[string, object]>([
    ['api ghcr.io/acme/api v1', runs(three)],
    ['api ghcr.io/acme/api v1 linux/amd64,linux/arm64', runs({ ...three, platforms: 'linux/amd64,linux/arm64' })],
    ['api ghcr.io/acme/api v1 linux/amd64 true', runs({ ...three, platforms: 'linux/amd64', push: 'true' })],
    ['--image x --version=v2', runs({ image: 'x', version: 'v2' })],
    ['--version', { kind: 'version' }],
    ['api ghcr.io/acme/api v1 --max-retry-attempts 5', runs({ ...three, 'max-retry-attempts': '5' })],
    ['--push true api ghcr.io/acme/api v1', runs({ ...three, push: 'true' })],
    ['api --service api', runs({ service: 'api' })],
    ['-- -api', runs({ service: '-api' })],
    ['health', runs({ mode: 'health' })],
    ['health --health-check-timeout 3', runs({ mode: 'health', 'health-check-timeout': '3' })],
    ['prewarm', runs({ mode: 'prewarm' })],
    [
      'prewarm a/Dockerfile b.Dockerfile --platforms linux/arm64',
      runs({ mode: 'prewarm', file: 'a/Dockerfile\nb.Dockerfile', platforms: 'linux/arm64' }),
    ],
    ['plan api ghcr.io/acme/api v1 --json', runs({ ...three, mode: 'plan' }, true)],
    ['--service health', runs({ service: 'health' })],
  ])('%s', (line, command) => {
    expect(readArguments(words(line))).toEqual(command);
  });
});

describe('what is to be explained', () => {
  test.each<[string, object]>([
    ['', { kind: 'help', topic: 'usage' }],
    ['--help', { kind: 'help', topic: 'usage' }],
    ['api -h', { kind: 'help', topic: 'usage' }],
    ['help settings', { kind: 'help', topic: 'settings' }],
    ['diagnose', { kind: 'diagnose', file: null, json: false }],
    ['diagnose -', { kind: 'diagnose', file: null, json: false }],
    ['diagnose build.log --json', { kind: 'diagnose', file: 'build.log', json: true }],
  ])('"%s"', (line, command) => {
    expect(readArguments(words(line))).toEqual(command);
  });
});

describe('what is counted, and watched', () => {
  test.each<[string, object]>([
    ['stats', { kind: 'stats', folder: null, json: false, html: null, flags: {} }],
    ['stats out --json', { kind: 'stats', folder: 'out', json: true, html: null, flags: {} }],
    [
      'stats --html page.html --reports-path r',
      { kind: 'stats', folder: null, json: false, html: 'page.html', flags: { 'reports-path': 'r' } },
    ],
    ['mirrors check', { kind: 'mirrors', images: [], format: 'text', flags: {} }],
    ['mirrors check alpine:3.22 --diff', { kind: 'mirrors', images: ['alpine:3.22'], format: 'diff', flags: {} }],
    ['health --watch', { kind: 'watch', flags: { mode: 'health' }, watch: { intervalMs: 30_000, checks: null } }],
    [
      'health --watch --interval 5 --checks 3',
      { kind: 'watch', flags: { mode: 'health' }, watch: { intervalMs: 5000, checks: 3 } },
    ],
  ])('%s', (line, command) => {
    expect(readArguments(words(line))).toEqual(command);
  });
});

describe('what is wrong', () => {
  test.each<[string, RegExp]>([
    ['--colour red', /^Unknown option '--colour'/],
    ['--push', /argument missing/],
    ['a b c d e f', /^"f" is one argument too many$/],
    ['api --service web', /^service is given twice: "api" and --service "web"$/],
    ['diagnose a b', /^diagnose takes one file, "b" is one too many$/],
    ['mirrors', /^mirrors takes "check"$/],
    ['api --diff', /^--diff goes with mirrors check$/],
    ['stats a b', /^stats takes one directory, "b" is one too many$/],
    ['api --html x', /^--html goes with stats$/],
    ['api --watch', /go with health --watch$/],
    ['health --watch --interval soon', /^--interval is a number of seconds/],
    ['health --watch --checks 0', /^--checks is a number/],
    ['health --watch api', /^health takes no "api"$/],
    ['health api', /^health takes no "api"$/],
  ])('%s', (line, problem) => {
    expect(readArguments(words(line))).toEqual({ kind: 'wrong', problem: expect.stringMatching(problem) as string });
  });
});
