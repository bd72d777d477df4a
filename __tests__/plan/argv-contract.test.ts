import { describe, expect, test } from 'vitest';
import { lineFor, planFor, publicEvent, RUN_URL, SHA, type Step, type Tools } from '../inputs/drop-in/given.ts';

/*
 * The command line for inputs of docker/build-push-action (v7.3.0, src/context.ts at cb941d0), in the order of its own
 * table (__tests__/context.test.ts, `getArgs`). What it is compared with is written from reading that code; that the
 * code does the same is what `npm run test:differential` shows.
 */

const GIT = `https://github.com/acme/api.git#${SHA}`;
const iid = '--iidfile /run/iid';
const metadata = '--metadata-file /run/metadata.json';
const token = (host: string): string => `--secret id=GIT_AUTH_TOKEN.${host},src=/secrets/git-auth-token`;
const text = (id: string, number: number): string => `--secret id=${id},src=/secrets/secret-${number}`;
const provenance = (attributes: string, url = RUN_URL): string =>
  `--attest type=provenance,${attributes}builder-id=${url}`;
const byDefault = provenance('mode=min,inline-only=true,');
const out = '--output type=local,dest=./out';
const both = '--platform linux/amd64,linux/arm64';
const hosts = '--add-host docker:10.180.0.1 --add-host foo:10.0.0.1';
const fromEnv = '--secret id=MY_SECRET,env=MY_SECRET_ENV --secret id=OTHER,env=OTHER_ENV';
const annotations =
  'example1=www\nindex:example2=xxx\nmanifest:example3=yyy\nmanifest-descriptor[linux/amd64]:example4=zzz';
const image = 'type=image,"name=localhost:5000/name/app:latest,localhost:5000/name/app:foo",push=true';
const enterprise = (host: string): string => `${host}/acme/api`;

/** The words of a line; `·` is a space within a word, `¶` a line end. */
function words(line: string): readonly string[] {
  return line.split(' ').map((word) => word.replaceAll('·', ' ').replaceAll('¶', '\n'));
}

type Row = readonly [version: string, inputs: Readonly<Record<string, string>>, line: string, env?: Step['env']];

