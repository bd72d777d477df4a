import { expect, test } from 'vitest';
import { buildxCommand, nodeVersions, readBuildx, sharedInspection } from '../../src/facts/buildx.ts';
import { attestsByDefault, buildkitHas, buildxHas } from '../../src/facts/versions.ts';
import type { CommandOutcome, RunCommand } from '../../src/process/run-command.ts';

const said = (stdout: string): CommandOutcome => ({ kind: 'exited', code: 0, stdout, stderr: '' });
const failed = (stderr: string): CommandOutcome => ({ kind: 'exited', code: 1, stdout: '', stderr });
const absent = (file: string): CommandOutcome => ({ kind: 'failed', reason: `${file} is not installed` });
const version = 'github.com/docker/buildx v0.29.1 28c90eadc4c12638953cd6e2b3e0b4d0e2fa2d9e\n';

/** A machine whose commands answer by their first words. */
function machine(answers: Readonly<Record<string, CommandOutcome>>): {
  readonly run: RunCommand;
  readonly asked: readonly string[];
} {
  const asked: string[] = [];
  const run: RunCommand = async (argv) => {
    const line = argv.join(' ');
    asked.push(line);
    const found = Object.entries(answers).find(([start]) => line.startsWith(start))?.[1];
    return await Promise.resolve(found ?? absent(argv[0] ?? ''));
  };
  return { run, asked };
}

const nothing = { refusal: null, nodes: [] };

test.each<[string, string | null, Readonly<Record<string, CommandOutcome>>, object]>([
  ['docker info has named it', 'v0.29.1', {}, { kind: 'plugin', version: 'v0.29.1', ...nothing }],
  [
    'docker names no plugin, but has it',
    null,
    { 'docker buildx version': said(version) },
    { kind: 'plugin', version: 'v0.29.1', ...nothing },
  ],
  [
    'it says something else',
    null,
    { 'docker buildx version': said('buildah') },
    { kind: 'plugin', version: null, ...nothing },
  ],
  [
    'docker has no such plugin',
    null,
    { docker: failed("docker: 'buildx' is not a docker command.") },
    { kind: 'missing', version: null, ...nothing },
  ],
  [
    'docker does not answer',
    null,
    { docker: { kind: 'failed', reason: 'docker did not answer in 15 s' } },
    { kind: 'plugin', version: null, ...nothing },
  ],
  ['buildx alone', null, { 'buildx version': said(version) }, { kind: 'standalone', version: 'v0.29.1', ...nothing }],
  ['neither', null, {}, { kind: 'missing', version: null, ...nothing }],
  [
    'a commit',
    null,
    { 'buildx version': said('github.com/docker/buildx 28c90ea 28c90eadc4c1') },
    { kind: 'standalone', version: '28c90ea', ...nothing },
  ],
])('%s', async (_, known, answers, facts) => {
  expect(await readBuildx(machine(answers).run, known, said(''), 1000)).toEqual(facts);
});

test('a builder that there is not', async () => {
  const inspection = failed('ERROR: no builder "mine" found\n');
  expect(await readBuildx(machine({}).run, 'v0.29.1', inspection, 1000)).toMatchObject({
    refusal: 'ERROR: no builder "mine" found',
  });
  const silent: CommandOutcome = { kind: 'failed', reason: 'docker did not answer in 15 s' };
  expect(await readBuildx(machine({}).run, 'v0.29.1', silent, 1000)).toMatchObject({ refusal: null, nodes: [null] });
});

test('the builder is asked for through docker, else by buildx itself', async () => {
  const withDocker = machine({ docker: said('Name: default\n') });
  await sharedInspection(withDocker.run, 'mine', 1000);
  expect(withDocker.asked).toEqual(['docker buildx inspect mine']);
  const without = machine({ buildx: said('Name: default\n') });
  expect(await sharedInspection(without.run, null, 1000)).toEqual(said('Name: default\n'));
  expect(without.asked).toEqual(['docker buildx inspect', 'buildx inspect']);
});

test('how it is called', () => {
  const facts = { version: null, refusal: null, nodes: [] };
  expect(buildxCommand({ kind: 'plugin', ...facts })).toEqual(['docker', 'buildx']);
  expect(buildxCommand({ kind: 'standalone', ...facts })).toEqual(['buildx']);
});

test('the version of each node', () => {
  const head = 'Name:          farm\nDriver:        docker-container\n\nNodes:\n';
  const nodes =
    'Name:      farm0\nBuildKit version: v0.25.1\n\nName:      farm1\nBuildkit:  v0.10.6\n\nName:   farm2\nStatus: inactive\n';
  expect(nodeVersions(head + nodes)).toEqual(['v0.25.1', 'v0.10.6', null]);
  expect(nodeVersions('Name:   default\nDriver: \nError: Cannot connect\n')).toEqual([]);
  expect(nodeVersions('')).toEqual([]);
});

test.each<[string | null, string, boolean]>([
  ['v0.10.0', '0.10.0', true],
  ['0.10.1+ds1', '0.10.0', true],
  ['v0.9.99', '0.10.0', false],
  ['v1.0.0', '0.29.0', true],
  ['v0.12.0-rc1', '0.12.0', true],
  ['v0.0.0+unknown', '0.29.0', true],
  ['28c90ea', '0.29.0', true],
  [null, '0.29.0', true],
  ['0.29', '0.12.0', false],
])('buildx %s has %s: %s', (actual, release, has) => {
  expect(buildxHas(actual, release)).toBe(has);
});

test('every node has to have it', () => {
  expect(buildkitHas(['v0.12.0', 'v0.11.6'], '0.12.0')).toBe(false);
  expect(buildkitHas(['v0.12.0', null, 'v0.0.0+unknown'], '0.12.0')).toBe(true);
  expect(attestsByDefault('docker-container', [])).toBe(true);
});
