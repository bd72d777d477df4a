import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/report/result.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { healthy, recovered, recoveredWithin } from './fixtures/built.ts';
import { cancelled, failedInfrastructure, failedUserCode, healthOnly, noEngine } from './fixtures/failed.ts';
import { hostile, hostileBuilt, hostileTexts } from './fixtures/hostile.ts';
import { facts } from './fixtures/world.ts';

const results = {
  healthy,
  recovered,
  recoveredWithin,
  failedUserCode,
  failedInfrastructure,
  noEngine,
  cancelled,
  healthOnly,
};
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe.each(Object.entries(results))('%s', (name, result) => {
  it('on GitHub', async () => {
    await expect(renderSummary(result)).toMatchFileSnapshot(`expected/${kebab(name)}.md`);
  });

  it('on a terminal', async () => {
    await expect(renderTerminal(result, { colors: false })).toMatchFileSnapshot(`expected/${kebab(name)}.txt`);
  });
});

it('the first line answers the question', () => {
  expect(Object.values(results).map((result) => renderSummary(result).split('\n')[0])).toEqual([
    '### ✅ `ghcr.io/acme/api:v1.4.2` pushed in 1m 12s as sha256:1f3c8a0b1f3c…',
    '### ✅ `ghcr.io/acme/api:v1.4.2` pushed in 1m 31s as sha256:1f3c8a0b1f3c… · recovered: Docker Hub down (golang:1.24-alpine from mirror.gcr.io, same digest), ghcr.io answered 502 on a blob upload (tried again after 4 s), Registry cache: export failed (the image is complete without it), and 1 more',
    '### ✅ `ghcr.io/acme/api:v1.4.2` pushed in 1m 12s as sha256:1f3c8a0b1f3c… · recovered: builder cluster passed over (built with default), ghcr.io answered 502 on a blob upload (what was built was pushed again after 6.5 s)',
    '### ❌ `ghcr.io/acme/api:v1.4.2` not built: Dockerfile:7 `RUN go build` failed: undefined: nope (user-code, not retried)',
    '### ❌ `ghcr.io/acme/api:v1.4.2` not built: Dockerfile:1 quay.io does not answer on acme/base:3 (registry-unavailable, tried 3 times)',
    '### ❌ `ghcr.io/acme/api:v1.4.2` not built: Cannot connect to the Docker daemon at `unix:///var/run/docker.sock.` Is the docker daemon running?',
    '### ⏹️ `ghcr.io/acme/api:v1.4.2` cancelled after 22 s',
    '### ⚠️ Infrastructure health 85/100 (85%) · a build would use the strategy optimal',
  ]);
});

it('the lines that people search for are there, after success and failure alike', () => {
  for (const result of [healthy, recovered, failedUserCode, failedInfrastructure]) {
    const summary = renderSummary(result);
    expect(summary).toMatch(/^## Build Results$/m);
    expect(summary).toMatch(/^- GHA Cache: (?:true|false)$/m);
    expect(summary).toMatch(/^- Available Registries: gcr\.io .*ghcr\.io/m);
    expect(summary.includes('=== DIAGNOSTIC INFORMATION ===')).toBe(result.verdict === 'failed');
  }
});

it('shows neither tokens nor where secrets come from', () => {
  const cacheService = { version: 2 as const, url: 'https://results.example', token: 'runtime-token' };
  const result = { ...recovered, facts: { ...facts, runner: { ...facts.runner, cacheService } } };
  expect(renderSummary(result)).not.toContain('runtime-token');
  expect(renderSummary(result)).toContain('secrets:\n  - npm_token\n');
});

it('the structure of a summary does not depend on texts from outside', () => {
  const skeleton = (result: Result): readonly string[] =>
    renderSummary(result)
      .replace(/^(`{3,})[a-z]*\n[^]*?\n\1$/gm, 'FENCE')
      .split('\n')
      .map(
        (row) => /^(?:#+ |<details>|<\/details>|FENCE|\| --- |- |$)/.exec(row)?.[0] ?? row.split('|').length.toString(),
      );
  for (const text of hostileTexts) {
    expect(skeleton(hostile(text))).toEqual(skeleton(hostile('harmless')));
    expect(skeleton(hostileBuilt(text))).toEqual(skeleton(hostileBuilt('harmless')));
  }
});

it('colours are only for terminals', () => {
  expect(renderTerminal(recovered, { colors: true })).toMatch(
    /^\u001b\[32m✅ \u001b\[1mghcr\.io\/acme\/api:v1\.4\.2\u001b\[22m pushed/,
  );
  for (const text of hostileTexts) {
    const plain = renderTerminal(hostile(text), { colors: false });
    expect(plain).not.toMatch(/\u001b|##\[|^\s*::/m);
  }
});
