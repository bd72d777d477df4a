/** What a step finds around it, as companies have it: credential helpers, an ssh agent, proxies, a server of GitHub's own. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writeCredentials } from '../lab/host/job.ts';
import { repositoryRoot } from '../lab/host/paths.ts';
import type { ActionResult } from '../lab/host/runner.ts';
import { corpCredentials, pushCredentials } from '../lab/services/hosts.ts';
import { argvOf, expectGreen, expectPushedTo, lines, printed, TEST_SOURCES, useCompatLab } from './compat.ts';
import { checkout } from './world.ts';

const world = useCompatLab('docker');
const CORP = 'registry.corp.example';

/** Everything that leaves a step, without what only the runner reads. */
function told(result: ActionResult): string {
  return result.log.replaceAll(/^::add-mask::.*$/gm, '') + result.summary + JSON.stringify(result.outputs);
}

/** A program of the job, found on its PATH. */
async function program(name: string, ...script: readonly string[]): Promise<string> {
  const bin = path.join(world.lab.job.folder, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(path.join(bin, name), lines('#!/bin/sh', ...script));
  await chmod(path.join(bin, name), 0o755);
  return bin;
}

/** Starts a server of the job's own, and waits until it listens. */
async function listens(port: number, command: string): Promise<void> {
  const wait = `for _ in $(seq 200); do (exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null && exit; sleep 0.05; done; exit 1`;
  const ended = await world.lab.script(`${command} </dev/null >/dev/null 2>&1 &\n${wait}`);
  expect(ended.exitCode, ended.log).toBe(0);
}

test('credential helpers: the probes, the base and both pushes have the logins that they give', async () => {
  const { lab } = world;
  const logins = { 'ghcr.io': pushCredentials, [CORP]: corpCredentials };
  const asked = path.join(lab.job.folder, 'asked');
  const bin = await program(
    'docker-credential-vault',
    'read -r host',
    `echo "$1 $host" >>${asked}`,
    'case $host in',
    ...Object.entries(logins).map(
      ([host, { user, password }]) => `  ${host}) echo '${JSON.stringify({ Username: user, Secret: password })}' ;;`,
    ),
    "  *) echo 'credentials not found in native keychain'; exit 1 ;;",
    'esac',
  );
  const config = path.join(lab.job.home, '.docker/config.json');
  const { auths, ...rest } = JSON.parse(await readFile(config, 'utf8')) as Record<string, unknown>;
  expect(auths).toBeDefined();
  const helpers = { 'ghcr.io': 'vault', [CORP]: 'vault', 'quay.io': 'vault' };
  await writeFile(config, JSON.stringify({ ...rest, credHelpers: helpers }));
  const env = { PATH: `${bin}:${process.env['PATH']}` };

  await checkout(lab, { 'base.Dockerfile': lines('FROM busybox', 'RUN echo mine >/base') });
  const base = await world.step(
    { context: '.', file: 'base.Dockerfile', push: true, tags: `${CORP}/acme/base:1` },
    { env },
  );
  await expectGreen(base, ['--push', '.']);
  await checkout(lab, { Dockerfile: lines(`FROM ${CORP}/acme/base:1`, 'RUN cat /base') });
  const tags = ['ghcr.io/acme/helped:1', `${CORP}/acme/helped:1`];
  const result = await world.step({ context: '.', push: true, tags: tags.join('\n') }, { env });
  await writeCredentials(lab.job, { 'ghcr.io': pushCredentials });
  await expectGreen(result, ['--push', '.']);
  expect(printed(result)).toContain('\nmine\n');
  await expectPushedTo(lab, result, tags);
  expect(new Set((await readFile(asked, 'utf8')).trim().split('\n'))).toEqual(
    new Set(Object.keys(helpers).map((host) => `get ${host}`)),
  );
  expect(result.commands.filter(({ name }) => name === 'warning')).toEqual([]);
  for (const { password } of Object.values(logins)) expect(told(result)).not.toContain(password);
});

test('ssh: the keys of an agent and of a file reach the steps that mount them', async () => {
  const { lab } = world;
  const agent = path.join(lab.job.home, 'agent.sock');
  // ssh-add for the steps, with the libraries that it needs.
  const prepared = await lab.script(
    lines(
      'mkdir -p tools "$HOME/keys"',
      'for file in $(ldd "$(command -v ssh-add)" | grep -o "/[^ ]*") "$(command -v ssh-add)"; do cp -L "$file" tools/; done',
      'mv tools/ld-* tools/loader',
      'for name in agent file; do ssh-keygen -q -t ed25519 -N "" -C "key-of-$name" -f "$HOME/keys/$name"; done',
      `ssh-agent -a ${agent} </dev/null >/dev/null 2>&1`,
      `SSH_AUTH_SOCK=${agent} ssh-add -q "$HOME/keys/agent"`,
      'for name in agent file; do ssh-keygen -lf "$HOME/keys/$name.pub" | cut -d" " -f2; done',
    ),
  );
  expect(prepared.exitCode, prepared.log).toBe(0);
  const [ofAgent = '', ofFile = ''] = prepared.stdout.trim().split('\n').slice(-2);
  const list = '/tools/loader --library-path /tools /tools/ssh-add -l';
  await checkout(lab, {
    Dockerfile: lines(
      '# syntax=docker/dockerfile:1',
      'FROM busybox',
      'COPY tools /tools',
      `RUN --mount=type=ssh echo "default: $(${list})"`,
      `RUN --mount=type=ssh,id=deploy,required=true echo "deploy: $(${list})"`,
      `RUN echo "none: $SSH_AUTH_SOCK"`,
    ),
  });
  const result = await world.step(
    { context: '.', ssh: `default,deploy=${lab.job.home}/keys/file` },
    { env: { SSH_AUTH_SOCK: agent } },
  );
  await expectGreen(result, ['--ssh', 'default', '--ssh', `deploy=${lab.job.home}/keys/file`, '.']);
  expect(printed(result)).toMatch(new RegExp(`^default: 256 ${ofAgent.replaceAll('+', '\\+')} key-of-agent`, 'm'));
  expect(printed(result)).toMatch(new RegExp(`^deploy: 256 ${ofFile.replaceAll('+', '\\+')} `, 'm'));
  expect(printed(result)).toContain('\nnone: \n');

  // Without an agent the build is at fault, in one attempt.
  const red = await world.step({ context: '.', ssh: 'default' }, { env: { SSH_AUTH_SOCK: undefined } });
  expect(red.exitCode).toBe(1);
  expect(red.outputs).toMatchObject({ attempts: '1', 'failure-class': 'user-code' });
});

test('proxies: what this action asks goes through them, with their login, and past them where no_proxy says so', async () => {
  const { lab } = world;
  const tunnels = path.join(lab.job.folder, 'tunnels');
  await writeFile(tunnels, '');
  const proxy = path.join(repositoryRoot, '__tests__/lab/connect-proxy.ts');
  await listens(3199, `node ${proxy} 3199 ${tunnels} 'ci:p@ss-3199'`);
  const PROXY = 'http://ci:p%40ss-3199@127.0.0.1:3199';
  const env = { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, NO_PROXY: 'gcr.io,.k8s.io' };
  const inputs = { context: './test', push: true, tags: 'ghcr.io/acme/proxied:1', 'cache-to': 'type=gha' };
  const result = await world.step(inputs, { env });
  await expectGreen(result, ['--push', './test']);
  await expectPushedTo(lab, result, ['ghcr.io/acme/proxied:1']);
  // As with docker/build-push-action: a proxy of the step is not one of the build.
  expect((await argvOf(result)).join(' ')).not.toMatch(/proxy|3199/i);
  const seen = new Set((await readFile(tunnels, 'utf8')).trim().split('\n'));
  const through = [
    ...['registry-1.docker.io', 'auth.docker.io', 'ghcr.io', 'quay.io', 'proxy.golang.org'],
    // The cache and, in the post step, the artifact service.
    'results-receiver.actions.githubusercontent.com',
  ];
  for (const host of through) expect(seen).toContain(`${host}:443`);
  const past = ['gcr.io', 'registry.k8s.io'];
  const requests = await lab.requests();
  for (const host of past) {
    expect(seen).not.toContain(`${host}:443`);
    expect(requests.some((one) => one.host === host)).toBe(true);
  }
  expect(result.outputs['health-score']).toBe('100');
  expect(told(result)).not.toMatch(/p(@|%40)ss-3199/);
});

test('GitHub Enterprise Server: its repository is the context, with its token, and the links are its own', async () => {
  const { lab } = world;
  const server = `https://${CORP}:8443`;
  await listens(8443, 'socat TCP-LISTEN:8443,fork,reuseaddr TCP:github.com:443');
  const sha = await lab.publishRepository('acme/api', TEST_SOURCES, { isPrivate: true });
  const env = { GITHUB_SHA: sha, GITHUB_SERVER_URL: server, GITHUB_API_URL: `${server}/api/v3` };
  const given = { file: 'lint.Dockerfile', context: '{{defaultContext}}:test', provenance: 'true' };
  const result = await world.step(given, { env });
  await expectGreen(result, [`${server}/acme/api.git#${sha}:test`]);
  const words = await argvOf(result);
  expect(words).toContain(`type=provenance,builder-id=${server}/acme/api/actions/runs/424242/attempts/1`);
  expect(words.some((word) => word.startsWith(`id=GIT_AUTH_TOKEN.${CORP}:8443,src=`))).toBe(true);
  const annotated = result.commands.filter(({ name, properties }) => name === 'warning' && properties['file']);
  expect(annotated.map(({ properties }) => properties['file'])).toContain('test/lint.Dockerfile');
  // Mermaid and artifacts are not on every such server: the summary says the same without them.
  expect(result.summary).toMatch(/^### ✅ /);
  expect(result.summary).not.toContain('.dockerbuild');
});
