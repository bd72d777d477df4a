import { describe, expect, test } from 'vitest';
import { readGoToolchain } from '../../src/facts/go-toolchain.ts';
import type { CommandOutcome, RunCommand } from '../../src/process/run-command.ts';

const exited = (code: number, stdout: string, stderr = ''): CommandOutcome => ({
  kind: 'exited',
  code,
  stdout,
  stderr,
});

/** What the commands of a machine answer, and what they were. */
function machine(
  version: CommandOutcome,
  list: CommandOutcome,
): { readonly run: RunCommand; readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    run: (argv) => {
      asked.push(argv.join(' '));
      return Promise.resolve(argv[0] === 'sh' ? version : list);
    },
  };
}

const question = { folder: '/work', service: 'api', stored: null, proxies: [] };
const go = exited(0, 'go1.24.4\n');
// Recorded from go1.24.4.
const NOT_HERE = 'go: example.com/lab/greet@v1.0.0: module lookup disabled by GOPROXY=off';

describe('what Go is asked, and what is made of it', () => {
  test('everything is here: nobody will be asked', async () => {
    const { run, asked } = machine(go, exited(0, ''));
    expect(await readGoToolchain(question, run)).toMatchObject({ kind: 'ready', version: 'go1.24.4', goProxy: 'off' });
    expect(asked[1]).toContain('GOPROXY=off GOTOOLCHAIN=local');
    expect(asked[1]).toMatch(/go list -C \/work -deps -f {2}\.\/cmd\/api$/);
  });

  test('modules are missing: from the store and healthy proxies, else not at all', async () => {
    const { run, asked } = machine(go, exited(1, '', NOT_HERE));
    const stored = 'file:///cache/store/go/cache/download';
    const more = { ...question, stored, proxies: ['https://goproxy.cn'] };
    expect(await readGoToolchain(more, run)).toMatchObject({ goProxy: `${stored}|https://goproxy.cn` });
    expect(asked[1]).toContain(`GOPROXY=${stored}|off`);
    expect(await readGoToolchain(question, run)).toEqual({
      kind: 'lacking',
      reason: `this machine does not have all that go.mod asks for, and no Go proxy is healthy: ${NOT_HERE}`,
    });
  });

  test('faults of the sources are left to the compiler', async () => {
    const { run } = machine(go, exited(1, '', 'stat /work/cmd/api: directory not found'));
    expect(await readGoToolchain(question, run)).toMatchObject({ kind: 'ready' });
  });

  test('no Go, or one that does not run', async () => {
    const none = machine(exited(127, ''), go);
    expect(await readGoToolchain(question, none.run)).toEqual({
      kind: 'lacking',
      reason: 'go is not installed on this machine',
    });
    const broken = machine(exited(2, '', 'go: cannot find GOROOT directory\n'), go);
    expect(await readGoToolchain(question, broken.run)).toEqual({
      kind: 'lacking',
      reason: 'go does not run on this machine: go: cannot find GOROOT directory',
    });
  });
});
