import { join } from 'node:path';
import type { Blueprint } from '../facts/blueprint.ts';
import { readDockerfile } from '../facts/dockerfile/read.ts';
import { formatPlatform, normalizePlatform, parsePlatform } from '../facts/dockerfile/platform.ts';
import type { Facts } from '../facts/facts.ts';
import type { GoToolchain } from '../facts/go-toolchain.ts';
import { argumentsOf } from '../inputs/build-args.ts';
import type { Inputs } from '../inputs/types.ts';
import type { ImageRoute, OutsideBuild, Rewrite, Substitution } from './plan.ts';
import { contextObstacle } from './source-policy.ts';

/*
 * The emergency without any source of images: the program of a bundled Go Dockerfile is compiled by this machine's own Go, and
 * put into an image that begins from `scratch`. It needs no registry, no frontend and no store.
 */

/** What an emergency without any source would build, or why there is none. */
export type Outside =
  | { readonly kind: 'possible'; readonly blueprint: Blueprint; readonly build: OutsideBuild }
  | { readonly kind: 'impossible'; readonly reason: string };

export interface OutsideQuestion {
  readonly inputs: Inputs;
  readonly facts: Facts;
  readonly blueprints: readonly Blueprint[];
  readonly toolchain: GoToolchain;
  /** The directory of the Dockerfile that would be written, and that of everything it copies. */
  readonly names: { readonly rewrite: string; readonly outside: string };
}

/** The named context with what was compiled outside. */
const CONTEXT = 'smart-docker-build-outside';

/** What every image of this kind says of itself. */
export const EMERGENCY_LABEL = 'dev.smart-docker-build.emergency';

/** Architectures that Go compiles for without cgo, as platforms have them (go.dev/doc/install/source#environment). */
const COMPILED = new Set([
  'amd64',
  '386',
  'arm',
  'arm64',
  'loong64',
  'mips64',
  'mips64le',
  'ppc64le',
  'riscv64',
  's390x',
]);

/** Build arguments by which the user himself names a base, a frontend, or packages of a base. */
const BOUND = /^(?:BUILDER|RUNTIME)_|^BUILDKIT_SYNTAX$/;

/** Whether this is a build for which such an emergency is thought of at all: one of the bundled Dockerfiles, not forced to more. */
export function mayCompileOutside({ form, strategy, mode }: Inputs, blueprints: readonly Blueprint[]): boolean {
  const isBundled = blueprints[0]?.file.origin === 'bundled';
  return form === 'image' && isBundled && mode !== 'prewarm' && (strategy === 'auto' || strategy === 'emergency');
}

/** What stands in the way before any toolchain is asked, a clause; null for nothing. */
export function outsideObstacle({ request }: Inputs, facts: Facts): string | null {
  const bound = Object.keys(argumentsOf(request.buildArgs)).find((name) => BOUND.test(name));
  if (bound !== undefined) return `the build argument ${bound} asks for more than the program`;
  if (request.target !== null) return 'a target of the Dockerfile is asked for';
  const foreign = platformsOf(request.platforms, facts).find(
    ({ os, architecture }) => os !== 'linux' || !COMPILED.has(architecture),
  );
  if (foreign !== undefined) return `Go compiles nothing for ${formatPlatform(foreign)} by itself`;
  return contextObstacle(facts);
}

/** The image from scratch as a blueprint like any other: one that needs no image. */
export function outsideOf(question: OutsideQuestion): Outside {
  const { inputs, facts, blueprints, toolchain, names } = question;
  if (toolchain.kind === 'lacking') return { kind: 'impossible', reason: toolchain.reason };
  const { SERVICE: service = '', VERSION: version = 'dev' } = argumentsOf(inputs.request.buildArgs);
  const platforms = platformsOf(inputs.request.platforms, facts);
  const text = dockerfileText(toolchain.version);
  const bundled = blueprints.find(({ kind }) => kind === 'resilient') ?? blueprints[0];
  const read = { target: null, buildArgs: {}, platforms: [], buildPlatform: 'linux/amd64', contexts: [CONTEXT] };
  return {
    kind: 'possible',
    blueprint: {
      kind: 'outside',
      file: { path: join(names.rewrite, 'Dockerfile'), origin: 'bundled', isDefault: false },
      text,
      bases: {},
      facts: readDockerfile(text, read),
    },
    build: {
      go: toolchain.version,
      goProxy: toolchain.goProxy,
      certificates: toolchain.certificates,
      folder: names.outside,
      prepare: bundled?.file.path ?? '',
      service,
      version,
      platforms: platforms.map((platform) => ({
        platform: formatPlatform(platform),
        os: platform.os,
        architecture: platform.architecture,
        variant: platform.variant,
      })),
    },
  };
}

