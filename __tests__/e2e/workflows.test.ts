/** The workflow files of this repository, and one of docker/build-push-action's kind, as GitHub's runner would run them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { writeCredentials } from '../lab/host/job.ts';
import { repositoryRoot } from '../lab/host/paths.ts';
import { pushCredentials } from '../lab/services/hosts.ts';
import { runWorkflow, type JobReport } from '../lab/workflow/run-job.ts';
import { lines } from './compat.ts';
import { GO_OUTPUT, TINY, TWO_BASES, unavailable, useLab } from './world.ts';

const world = useLab();
const SHA = '8badf00d8badf00d8badf00d8badf00d8badf00d';
const IMAGE = 'ghcr.io/acme/api';
const HUB_DOWN = [unavailable('registry-1.docker.io')];

/** The Go services of the examples, as they are checked out. */
async function goService(): Promise<Readonly<Record<string, string>>> {
  const names = ['go.mod', 'cmd/api/main.go', 'cmd/web/main.go', 'internal/greeting/greeting.go'];
  const read = names.map(
    async (name) => [name, await readFile(path.join(repositoryRoot, 'examples/go-service', name), 'utf8')] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

// The steps of a workflow log in by themselves.
beforeEach(async () => await writeCredentials(world.lab.job, {}));

function expectGreen(report: JobReport | undefined, skipped: readonly string[] = []): void {
  const log = report?.steps.map((step) => `--- ${step.name}: ${step.outcome}\n${step.log}`).join('\n');
  expect(report?.status, log).toBe('success');
  expect(report?.steps.filter(({ outcome }) => outcome === 'skipped').map(({ name }) => name)).toEqual(skipped);
}

test('minimal.yml: checkout, login, build without a Dockerfile, push', async () => {
  const { lab } = world;
  const { image } = await runWorkflow(lab, 'examples/workflows/minimal.yml', { sources: await goService() });
  expectGreen(image);
  // The build record, then the logout: the last step's post step comes first.
  expect(image?.posts).toEqual([
    expect.stringContaining('Generating build summary'),
    expect.stringContaining('Removing login credentials for ghcr.io'),
  ]);
  await writeCredentials(lab.job, { 'ghcr.io': pushCredentials });
  expect(await lab.pullAndRun(`${IMAGE}:${SHA}`)).toBe(GO_OUTPUT.replace('v1.4.2', SHA));
});

test('multi-platform.yml: a later step reads the outputs', async () => {
  const { lab } = world;
  const run = { GITHUB_REF: 'refs/tags/v2.0.0', GITHUB_REF_NAME: 'v2.0.0', GITHUB_REF_TYPE: 'tag' };
  const { image } = await runWorkflow(lab, 'examples/workflows/multi-platform.yml', {
    sources: TINY,
    run,
  });
  expectGreen(image);
  const remote = await lab.inspectRemote(`${IMAGE}:v2.0.0`);
  expect(Object.keys(remote?.platforms ?? {}).toSorted()).toEqual(['linux/amd64', 'linux/arm64']);
  expect(image?.steps.at(-1)?.log).toBe(`${remote?.digest} after 1 attempt(s)\n`);
});

test('health-gate.yml: the nightly image is put off while hardly anything answers', async () => {
  const { lab } = world;
  const file = 'examples/workflows/health-gate.yml';
  const well = await runWorkflow(lab, file, { sources: TINY });
  expectGreen(well['image'], ['Put off']);
  expect(well['image']?.steps[2]?.log).toBe(
    'Registries: gcr.io docker.io ghcr.io quay.io registry.k8s.io\nActions cache: true\n',
  );
  expect((await lab.inspectRemote(`${IMAGE}:nightly`))?.digest).toBe(well['image']?.steps.at(-1)?.outputs['digest']);

  const hosts = ['registry-1.docker.io', 'gcr.io', 'ghcr.io', 'quay.io', 'registry.k8s.io'];
  const others = ['results-receiver.actions.githubusercontent.com', 'proxy.golang.org', 'goproxy.cn', 'goproxy.io'];
  await lab.faults([...hosts, ...others].map((host) => unavailable(host)));
  const ill = await runWorkflow(lab, file, { sources: TINY });
  expect(ill['image']?.status).toBe('success');
  expect(ill['image']?.steps.slice(3).map(({ outcome }) => outcome)).toEqual(['success', 'skipped', 'skipped']);
  expect(ill['image']?.steps[3]?.log).toContain('::warning::The nightly image is not built today');
});

test('incident.yml: a build by hand that does not push', async () => {
  const { lab } = world;
  const inputs = { strategy: 'conservative', version: 'v9', push: false };
  await lab.faults(HUB_DOWN);
  const { image } = await runWorkflow(lab, 'examples/workflows/incident.yml', { inputs, sources: TINY });
  expectGreen(image, ['docker/login-action@4907a6ddec9925e35a0a9e82d7399ccc52663121']);
  expect(image?.steps.at(-1)?.outputs).toMatchObject({ strategy: 'conservative' });
  expect(await lab.inspectRemote(`${IMAGE}:v9`)).toBeNull();
});

test('reusable.yml: the whole job from resilient-build.yml, and a job that uses its outputs', async () => {
  const { lab } = world;
  await lab.faults(HUB_DOWN);
  const { api, deploy } = await runWorkflow(lab, 'examples/workflows/reusable.yml', { sources: TWO_BASES });
  expectGreen(api);
  const remote = await lab.inspectRemote(`${IMAGE}:${SHA}`);
  expect(api?.outputs).toEqual({ digest: remote?.digest, 'health-score': '85', strategy: 'optimal', attempts: '1' });
  expect(deploy?.steps[0]?.log).toBe(`deploying ${remote?.digest}, built with the strategy optimal\n`);
  expect(api?.posts).toHaveLength(2);
});

test('ci.yml: a job for each strategy of its matrix, which is the one that is used', async () => {
  const { lab } = world;
  const ci = parse(await readFile(path.join(repositoryRoot, '.github/workflows/ci.yml'), 'utf8')) as Workflows;
  const job = ci.jobs['scenario-resilient'];
  // A build that takes no time: which strategy it is, is the question here.
  const sources = { 'examples/go-service/Dockerfile': TINY['Dockerfile'] ?? '' };
  const text = stringify({ ...ci, jobs: { forced: job } });
  const reports = await runWorkflow(lab, { text }, { sources });
  const strategies = ['resilient', 'conservative', 'emergency'];
  expect(Object.keys(reports)).toEqual(strategies.map((strategy) => `forced (${strategy})`));
  for (const report of Object.values(reports)) expectGreen(report);
});

interface Workflows {
  readonly jobs: Readonly<Record<string, unknown>>;
}

/** The YAML blocks of a page. */
async function blocksOf(page: string): Promise<readonly string[]> {
  const text = await readFile(path.join(repositoryRoot, page), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
}

/** A job with these steps, after a login. */
function jobOf(...steps: readonly string[]): { readonly text: string } {
  const login = lines(
    '- uses: docker/login-action@v4',
    '  with: { registry: ghcr.io, username: "${{ github.actor }}", password: "${{ github.token }}" }',
  );
  const all = parse(login + steps.join('')) as unknown;
  return { text: stringify({ on: 'push', jobs: { image: { 'runs-on': 'ubuntu-24.04', steps: all } } }) };
}

test('README.md: its workflow and its reusable one push what they say', async () => {
  const { lab } = world;
  const [whole = '', reusable = ''] = await blocksOf('README.md');
  const { image } = await runWorkflow(lab, { text: whole }, { sources: TINY });
  expectGreen(image);
  const called = await runWorkflow(lab, { text: `on: push\n${reusable}` }, { sources: TINY });
  expectGreen(called['image']);
  await writeCredentials(lab.job, { 'ghcr.io': pushCredentials });
  expect(await lab.pullAndRun(`${IMAGE}:${SHA}`)).toBe(`hello from ${SHA}\n`);
  expect(await lab.pullAndRun(`${IMAGE}:v1.4.2`)).toBe('hello from v1.4.2\n');
});

test('migration.md: before and after differ by one line, and the trial beside a build makes a plan', async () => {
  const { lab } = world;
  const [before = '', after = '', trial = ''] = await blocksOf('docs/migration.md');
  const ORIGINAL = 'docker/build-push-action@v7';
  expect(before.replace(ORIGINAL, 'resilient-builds/smart-docker-build@v0')).toBe(after);
  const sha = await lab.publishRepository('acme/api', TWO_BASES);
  const run = { GITHUB_SHA: sha };
  const { image } = await runWorkflow(lab, jobOf(after), { run });
  expectGreen(image);
  const remote = await lab.inspectRemote(`${IMAGE}:${sha}`);
  expect(Object.keys(remote?.platforms ?? {}).toSorted()).toEqual(['linux/amd64', 'linux/arm64']);

  const tried = (await runWorkflow(lab, jobOf(trial.replace(ORIGINAL, './')), { run }))['image'];
  expectGreen(tried);
  const plan = tried?.steps.at(-1);
  expect(plan?.summary).toContain(`--tag ${IMAGE}:${sha}`);
  expect(plan?.outputs).not.toHaveProperty('digest');
});

/** The shape of most workflows around docker/build-push-action, with its line replaced. */
const USUAL = lines(
  'name: ci',
  'on: push',
  'env:',
  '  IMAGE: ghcr.io/${{ github.repository }}',
  'jobs:',
  '  docker:',
  '    runs-on: ubuntu-latest',
  '    steps:',
  '      - uses: actions/checkout@v7',
  '      - id: meta',
  '        uses: docker/metadata-action@v6',
  '        with:',
  '          images: ${{ env.IMAGE }}',
  '      - uses: docker/setup-qemu-action@v4',
  '      - id: buildx',
  '        uses: docker/setup-buildx-action@v4',
  '        with:',
  '          driver-opts: |',
  '            network=host',
  '      - name: Version of the sources',
  '        run: echo "BUILD_VERSION=${GITHUB_REF_NAME}-1" >>"$GITHUB_ENV"',
  "      - if: github.event_name != 'pull_request'",
  '        uses: docker/login-action@v4',
  '        with:',
  '          registry: ghcr.io',
  '          username: ${{ github.actor }}',
  '          password: ${{ secrets.GITHUB_TOKEN }}',
  '      - id: build',
  '        uses: ./',
  '        with:',
  '          context: .',
  '          builder: ${{ steps.buildx.outputs.name }}',
  "          push: ${{ github.event_name != 'pull_request' }}",
  '          tags: ${{ steps.meta.outputs.tags }}',
  '          labels: ${{ steps.meta.outputs.labels }}',
  '          build-args: |',
  '            VERSION=${{ env.BUILD_VERSION }}',
  '          cache-from: type=gha',
  '          cache-to: type=gha,mode=max',
  '      - id: broken',
  '        continue-on-error: true',
  '        uses: ./',
  '        with:',
  '          context: ./nowhere',
  "      - if: steps.broken.outcome == 'failure' && steps.broken.conclusion == 'success'",
  '        run: echo "failed as it should, ${{ steps.build.outputs.digest }}"',
  '      - if: failure()',
  '        run: exit 1',
  '      - if: always()',
  '        run: docker buildx imagetools inspect "$IMAGE:main" | sed -n "3s/.* //p"',
);

test('a workflow of docker/build-push-action with one line replaced, with Docker Hub going down', async () => {
  const { lab } = world;
  const well = await runWorkflow(lab, { text: USUAL }, { sources: TINY });
  expectGreen(well['docker'], ['exit 1']);
  const remote = await lab.inspectRemote(`${IMAGE}:main`);
  expect(remote?.platforms['linux/amd64']?.config.config?.Labels).toMatchObject({
    'org.opencontainers.image.revision': SHA,
  });
  expect(well['docker']?.steps.slice(-3).map(({ log }) => log.trim())).toEqual([
    `failed as it should, ${remote?.digest}`,
    '',
    remote?.digest,
  ]);
  expect(await lab.pullAndRun(`${IMAGE}:sha-8badf00`)).toBe('hello from main-1\n');
  expect(well['docker']?.posts.at(-1)).toContain('builder-of-the-job removed');

  await lab.faults([unavailable('registry-1.docker.io', '/library/')]);
  const ill = await runWorkflow(lab, { text: USUAL }, { sources: TINY });
  expectGreen(ill['docker'], ['exit 1']);
});
