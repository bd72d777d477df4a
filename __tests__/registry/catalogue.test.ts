import { describe, expect, test } from 'vitest';
import { catalogue, mirrorsOf, packageMirrors } from '../../src/registry/catalogue.ts';
import { parseMirrorList } from '../../src/registry/mirror-list.ts';
import { parseReference } from '../../src/registry/reference.ts';

function candidates(name: string, mirrors = '', mirrorsOnly = false): readonly string[] {
  const parsed = parseReference(name);
  if (parsed.kind === 'invalid') throw new Error(parsed.problem);
  const custom = parseMirrorList(mirrors).mirrors;
  return mirrorsOf(parsed.reference, { custom, mirrorsOnly }).map(
    ({ host, repository, state, trust, custom: own }) => `${host}/${repository} ${own ? 'own' : `${state} ${trust}`}`,
  );
}

test.each<[string, readonly string[]]>([
  [
    'alpine:3.20',
    [
      'mirror.gcr.io/library/alpine good tags',
      'public.ecr.aws/docker/library/alpine good tags',
      'docker.m.daocloud.io/library/alpine limited tags',
      'dockerhub.azk8s.cn/library/alpine retired digests',
    ],
  ],
  [
    'moby/buildkit:buildx-stable-1',
    [
      'mirror.gcr.io/moby/buildkit good tags',
      'public.ecr.aws/vend/moby/buildkit good digests',
      'docker.m.daocloud.io/moby/buildkit limited tags',
      'dockerhub.azk8s.cn/moby/buildkit retired digests',
    ],
  ],
  [
    'gcr.io/distroless/static',
    [
      'gcr.m.daocloud.io/distroless/static limited tags',
      'mirror.gcr.io/distroless/static retired digests',
      'gcr.azk8s.cn/distroless/static retired digests',
    ],
  ],
  ['quay.io/a/b', ['quay.m.daocloud.io/a/b limited tags', 'quay.azk8s.cn/a/b retired digests']],
  [
    'registry.k8s.io/coredns/coredns:v1.8.6',
    [
      'registry.aliyuncs.com/google_containers/coredns limited tags',
      'k8s.m.daocloud.io/coredns/coredns limited tags',
      'k8s.gcr.io/coredns/coredns retired digests',
    ],
  ],
  ['ghcr.io/owner/app', []],
])('mirrors of %s', (name, expected) => {
  expect(candidates(name)).toEqual(expected);
});

test('a host is one witness, whoever lists it and however its name is written', () => {
  const parsed = parseReference('alpine:3.20');
  if (parsed.kind === 'invalid') throw new Error(parsed.problem);
  const { mirrors } = parseMirrorList(
    'docker.io=mirror.gcr.io/hub, MIRROR.gcr.io:443, a.example, A.example:443, b.example',
  );
  const operators = mirrorsOf(parsed.reference, { custom: mirrors, mirrorsOnly: false })
    .filter(({ host }) => /gcr|example/i.test(host))
    .map(({ operator }) => operator);
  const google = operators.at(-1);
  expect(operators).toEqual([google, google, 'a.example', 'a.example', 'b.example', google]);
});

test("the user's own mirrors come first, none twice; an allow-list has nothing else", () => {
  const mirrors = 'docker.io=registry.corp.example/hub,mirror.gcr.io\nquay.io=registry.corp.example:5000';
  expect(candidates('alpine', mirrors).slice(0, 3)).toEqual([
    'registry.corp.example/hub/library/alpine own',
    'mirror.gcr.io/library/alpine own',
    'public.ecr.aws/docker/library/alpine good tags',
  ]);
  expect(candidates('alpine', mirrors, true)).toEqual([
    'registry.corp.example/hub/library/alpine own',
    'mirror.gcr.io/library/alpine own',
  ]);
  expect(candidates('quay.io/a/b', mirrors, true)).toEqual(['registry.corp.example:5000/a/b own']);
  expect(candidates('gcr.io/a/b', mirrors, true)).toEqual([]);
});

test('packages', () => {
  const none = { custom: [], mirrorsOnly: false };
  expect(packageMirrors('go-proxy', none).map(({ url, state }) => `${url} ${state}`)).toEqual([
    'https://proxy.golang.org good',
    'https://goproxy.cn good',
    'https://mirrors.aliyun.com/goproxy limited',
    'https://goproxy.io retired',
    'https://athens.azurefd.net retired',
  ]);
  expect(packageMirrors('apk', none).map(({ url }) => new URL(url).host)).toEqual([
    'dl-cdn.alpinelinux.org',
    'mirrors.aliyun.com',
    'mirrors.tuna.tsinghua.edu.cn',
    'mirror.lzu.edu.cn',
  ]);
  expect(packageMirrors('apt', { custom: ['https://apt.corp.example/debian/'], mirrorsOnly: true })).toEqual([
    { url: 'https://apt.corp.example/debian', operator: 'apt.corp.example', state: 'good', region: null, custom: true },
  ]);
});

test('no address is listed twice, and every entry has its evidence', () => {
  const keys = catalogue.map(({ kind, upstream, mirror, mapping }) => `${kind} ${upstream} ${mirror} ${mapping.kind}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(catalogue.filter(({ evidence }) => evidence.length < 20)).toEqual([]);
});

describe('mirror lists', () => {
  test('registries, mirrors with ports and paths, several lines, comments', () => {
    const text = [
      '# ours',
      '',
      ' docker.io = registry.corp.example/hub/ , mirror.gcr.io ',
      'index.docker.io=localhost:5000,',
      'gcr.io=[::1]:5000/a/b # local',
    ].join('\r\n');
    expect(parseMirrorList(text)).toEqual({
      mirrors: [
        { upstream: 'docker.io', host: 'registry.corp.example', prefix: 'hub/' },
        { upstream: 'docker.io', host: 'mirror.gcr.io', prefix: '' },
        { upstream: 'docker.io', host: 'localhost:5000', prefix: '' },
        { upstream: 'gcr.io', host: '[::1]:5000', prefix: 'a/b/' },
      ],
      problems: [],
    });
  });

  test.each([
    ['mirror.gcr.io', '"mirror.gcr.io": say what it mirrors, for example "docker.io=mirror.gcr.io"'],
    ['docker.io=', '"docker.io=": no mirror after "="'],
    ['=mirror.gcr.io', '"=mirror.gcr.io": "" is not a registry, such as docker.io or gcr.io'],
    [
      'docker.io/library=x.io',
      '"docker.io/library=x.io": "docker.io/library" is not a registry, such as docker.io or gcr.io',
    ],
    ['docker.io=https://x.io/a', '"docker.io=https://x.io/a": write "x.io/a" without "https://"'],
    ['docker.io=hub', '"docker.io=hub": "hub" is not a host with an optional path, such as registry.example/hub'],
    [
      'docker.io=x.io/A',
      '"docker.io=x.io/A": "x.io/A" is not a host with an optional path, such as registry.example/hub',
    ],
    [
      'docker.io=x.io y.io',
      '"docker.io=x.io y.io": "x.io y.io" is not a host with an optional path, such as registry.example/hub',
    ],
  ])('%s', (text, problem) => {
    expect(parseMirrorList(`${text}\ngcr.io=good.example`)).toEqual({
      mirrors: [{ upstream: 'gcr.io', host: 'good.example', prefix: '' }],
      problems: [problem],
    });
  });
});