/** The named context that such a build copies from. */
export function outsideContext({ folder }: OutsideBuild): string {
  return `${CONTEXT}=${folder}/image`;
}

/** What the image has in the place of what the Dockerfile begins with. */
export function outsideSubstitutions(
  { go }: OutsideBuild,
  blueprints: readonly Blueprint[],
  lost: readonly ImageRoute[],
): readonly Substitution[] {
  const bases = blueprints.find(({ kind }) => kind === 'resilient')?.bases ?? {};
  const hosts = lost.flatMap(({ answers }) =>
    answers.filter(({ kind }) => kind === 'upstream').map(({ host }) => host),
  );
  const reason = `no source has ${lost.map(({ name }) => name).join(', ')}, or any base that could stand in`;
  const one = (arg: string, to: string): Substitution => {
    return {
      arg,
      from: bases[arg] ?? 'the image',
      to,
      reason,
      hosts: [...new Set(hosts)],
      inResult: arg === 'RUNTIME_BASE',
    };
  };
  return [one('BUILDER_BASE', `${go} of this machine`), one('RUNTIME_BASE', 'scratch')];
}

/** The Dockerfile of such a build is written by the run itself. */
export function outsideRewrite({ file, text }: Blueprint): Rewrite {
  const reason =
    'no source has an image of the bundled ones: the program is compiled outside of Docker, and put on scratch';
  return { path: file.path, text, lines: [], reason };
}

/** Why not even that is possible, where it was thought of and something is missing. */
export function noOutside(question: { readonly outside?: Outside }, images: readonly ImageRoute[]): readonly string[] {
  if (question.outside?.kind !== 'impossible' || images.every(({ choice }) => choice.kind !== 'none')) return [];
  return [`no emergency image on scratch can be made either: ${question.outside.reason}`];
}

/** Said wherever people look. */
export function outsideNotice({ go }: OutsideBuild): string {
  return `an emergency image: compiled outside of Docker with ${go} of this machine, on scratch; it has the program, certificates, time zones and a user, and no shell. Build it again once a registry answers`;
}

/** Whoever asks for no platform gets the engine's own. */
function platformsOf(asked: readonly string[], { engine }: Facts): readonly ReturnType<typeof normalizePlatform>[] {
  const own = { os: 'linux', architecture: 'amd64' };
  const all = asked.length > 0 ? asked : [engine.platform ?? 'linux/amd64'];
  return all.flatMap((text) => {
    const parsed = parsePlatform(text === 'local' ? (engine.platform ?? 'linux/amd64') : text, own);
    return parsed === null ? [] : [normalizePlatform(parsed)];
  });
}

/** `TARGETARCH` and its like are BuildKit's own words for a platform. */
function dockerfileText(go: string): string {
  return `# Made by smart-docker-build: no source had the images of the bundled Dockerfiles, so the program was compiled
# outside of Docker, by ${go} of this machine.
FROM scratch
ARG TARGETOS TARGETARCH TARGETVARIANT
ARG SERVICE
ARG VERSION=dev
LABEL org.opencontainers.image.title=$SERVICE \\
      org.opencontainers.image.version=$VERSION \\
      ${EMERGENCY_LABEL}="compiled outside of Docker with ${go}, on scratch"
COPY --from=${CONTEXT} /common/ /
COPY --from=${CONTEXT} /$TARGETOS-$TARGETARCH$TARGETVARIANT/ /
USER 65532:65532
WORKDIR /home/nonroot
ENTRYPOINT ["/usr/local/bin/service"]
`;
}