// prettier-ignore
const rows: readonly Row[] = [
  ['v0.4.1', { context: '.' }, `${iid} .`],
  ['v0.4.2', { 'build-args': 'MY_ARG=val1,val2,val3\nARG=val\n"MULTILINE=aaaa\nbbbb\nccc"' }, `--build-arg MY_ARG=val1,val2,val3 --build-arg ARG=val --build-arg MULTILINE=aaaa¶bbbb¶ccc ${iid} ${GIT}`],
  ['v0.4.2', { tags: 'name/app:7.4, name/app:latest' }, `${iid} --tag name/app:7.4 --tag name/app:latest ${GIT}`],
  ['v0.4.2', { context: '.', labels: 'title=buildkit\nabout=concurrent, cache-efficient', outputs: 'type=local,dest=./out' }, `--label title=buildkit --label about=concurrent,·cache-efficient ${out} .`],
  ['v0.4.1', { context: '.', platforms: 'linux/amd64,linux/arm64' }, `${both} .`],
  ['v0.4.2', { context: '.', platforms: 'linux/amd64\nlinux/arm64' }, `${iid} ${both} .`],
  ['v0.4.2', { context: '.', secrets: 'GIT_AUTH_TOKEN=abc=0123' }, `${iid} ${text('GIT_AUTH_TOKEN', 1)} .`],
  ['v0.4.2', { 'github-token': 'abc', outputs: '.' }, `--output . ${token('github.com')} ${GIT}`],
  ['v0.4.2', { context: GIT, platforms: 'linux/amd64,linux/arm64', secrets: 'GIT_AUTH_TOKEN=x', file: './test/Dockerfile', builder: 'b2', push: 'true' }, `--file ./test/Dockerfile ${iid} ${both} ${text('GIT_AUTH_TOKEN', 1)} --builder b2 --push ${GIT}`],
  ['v0.4.2', { context: '.', secrets: 'GIT_AUTH_TOKEN=abc,def=0\n"MYSECRET=aa\nbb\ncc"\nFOO=bar\n"EMPTYLINE=aa\n\nbb"' }, `${iid} ${text('GIT_AUTH_TOKEN', 1)} ${text('MYSECRET', 2)} ${text('FOO', 3)} ${text('EMPTYLINE', 4)} .`],
  ['v0.4.2', { context: '.', secrets: 'MYSECRET=aa\nbb\ncc\nFOO=bar\nEMPTYLINE=aa\n\nbb' }, `${iid} ${text('MYSECRET', 1)} ${text('FOO', 4)} ${text('EMPTYLINE', 5)} .`],
  ['v0.5.1', { context: '.', 'secret-files': 'MY_SECRET=/work/secret.txt', file: './test/Dockerfile', builder: 'b2', network: 'host', push: 'true' }, `--file ./test/Dockerfile ${iid} --secret id=MY_SECRET,src=/work/secret.txt --builder b2 --network host --push .`],
  ['v0.4.2', { context: '.', labels: 'about=Implementation of "filter results (top-n)"', outputs: 'type=local,dest=./out' }, `--label about=Implementation·of·"filter·results·(top-n)" ${out} .`],
  ['v0.6.0', { context: '.', file: './test/Dockerfile', 'add-hosts': 'docker:10.180.0.1,foo:10.0.0.1', network: 'host', push: 'true' }, `${hosts} --file ./test/Dockerfile ${iid} ${metadata} --network host --push .`],
  ['v0.7.0', { context: '.', 'add-hosts': 'docker:10.180.0.1\nfoo:10.0.0.1', 'cgroup-parent': 'foo', 'shm-size': '2g', ulimit: 'nofile=1024:1024\nnproc=3' }, `${hosts} --cgroup-parent foo ${iid} --shm-size 2g --ulimit nofile=1024:1024 --ulimit nproc=3 ${metadata} .`],
  ['v0.7.0', { context: '{{defaultContext}}:docker' }, `${iid} ${metadata} ${GIT}:docker`],
  ['v0.8.2', { 'github-token': 'abc', context: '{{defaultContext}}:subdir' }, `${iid} ${token('github.com')} ${metadata} ${GIT}:subdir`],
  ['v0.8.2', { context: '.', provenance: 'true' }, `${iid} ${metadata} .`],
  ['v0.10.0', { context: '.' }, `${iid} ${byDefault} ${metadata} .`],
  ['v0.10.0', { context: '.', provenance: 'true' }, `${iid} ${provenance('')} ${metadata} .`],
  ['v0.10.0', { context: '.', provenance: 'mode=max' }, `${iid} ${provenance('mode=max,')} ${metadata} .`],
  ['v0.10.0', { context: '.', provenance: 'false' }, `${iid} --attest type=provenance,disabled=true ${metadata} .`],
  ['v0.10.0', { context: '.', provenance: 'builder-id=foo' }, `${iid} --attest type=provenance,builder-id=foo ${metadata} .`],
  ['v0.10.0', { context: '.', outputs: 'type=docker' }, `${iid} --output type=docker ${metadata} .`],
  ['v0.10.0', { context: '.', load: 'true' }, `${iid} --load ${metadata} .`],
  ['v0.10.0', { context: '.', 'build-args': 'FOO=bar#baz', load: 'true' }, `--build-arg FOO=bar#baz ${iid} --load ${metadata} .`],
  ['v0.10.0', { context: '.', load: 'true', 'secret-envs': 'MY_SECRET=MY_SECRET_ENV\nOTHER=OTHER_ENV' }, `${fromEnv} ${iid} --load ${metadata} .`],
  ['v0.10.0', { context: '.', load: 'true', 'secret-envs': 'MY_SECRET=MY_SECRET_ENV,OTHER=OTHER_ENV' }, `${fromEnv} ${iid} --load ${metadata} .`],
  ['v0.11.0', { context: '.', annotations, outputs: 'type=local,dest=./out' }, `${out} ${byDefault} ${metadata} .`],
  ['v0.12.0', { context: '.', annotations, outputs: 'type=local,dest=./out' }, `--annotation ${annotations.replaceAll('\n', ' --annotation ')} ${out} ${byDefault} ${metadata} .`],
  ['v0.12.0', { context: '.', outputs: image }, `${iid} --output ${image} ${byDefault} ${metadata} .`],
  ['v0.13.1', { context: '.', provenance: 'mode=max', sbom: 'true' }, `${iid} ${provenance('mode=max,')} --attest type=sbom,disabled=false ${metadata} .`],
  ['v0.13.1', { context: '.', attests: 'type=provenance,mode=min', provenance: 'mode=max' }, `${iid} ${provenance('mode=max,')} ${metadata} .`],
  ['v0.13.1', { context: '.', attests: 'type=provenance,mode=min' }, `${iid} ${provenance('mode=min,')} ${metadata} .`],
  ['v0.13.1', { context: '.' }, `${iid} ${metadata} .`, { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' }],
  ['v0.9.1', { 'github-token': 'abc', context: '{{defaultContext}}' }, `${iid} ${token('10.0.0.5:22827')} ${metadata} http://${enterprise('10.0.0.5:22827')}.git#${SHA}`, { GITHUB_SERVER_URL: 'http://10.0.0.5:22827' }],
  ['v0.13.1', { 'github-token': 'abc' }, `${iid} ${provenance('mode=min,inline-only=true,', `https://${enterprise('ghe.corp')}${RUN_URL.slice(27)}`)} ${token('ghe.corp')} ${metadata} https://${enterprise('ghe.corp')}.git#${SHA}`, { GITHUB_SERVER_URL: 'https://ghe.corp' }],
  ['v0.29.0', {}, `${iid} ${byDefault} ${metadata} https://github.com/acme/api.git?ref=${SHA}`, { BUILDX_SEND_GIT_QUERY_AS_INPUT: 'true' }],
  ['v0.28.0', {}, `${iid} ${byDefault} ${metadata} ${GIT}`, { BUILDX_SEND_GIT_QUERY_AS_INPUT: 'true' }],
];

test.each(rows.map((row, index) => [index, ...row] as const))(
  'row %i: buildx %s, %j',
  async (_, buildx, inputs, line, env = {}) => {
    expect(await lineFor({ inputs, env, files: ['/work/secret.txt'] }, { buildx })).toEqual(words(`build ${line}`));
  },
);

test('every input at once, in its place', async () => {
  const inputs = {
    'add-hosts': 'a:1',
    allow: 'network.host',
    annotations: 'index:a=b',
    attests: 'type=sbom,generator=x\ntype=custom,true',
    'build-args': 'A=1',
    'build-contexts': 'self={{defaultContext}}',
    builder: 'mine',
    'cache-from': 'type=gha,scope=x',
    'cache-to': 'type=gha,mode=max\ntype=inline\nuser/app:cache\ntype=local,dest=d,ignore-error=false',
    call: 'build',
    'cgroup-parent': '/group',
    context: './src',
    file: './src/Dockerfile',
    'github-token': 'abc',
    labels: 'l=1',
    load: 'true',
    network: 'host',
    'no-cache': 'true',
    'no-cache-filters': 'build',
    outputs: 'type=image',
    platforms: 'linux/amd64',
    provenance: 'mode=min',
    pull: 'true',
    push: 'true',
    sbom: 'true',
    secrets: 'S=text',
    'secret-envs': 'E=ENV',
    'secret-files': 'F=/work/secret.txt',
    'shm-size': '1g',
    ssh: 'default',
    tags: 'x:1',
    target: 'app',
    ulimit: 'nofile=1024',
  };
  const line = [
    'build --add-host a:1 --allow network.host --annotation index:a=b --build-arg A=1',
    `--build-context self=${GIT} --cache-from type=gha,scope=x`,
    '--cache-to type=gha,mode=max,ignore-error=true --cache-to type=inline --cache-to user/app:cache',
    '--cache-to type=local,dest=d,ignore-error=false --call build --cgroup-parent /group',
    `--secret id=E,env=ENV --file ./src/Dockerfile ${iid} --label l=1 --no-cache-filter build`,
    `--output type=image --platform linux/amd64 ${provenance('mode=min,')}`,
    '--attest type=sbom,disabled=false --attest type=custom,disabled=false',
    `${text('S', 1)} --secret id=F,src=/work/secret.txt --shm-size 1g --ssh default --tag x:1`,
    `--target app --ulimit nofile=1024 --builder mine --load ${metadata} --network host --no-cache --pull --push ./src`,
  ];
  expect(await lineFor({ inputs, files: ['/work/secret.txt'] })).toEqual(words(line.join(' ')));
});

describe('what the default provenance depends on', () => {
  test.each<[string, Tools, boolean]>([
    ['a container', {}, true],
    ['a container of old', { nodes: ['v0.10.6'] }, false],
    ['an old one among new ones', { nodes: ['v0.25.1', 'v0.10.6'] }, false],
    ['a pre-release', { nodes: ['v0.13.0-rc1'] }, false],
    ['a container that has not booted', { nodes: [null] }, false],
    ['a build without a version', { nodes: ['v0.0.0+unknown'] }, true],
    ['a commit', { nodes: ['8abef5908705e49f7ba88ef8c957e1127b597a2a'] }, true],
    ['the engine of today', { driver: 'docker', nodes: ['v0.25.1'] }, false],
    ['the engine of then', { driver: 'docker', nodes: ['v0.11.6-moby'] }, true],
    ['buildx 0.9', { buildx: 'v0.9.1' }, false],
    ['buildx at a commit', { buildx: '28c90ea' }, true],
    ['buildx without a version', { buildx: 'v0.0.0+unknown' }, true],
    ['buildx that says nothing', { buildx: null }, true],
  ])('%s', async (_, tools, given) => {
    expect((await lineFor({ inputs: { context: '.' } }, tools)).includes('--attest')).toBe(given);
  });

  test('a public repository tells everything', async () => {
    const line = await lineFor({ inputs: { context: '.' }, event: publicEvent });
    expect(line).toEqual(expect.arrayContaining([...words(provenance('mode=max,'))]));
    expect(await lineFor({ inputs: { context: '.' }, event: null })).toEqual(line);
  });
});

test('without a docker command buildx is called by itself', async () => {
  const { argv } = await planFor({ inputs: { context: '.' } }, { kind: 'standalone' });
  expect(argv.slice(0, 2)).toEqual(['buildx', 'build']);
});
