/*
 * Values that people give, and the corners of how they are read. HOST stands for a registry of this machine that is up.
 */

/** Inputs whose items may be separated by commas. */
export const ITEM_POOLS: Readonly<Record<string, readonly string[]>> = {
  'add-hosts': ['docker:10.180.0.1', 'foo:10.0.0.1', 'db:::1'],
  allow: ['network.host', 'security.insecure'],
  'no-cache-filters': ['build', 'base', 'stage-1'],
  platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/amd46', 'local'],
  'secret-envs': ['MY_SECRET=MY_SECRET_ENV', 'TOKEN=GITHUB_ACTOR', 'INVALID=', 'NOTHING', 'A=B=C'],
  ssh: ['default', 'mykey=/tmp/agent.sock', 'git=$SSH_AUTH_SOCK'],
  tags: [
    'name/app:7.4',
    'name/app:latest',
    'ghcr.io/acme/api:1.0',
    'HOST/acme/api',
    'HOST/acme/api:x',
    'user/app:UPPER',
  ],
};

/** Inputs with an item a line. */
export const LINE_POOLS: Readonly<Record<string, readonly string[]>> = {
  annotations: ['example1=www', 'index:example2=xxx', 'manifest-descriptor[linux/amd64]:a=b,c', 'index,manifest:d=e'],
  attests: [
    'type=sbom,generator=image',
    'type=sbom,disabled=true',
    'type=provenance,mode=min',
    'type=provenance,mode=max,builder-id=foo',
    'type=sbom,true',
    'type=custom,false,x=1',
    'type=provenance , mode=min',
  ],
  'build-args': [
    'MY_ARG=val1,val2',
    'ARG=val',
    'EMPTY=',
    'BARE',
    'FOO=bar#baz',
    'Q=say "hi"',
    'SERVICE=api',
    'UNI=é😀',
  ],
  'build-contexts': [
    'alpine=docker-image://alpine:3.22',
    'src=./sub',
    'self={{defaultContext}}:sub',
    'x={{ other }}y',
    'plain={{{defaultContext}}}',
  ],
  'cache-from': [
    'type=gha',
    'type=gha,scope=main',
    'type=local,src=/tmp/.buildx-cache',
    'type=registry,ref=HOST/acme/api:cache',
    'HOST/acme/api:cache',
    'type=s3,region=eu-west-1,bucket=b,name=n',
  ],
  'cache-to': [
    'type=inline',
    'type=gha,mode=max',
    'type=gha,mode=max,ignore-error=false',
    'type=local,dest=/tmp/.buildx-cache,mode=max',
    'type=registry,ref=HOST/acme/api:cache,mode=max',
    'HOST/acme/api:cache',
    'type=registry,ref=HOST/acme/api:cache,Ignore-Error=true',
    'type=azblob,name=n',
  ],
  labels: [
    'org.opencontainers.image.title=buildkit',
    'org.opencontainers.image.description=concurrent, cache-efficient',
    'a=b#c',
    'e=',
  ],
  outputs: [
    'type=local,dest=./release-out',
    'type=docker',
    'type=tar,dest=out.tar',
    'type=oci,dest=/tmp/image.tar',
    'type=image,"name=localhost:5000/name/app:latest,localhost:5000/name/app:foo",push=true',
    'type=registry',
    './out',
    'type=image,push=true',
    '-',
  ],
  'secret-files': ['MY_SECRET=./secret.txt', 'OTHER=./missing.txt', 'DIR=./sub', 'NOTHING', 'EMPTY='],
  ulimit: ['nofile=1024:1024', 'nproc=3', 'core=-1,0'],
};

/** Secrets keep their spaces, and may have several lines within double quotes. */
export const SECRETS: readonly string[] = [
  'GIT_AUTH_TOKEN=abcdefghi=0123456789',
  'MYSECRET=aaaaaaaa',
  '"MULTI=line one\nline two\n\n"',
  '"JSON={""quoted"": true}"',
  'FOO = spaced value ',
  '  INDENTED=yes it is',
  'EMPTY=',
  '=nokey',
  'nothing at all',
  '"-----BEGIN KEY-----=x\nabc=\n-----END KEY-----"',
  'COMMAS=a,b,c',
];

