import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { badgeOf } from '../../src/monitor/badge.ts';
import { decide } from '../../src/monitor/decide.ts';
import { openIssues } from '../../src/monitor/github-issues.ts';
import { historyText, readHistory, type Check } from '../../src/monitor/history.ts';
import { issueBody, servicesIn } from '../../src/monitor/issue-text.ts';
import { monitor, type Monitored } from '../../src/monitor/monitor.ts';
import { answerIssues, type LabIssue } from '../lab/services/github-issues.ts';
import { serveHttp, type Loopback } from '../net/loopback.ts';

const start = Date.UTC(2026, 8, 1, 10, 0);
let minute = 0;

function check(down: readonly string[], changes: Partial<Check> = {}): Check {
  minute += 30;
  const names = ['docker.io', 'ghcr.io', 'gha-cache'];
  const services = names.map((name) => {
    return {
      name,
      isDown: down.includes(name),
      evidence: down.includes(name) ? `503 from ${name}` : `${name} answered`,
    };
  });
  return { atMs: start + minute * 60_000, score: 100 - 15 * down.length, isBlind: false, services, ...changes };
}

describe('what becomes of the issue', () => {
  const hub = ['docker.io'];
  const open = { number: 7, services: hub };
  test.each<[string, readonly (readonly string[])[], typeof open | null, object]>([
    ['no check yet', [], null, { kind: 'nothing' }],
    ['all well', [[], [], []], null, { kind: 'nothing' }],
    ['down twice', [hub, hub], null, { kind: 'nothing' }],
    ['down three times', [hub, hub, hub], null, { kind: 'open', services: hub }],
    ['down with a gap', [hub, hub, [], hub, hub], null, { kind: 'nothing' }],
    ['still down', [hub, hub, hub, hub], open, { kind: 'update', number: 7, services: hub, came: [], went: [] }],
    [
      'another one too',
      [hub, ['docker.io', 'ghcr.io'], ['docker.io', 'ghcr.io'], ['docker.io', 'ghcr.io']],
      open,
      { kind: 'update', number: 7, services: ['docker.io', 'ghcr.io'], came: ['ghcr.io'], went: [] },
    ],
    [
      'another one, for the first time',
      [hub, hub, ['docker.io', 'ghcr.io']],
      open,
      { kind: 'update', number: 7, services: hub, came: [], went: [] },
    ],
    ['well again', [hub, hub, hub, []], open, { kind: 'close', number: 7, went: hub }],
    ['well again, the history lost', [[]], open, { kind: 'close', number: 7, went: hub }],
  ])('%s', (_, downs, issue, step) => {
    expect(
      decide(
        downs.map((down) => check(down)),
        issue,
      ),
    ).toEqual(step);
  });

  test('a runner without a way out says nothing of anybody', () => {
    const blind = (): Check => check(hub, { isBlind: true });
    expect(decide([blind(), blind(), blind()], null)).toEqual({ kind: 'nothing' });
    expect(decide([check(hub), check(hub), blind(), check(hub)], null)).toEqual({ kind: 'open', services: hub });
    expect(decide([check([]), blind()], open)).toEqual({ kind: 'nothing' });
  });
});

test('the badge says what shields.io reads', () => {
  expect(badgeOf(check([]))).toEqual({
    schemaVersion: 1,
    label: 'build infrastructure',
    message: '100/100',
    color: 'brightgreen',
  });
  expect(badgeOf(check(['docker.io']))).toMatchObject({ message: 'Docker Hub down', color: 'red' });
  expect(badgeOf(check(['docker.io', 'ghcr.io', 'gha-cache']))).toMatchObject({ message: '3 services down' });
  expect(badgeOf(check([], { score: 70 }))).toMatchObject({ color: 'yellow' });
  expect(badgeOf(check([], { isBlind: true }))).toMatchObject({ message: 'not known', color: 'lightgrey' });
});

test('the history is bounded, and a broken one begins anew', () => {
  const checks = Array.from({ length: 400 }, () => check([]));
  expect(readHistory(historyText(checks))).toEqual(checks.slice(-336));
  for (const text of [null, '', '{', '{"version":2,"checks":[]}', '[]']) expect(readHistory(text)).toEqual([]);
});

