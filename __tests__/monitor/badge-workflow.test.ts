import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const badge = '{"schemaVersion":1,"label":"build infrastructure","message":"100/100","color":"brightgreen"}';

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions: Readonly<Record<string, string>>;
        readonly steps: readonly { readonly id?: string; readonly run?: string }[];
      }
    >
  >;
}

function read(path: string): Workflow {
  return parse(readFileSync(join(root, path), 'utf8')) as Workflow;
}

function sh(script: string, cwd: string, env: Readonly<Record<string, string>>): void {
  execFileSync('bash', ['-euo', 'pipefail', '-c', script], { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
}

test('the badge is one line of JSON, and the job that may write publishes it as the only file of its branch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'badge-'));
  const [file, output] = [join(folder, 'badge.json'), join(folder, 'output')];
  writeFileSync(file, `${badge}\n`);
  const { check } = read('.github/workflows/health-monitor.yml').jobs;
  expect(check?.permissions).toEqual({ contents: 'read', issues: 'write' });
  sh(check?.steps.find(({ id }) => id === 'badge')?.run ?? 'false', folder, { BADGE: file, GITHUB_OUTPUT: output });
  expect(readFileSync(output, 'utf8')).toBe(`json=${badge}\n`);

  sh('git init --quiet --bare acme/api.git', folder, {});
  const publish = read('examples/workflows/health-monitor.yml').jobs['badge'];
  expect(publish?.permissions).toEqual({ contents: 'write' });
  const env = { GITHUB_SERVER_URL: `file://${folder}`, GITHUB_REPOSITORY: 'acme/api', BADGE: badge, TOKEN: 'secret' };
  // A second time there is a branch already, of another commit.
  for (const _ of [1, 2]) sh(publish?.steps[0]?.run ?? 'false', folder, env);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['--git-dir', join(folder, 'acme/api.git'), ...args], { encoding: 'utf8' });
  expect(git('show', 'badge:badge.json')).toBe(`${badge}\n`);
  expect(git('ls-tree', '--name-only', 'badge')).toBe('badge.json\n');
  expect(git('rev-list', '--count', 'badge')).toBe('1\n');
});
