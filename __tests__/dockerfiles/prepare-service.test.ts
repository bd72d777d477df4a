import { describe, expect, it } from 'vitest';
import { resilient, scriptsOf } from './bundled.ts';
import { createSandbox, type Sandbox, type ShellResult } from './sandbox.ts';

const scripts = scriptsOf(resilient);

/** A Go repository with two services, and a `go` that answers what is asked before a build. */
function repository(main = 'package main\n'): Sandbox {
  const sandbox = createSandbox(scripts);
  sandbox.command(
    'go',
    `#!/bin/sh
case "$*" in
  'env GOARCH') echo amd64 ;;
  'env GOVERSION') echo go1.24.4 ;;
  'list -m') ! grep -q 1.99 go.mod || { echo 'go: go.mod requires go >= 1.99 (running go 1.24.4)' >&2; exit 1; } ;;
esac
`,
  );
  sandbox.write('work/go.mod', 'module example.com/m\n\ngo 1.22\n');
  sandbox.write('work/cmd/api/main.go', main);
  sandbox.write('work/cmd/worker/main.go', 'package main\n');
  return sandbox;
}

function prepare(sandbox: Sandbox, env: Readonly<Record<string, string>> = {}): ShellResult {
  return sandbox.sh('. prepare-service && env', { GOPROXY: 'https://a.example|direct', SERVICE: 'api', ...env });
}

/** The variables that a prepared build sees. */
function prepared(sandbox: Sandbox, env: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const { stdout, stderr, exitCode } = prepare(sandbox, env);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return Object.fromEntries(
    Array.from(stdout.matchAll(/^(\w+)=(.*)$/gm), ([, name = '', value = '']) => [name, value]),
  );
}

describe('a request that cannot be met', () => {
  it.each([
    [
      '',
      'SERVICE is not set: name the folder under ./cmd, as --build-arg SERVICE=NAME (under ./cmd there is: api worker)',
    ],
    ['apii', 'the build context has no folder ./cmd/apii (under ./cmd there is: api worker)'],
  ])('is refused in words: SERVICE=%s', (service, message) => {
    expect(prepare(repository(), { SERVICE: service })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `prepare-service: ${message}\n`,
    });
  });

  it('is refused in a folder without any service', () => {
    expect(prepare(createSandbox(scripts))).toMatchObject({
      exitCode: 2,
      stderr: 'prepare-service: the build context has no folder ./cmd/api\n',
    });
  });

  it('is refused without go.mod', () => {
    const sandbox = createSandbox(scripts);
    sandbox.write('work/cmd/api/main.go', 'package main\n');
    expect(prepare(sandbox)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('has no go.mod') as string });
  });

  it('is refused for a package that is no program', () => {
    expect(prepare(repository('package mainly\n'))).toMatchObject({
      exitCode: 2,
      stderr: 'prepare-service: no Go file in ./cmd/api is of package main\n',
    });
  });
});

describe('what Go is told', () => {
  it('is a static, reproducible program with its time zones', () => {
    expect(prepared(repository(), { TARGETOS: 'linux', TARGETARCH: 'arm64' })).toMatchObject({
      CGO_ENABLED: '0',
      GOOS: 'linux',
      GOARCH: 'arm64',
      GOFLAGS: '-trimpath -buildvcs=false -tags=timetzdata -mod=mod',
      GOTOOLCHAIN: 'local',
    });
  });

  it.each([
    ['arm', 'v7', { GOARCH: 'arm', GOARM: '7' }],
    ['arm', 'v6', { GOARCH: 'arm', GOARM: '6' }],
    ['amd64', 'v3', { GOARCH: 'amd64', GOAMD64: 'v3' }],
    ['', '', { GOARCH: 'amd64', GOOS: 'linux' }],
  ])('follows the platform %s/%s', (TARGETARCH, TARGETVARIANT, expected) => {
    expect(prepared(repository(), { TARGETARCH, TARGETVARIANT })).toMatchObject(expected);
  });

  it.each(['go.sum', 'go.work', 'vendor/modules.txt'])('leaves -mod to Go where there is %s', (file) => {
    const sandbox = repository();
    sandbox.write(`work/${file}`, '');
    expect(prepared(sandbox)['GOFLAGS']).toBe('-trimpath -buildvcs=false -tags=timetzdata');
  });

  it('allows a newer Go only where go.mod asks for it', () => {
    const sandbox = repository();
    sandbox.write('work/go.mod', 'module example.com/m\n\ngo 1.99\n');
    expect(prepared(sandbox)['GOTOOLCHAIN']).toBe('auto');
  });

  it('drops `direct` where there is no git', () => {
    const sandbox = repository();
    expect(prepared(sandbox)['GOPROXY']).toBe('https://a.example');
    expect(prepared(sandbox, { GOPROXY: 'direct' })['GOPROXY']).toBe('direct');
    sandbox.command('git', '#!/bin/sh\n');
    expect(prepared(sandbox)['GOPROXY']).toBe('https://a.example|direct');
  });
});

describe('the version', () => {
  const linked = 'flags=-s -w -X main.version=v1.2.3';
  const plain = 'flags=-s -w';

  it.each([
    ['var version = "dev"', linked],
    ['var version string', linked],
    ['var version string = "dev" // set by the build', linked],
    ['var (\n\tversion = "dev"\n\tcommit  = "none"\n)', linked],
    ['var version = 7', plain],
    ['var version = readVersion()', plain],
    ['const version = "1.0"', plain],
    ['var versions = "all"', plain],
    ['func version() string { return "1" }', plain],
    ['', plain],
  ])('goes into the program only where it does no harm: %s', (declaration, flags) => {
    const sandbox = repository(`package main\n\n${declaration}\n`);
    const { stdout } = sandbox.sh('. prepare-service && echo "flags=$GO_LDFLAGS"', {
      SERVICE: 'api',
      VERSION: 'v1.2.3',
    });
    expect(stdout.trim().split('\n').at(-1)).toBe(flags);
  });
});
