import path from 'node:path';
import { builderAddress } from '../namespace.ts';
import { compileProgram, fillGo, fillGoPackages, goEnvironment } from './go-toolchain.ts';
import type { Compression } from './layer.ts';
import type { SourceRegistry } from './mirrors.ts';
import { fillBusybox, fillDistroless, writeTree, type Architecture, type Ingredients } from './root-files.ts';

/** One layer of an image. Layers with the same `key` are made once and shared. */
export interface LayerRecipe {
  readonly key: string;
  readonly architectures: readonly Architecture[];
  readonly compression?: Compression;
  fill(folder: string, from: Ingredients, architecture: Architecture): Promise<void>;
}

/** Part of an image's configuration, in the spelling of the OCI image specification. */
export interface ImageSettings {
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

export interface ImageRecipe {
  readonly registry: SourceRegistry;
  readonly repository: string;
  readonly tags: readonly string[];
  readonly layers: readonly LayerRecipe[];
  readonly settings: ImageSettings;
}

const both: readonly Architecture[] = ['amd64', 'arm64'];
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const busyboxLayer: LayerRecipe = { key: 'busybox', architectures: both, fill: fillBusybox };
const distrolessLayer: LayerRecipe = { key: 'distroless', architectures: both, fill: fillDistroless };
/** Cross-compilation runs on the build platform, so that the arm64 variant of the image needs no compiler. */
const goLayer: LayerRecipe = {
  key: 'go',
  architectures: ['amd64'],
  compression: 'zstd',
  fill: async (folder, from) => fillGo(folder, await from.go()),
};
const goPackagesLayer: LayerRecipe = {
  key: 'go-packages',
  architectures: ['amd64'],
  compression: 'zstd',
  fill: async (folder, from) => fillGoPackages(folder, await from.go()),
};
const frontendLayer: LayerRecipe = {
  key: 'frontend',
  architectures: both,
  fill: async (folder, from, architecture) =>
    compileProgram(await from.go(), architecture, 'frontend', path.join(folder, 'bin/dockerfile-frontend')),
};
const frontendCapabilities = ['inputs', 'subrequests', 'contexts', 'gitquerystring'].map(
  (name) => `moby.buildkit.frontend.${name}`,
);

const buildctl = `#!/bin/sh
# Stand-in: leads to the BuildKit of the lab's second engine.
case "$1" in
  dial-stdio) exec nc ${builderAddress} 1234 ;;
  --version) echo 'buildctl github.com/moby/buildkit v0.25.2 lab' ;;
esac
`;
const buildkitd = `#!/bin/sh
# Stand-in: what matters is that this container lives.
case "$1" in --version) echo 'buildkitd github.com/moby/buildkit v0.25.2 lab'; exit ;; esac
trap 'exit 0' TERM INT
while :; do sleep 3600 & wait $!; done
`;

/** Scans nothing, and says so in the form that BuildKit takes (moby/buildkit docs/attestations/sbom-protocol.md). */
const scanner = `#!/bin/sh
name=$(basename "\$BUILDKIT_SCAN_SOURCE")
cat >"\$BUILDKIT_SCAN_DESTINATION/\$name.spdx.json" <<END
{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"\$name"}}
END
`;

export const catalog: readonly ImageRecipe[] = [
  alpine('3.20', ['3.20', '3.20.7']),
  alpine('3.21', ['3.21', '3.21.4']),
  alpine('3.22', ['3.22', 'latest', '3']),
  debian('debian', '12', 'bookworm', ['12-slim', 'bookworm-slim', '12', 'bookworm']),
  debian('debian', '13', 'trixie', ['13-slim', 'trixie-slim', '13', 'trixie', 'latest']),
  debian('ubuntu', '24.04', 'noble', ['24.04', 'noble', 'latest']),
  { ...plain('busybox', ['1.37', 'latest'], releaseLayer('busybox', '1.37')), layers: [busyboxLayer] },
  golang(['1.24-alpine', '1.24-alpine3.21', '1.24.4-alpine'], releaseLayer('alpine', '3.21.4')),
  golang(['1.24-bookworm', '1.24', 'latest'], releaseLayer('debian', '12', 'bookworm')),
  distroless('static-debian12'),
  distroless('static-debian13'),
  distroless('static'),
  { ...alpine('3.22', ['latest']), registry: 'quay.io', repository: 'prometheus/busybox' },
  { ...alpine('3.22', ['3.10']), registry: 'registry.k8s.io', repository: 'pause' },
  {
    registry: 'docker.io',
    repository: 'moby/buildkit',
    tags: ['buildx-stable-1', 'latest', 'v0.25.2'],
    layers: [busyboxLayer, scriptLayer('buildkit', { 'bin/buildctl': buildctl, 'bin/buildkitd': buildkitd })],
    settings: { Env: [`PATH=${searchPath}`], Entrypoint: ['buildkitd'] },
  },
  {
    registry: 'docker.io',
    repository: 'docker/buildkit-syft-scanner',
    tags: ['stable-1', 'latest'],
    layers: [busyboxLayer, scriptLayer('scanner', { 'bin/scan': scanner })],
    settings: { Env: [`PATH=${searchPath}`], Entrypoint: ['/bin/scan'] },
  },
  {
    registry: 'docker.io',
    repository: 'docker/dockerfile',
    tags: ['1', '1.7', '1.18', 'latest'],
    layers: [frontendLayer],
    settings: {
      Env: [`PATH=${searchPath}`],
      Entrypoint: ['/bin/dockerfile-frontend'],
      Labels: {
        'moby.buildkit.frontend.network.none': 'true',
        'moby.buildkit.frontend.caps': frontendCapabilities.join(','),
      },
    },
  },
];

function alpine(version: string, tags: readonly string[]): ImageRecipe {
  return plain('alpine', tags, releaseLayer('alpine', version));
}

function debian(name: string, version: string, codename: string, tags: readonly string[]): ImageRecipe {
  return plain(name, tags, releaseLayer(name, version, codename));
}

function plain(name: string, tags: readonly string[], release: LayerRecipe): ImageRecipe {
  const settings = { Env: [`PATH=${searchPath}`], Cmd: ['/bin/sh'] };
  return { registry: 'docker.io', repository: `library/${name}`, tags, layers: [busyboxLayer, release], settings };
}

function golang(tags: readonly string[], release: LayerRecipe): ImageRecipe {
  const Env = [
    `PATH=/go/bin:/usr/local/go/bin:${searchPath}`,
    'GOLANG_VERSION=1.24.4',
    'GOPATH=/go',
    ...Object.entries(goEnvironment).map(([name, value]) => `${name}=${value}`),
  ];
  const image = plain('golang', tags, release);
  const settings = { Env, Cmd: ['/bin/sh'], WorkingDir: '/go' };
  return { ...image, layers: [...image.layers, goLayer, goPackagesLayer], settings };
}

function distroless(name: string): ImageRecipe {
  return {
    registry: 'gcr.io',
    repository: `distroless/${name}`,
    tags: ['nonroot', 'latest'],
    layers: [distrolessLayer, scriptLayer(name, { [`var/lib/dpkg/status.d/${name}`]: `Package: ${name}\n` })],
    settings: {
      Env: [`PATH=${searchPath}`, 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'],
      User: '65532',
      WorkingDir: '/home/nonroot',
    },
  };
}

function releaseLayer(id: string, version: string, codename?: string): LayerRecipe {
  const lines = [`ID=${id}`, `VERSION_ID="${version}"`, `PRETTY_NAME="${id} ${version} (outage lab)"`];
  const release = [...lines, ...(codename ? [`VERSION_CODENAME=${codename}`] : [])].join('\n');
  const own = { [`etc/${id}${id === 'alpine' ? '-release' : '_version'}`]: `${version}\n` };
  return scriptLayer(`${id}-${version}`, { 'etc/os-release': `${release}\n`, ...own });
}

/** A layer of a few text files; those under bin are executable. */
function scriptLayer(key: string, files: Readonly<Record<string, string>>): LayerRecipe {
  return { key, architectures: both, fill: (folder) => writeTree(folder, files) };
}