/** Inputs of one value. */
export const SINGLE_POOLS: Readonly<Record<string, readonly string[]>> = {
  builder: [...Array<string>(9).fill('mybuilder'), 'nobody'],
  call: ['check', 'build', 'outline', 'targets,format=json'],
  'cgroup-parent': ['/group', 'foo'],
  context: [
    '.',
    '.',
    './sub',
    'nowhere',
    '{{defaultContext}}',
    '{{defaultContext}}:sub',
    '{{ defaultContext }}',
    '{{unknown}}',
    '{{#if defaultContext}}{{defaultContext}}:sub{{else}}.{{/if}}',
    '{{#unless other}}./sub{{/unless}}',
    'https://github.com/docker/buildx.git#master',
    'https://github.com/acme/api.git#0123456789012345678901234567890123456789:docker',
    'git@github.com:acme/api.git',
    'https://example.com/context.tar.gz',
    '-',
  ],
  file: ['./test/Dockerfile', 'Dockerfile', 'missing/Dockerfile', '/nowhere/Dockerfile'],
  'github-token': ['', 'ghs_anothertoken0123'],
  network: ['host', 'none', 'default'],
  provenance: [
    'true',
    'false',
    'mode=max',
    'mode=min,inline-only=true',
    'builder-id=foo',
    'version=v1',
    '1',
    'f',
    'TRUE',
    '"mode=max"',
    'mode=max, builder-id = x',
  ],
  sbom: ['true', 'false', '1', '0', 'generator=docker/scout-sbom-indexer:latest', 't', 'True', 'a=b,true'],
  'shm-size': ['2g', '128m'],
  target: ['app', 'build'],
};

export const BOOLEANS = ['load', 'no-cache', 'pull', 'push'] as const;
export const BOOLEAN_VALUES = ['true', 'true', 'true', 'True', 'TRUE', 'false', 'False', 'yes', '', '1'] as const;

/** Variables that the original reads. */
export const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  BUILDX_NO_DEFAULT_ATTESTATIONS: ['1', 'true', 'false', '0', 'T', '1', 'true', '0', 'maybe'],
  BUILDX_SEND_GIT_QUERY_AS_INPUT: ['true', '1', 'false', 'maybe'],
  DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF: ['true', '1', 'false'],
  DOCKER_BUILD_CHECKS_ANNOTATIONS: ['false', 'true', '0'],
  DOCKER_BUILD_SUMMARY: ['false', 'true'],
  DOCKER_BUILD_RECORD_UPLOAD: ['false', 'true', 'nonsense'],
  DOCKER_BUILD_RECORD_RETENTION_DAYS: ['7', '0', 'many'],
  GITHUB_SERVER_URL: [
    'https://github.com',
    'https://ghe.corp.example:8443',
    'http://10.0.0.5:22827',
    'https://acme.ghe.com',
  ],
  GITHUB_RUN_ATTEMPT: ['1', '3'],
};

export const REFS = [
  'refs/heads/main',
  'refs/heads/feature/x',
  'refs/tags/v1.0.0',
  'refs/pull/12/merge',
  'refs/pull/12/head',
  'main',
] as const;

export const BUILDX_VERSIONS = [
  ...[
    'v0.4.1',
    'v0.4.2',
    'v0.5.1',
    'v0.6.0',
    'v0.7.1',
    'v0.8.2',
    'v0.9.1',
    'v0.10.0',
    'v0.11.2',
    'v0.12.0',
    'v0.12.0-rc1',
  ],
  ...[
    'v0.14.1',
    'v0.15.0',
    'v0.23.0',
    'v0.28.0',
    'v0.29.0',
    'v0.29.1',
    '0.29.1+ds1',
    'v0.30.1',
    'v0.29.1',
    'v0.31.0',
    '28c90ea',
  ],
] as const;

/** Drivers with BuildKit's version on each node. */
export const BUILDERS: readonly { readonly driver: string; readonly nodes: readonly (string | null)[] }[] = [
  { driver: 'docker-container', nodes: ['v0.25.1'] },
  { driver: 'docker-container', nodes: ['v0.25.1'] },
  { driver: 'docker-container', nodes: ['v0.25.1', 'v0.10.6'] },
  { driver: 'docker-container', nodes: ['v0.11.0'] },
  { driver: 'docker-container', nodes: ['v0.10.6'] },
  { driver: 'docker-container', nodes: ['v0.12.0-rc1'] },
  { driver: 'docker-container', nodes: [null] },
  { driver: 'docker', nodes: ['v0.25.1'] },
  { driver: 'docker', nodes: ['v0.11.6-moby'] },
  { driver: 'docker', nodes: ['v0.8.2-moby'] },
  { driver: 'docker', nodes: ['v0.0.0+unknown'] },
  { driver: 'kubernetes', nodes: ['v0.20.0', 'v0.20.0'] },
  { driver: 'remote', nodes: ['v0.26.0'] },
  { driver: 'remote', nodes: ['v0.0.0+unknown'] },
];