test('what a service is called cannot end the mark, nor speak for itself', () => {
  const name = 'x --> <script> @everyone';
  const checks = [check([], { services: [{ name, isDown: true, evidence: '<img> | @everyone' }] })];
  const body = issueBody([name], { checks, statusPages: [], runUrl: null });
  expect(servicesIn(body)).toEqual([name.replaceAll('>', '')]);
  expect(body.split('\n')[0]?.match(/-->/g)).toHaveLength(1);
  expect(body).not.toContain('<img>');
});

describe('against a stand-in of the GitHub API', () => {
  let folder = '';
  let api: Loopback;
  let issues: LabIssue[];
  let refuses = false;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'monitor-'));
    issues = [];
    refuses = false;
    api = await serveHttp((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const url = new URL(request.url ?? '', 'http://localhost');
        const isOurs = request.headers.authorization === 'token secret';
        const answer = refuses || !isOurs ? null : answerIssues(issues, request.method ?? '', url, body);
        response.writeHead(answer?.status ?? 403, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer?.value ?? { message: 'Resource not accessible by integration' }));
      });
    });
  });
  afterEach(async () => {
    await api.close();
    await rm(folder, { recursive: true });
  });

  const warnings: string[] = [];
  async function checked(down: readonly string[]): Promise<Monitored> {
    return await monitor({
      check: check(down),
      statusPages: [],
      folder,
      runUrl: 'https://github.com/acme/api/actions/runs/1',
      issues: await openIssues('secret', 'acme/api', `http://127.0.0.1:${api.port}`),
      warn: (text) => warnings.push(text),
    });
  }

  test('down three times, then up: one issue, opened, brought up to date and closed', async () => {
    issues.push({
      number: 1,
      title: 'another',
      body: 'hello',
      state: 'open',
      labels: [{ name: 'build-infrastructure' }],
      comments: [],
    });
    await checked(['docker.io']);
    await checked(['docker.io']);
    expect(issues).toHaveLength(1);
    expect(await checked(['docker.io'])).toMatchObject({ issue: 2, step: { kind: 'open' } });
    expect(issues[1]).toMatchObject({ title: 'Build infrastructure: Docker Hub is down', state: 'open', comments: [] });
    expect(issues[1]?.body).toMatch(/\| Docker Hub \| 2026-09-\d\d \d\d:\d\d UTC \| 503 from docker\.io \|/);
    for (let count = 0; count < 3; count++) await checked(['docker.io', 'ghcr.io']);
    expect(issues).toHaveLength(2);
    expect(issues[1]).toMatchObject({
      title: 'Build infrastructure: Docker Hub and ghcr.io are down',
      comments: ['ghcr.io is down as well.'],
    });
    await checked(['ghcr.io']);
    expect(await checked([])).toMatchObject({ issue: 2, step: { kind: 'close' } });
    expect(issues[1]).toMatchObject({ state: 'closed' });
    expect(issues[1]?.comments.slice(1)).toEqual(['Docker Hub is well again.', 'ghcr.io is well again.']);
    expect(issues[0]).toMatchObject({ state: 'open', comments: [] });
    expect(JSON.parse(await readFile(join(folder, 'badge.json'), 'utf8'))).toMatchObject({ message: '100/100' });
  });

  test('an API that refuses fails nothing; the next check tells it', async () => {
    refuses = true;
    for (let count = 0; count < 3; count++) await checked(['docker.io']);
    expect(warnings.at(-1)).toContain('Resource not accessible');
    refuses = false;
    expect(await checked(['docker.io'])).toMatchObject({ issue: 1, step: { kind: 'open' } });
  });

  test('a broken history is begun anew', async () => {
    await writeFile(join(folder, 'history.json'), '{"version":');
    for (let count = 0; count < 2; count++) await checked(['docker.io']);
    expect(issues).toEqual([]);
    await checked(['docker.io']);
    expect(issues).toHaveLength(1);
  });
});
