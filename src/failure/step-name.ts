import type { StepKind } from './types.ts';

interface NameRule {
  readonly kind: StepKind;
  readonly when: RegExp;
}

/**
 * Names of vertices, first match wins. Sources in moby/buildkit: solver/llbsolver/{bridge,export,solver}.go,
 * frontend/dockerui/{config,namedcontext}.go, frontend/dockerfile/dockerfile2llb/convert*.go, frontend/attestations/sbom/sbom.go,
 * util/push/push.go; in docker/buildx: driver/docker-container/driver.go (boot), build/build.go (merging a manifest list).
 */
const nameRules: readonly NameRule[] = [
  {
    kind: 'boot',
    when: /^\[[^\]]*internal\] booting buildkit|^(?:booting builder|pulling image moby\/buildkit|creating container buildx_)/i,
  },
  { kind: 'sbom', when: /generating sbom using|buildkit-syft-scanner/ },
  { kind: 'import', when: /^(?:\[[^\]]*\] )?importing cache manifest from|^inferred cache manifest type/ },
  {
    kind: 'cache-export',
    when: /^(?:\[[^\]]*\] )?exporting (?:cache|to GitHub Actions Cache)|^preparing build cache for export|^writing (?:layer|config|cache (?:image )?manifest) /,
  },
  { kind: 'cache-export', when: /^exporting to (?:Amazon S3|Azure Blob Storage)|^sending cache export/ },
  {
    kind: 'frontend',
    when: /^resolve image config for .*(?:docker\/dockerfile|buildkit|frontend)|^docker-image:\/\/[^ ]*docker\/dockerfile/,
  },
  { kind: 'frontend', when: /^\[[^\]]*internal\] load build definition|^load build definition/ },
  {
    kind: 'resolve',
    when: /^(?:\[[^\]]*\] )?load metadata for |^resolve image config for |^\[auth\] |^docker-image:\/\//,
  },
  // A named context that is an image: frontend/dockerui/namedcontext.go.
  { kind: 'from', when: /^\[context [^\]]*\] (?:docker-image:\/\/)?[^\s/]+\/\S+[:@]\S+$/ },
  {
    kind: 'context',
    when: /^\[[^\]]*internal\] (?:load|settings)|^\[context [^\]]*\] |^\[internal\]|^transferring context|^(?:\[\d+\/\d+\] )?(?:git|https?):\/\//,
  },
  { kind: 'push', when: /^(?:pushing |merging manifest list|\[[^\]]*\] pushing )/ },
  {
    kind: 'export',
    when: /^(?:\[[^\]]*\] )?(?:exporting (?:to|layers|manifest|config|attestation)|importing to docker|loading layer|sending tarball|naming to|unpacking to|writing image|copying files)/,
  },
  { kind: 'from', when: /^(?:sha256:[0-9a-f]{12}|extracting |resolve )/ },
  { kind: 'run', when: /^(?:\[[^\]]*\] )?(?:RUN|LINT)\b/i },
  { kind: 'from', when: /^(?:\[[^\]]*\] )?FROM\b/i },
  { kind: 'copy', when: /^(?:\[[^\]]*\] )?(?:LINK )?(?:COPY|ADD)\b/i },
];

const bracket = /^\[([^\]]*)\]/;

export function stepKind(name: string): StepKind {
  return nameRules.find((rule) => rule.when.test(name))?.kind ?? 'other';
}

/** `[target linux/arm64 build 3/4] RUN x` -> `build`; null for the unnamed stage and for engine steps. */
export function stepStage(name: string): string | null {
  const words = bracket.exec(name)?.[1]?.split(' ') ?? [];
  if (!/^\d+\/\d+$/.test(words.at(-1) ?? '')) return null;
  const stage = words.at(-2);
  return stage === undefined || stage === '' || stage.includes('/') ? null : stage;
}

/** Names without what bake, compose and several platforms put before them, to recognise a step that is named again. */
export function bareName(name: string): string {
  return name
    .replace(/^\[(?:[^\]]* )?(\S+)\]\s*/, '[$1] ')
    .replace(/\s+/g, ' ')
    .replace(/:?\s*$/, '')
    .trim();
}

/** True for texts that can only open a step: they tell a second build in one log from a late status of the first. */
export function looksLikeName(text: string): boolean {
  return (
    bracket.test(text) ||
    /^(?:exporting (?:to|cache)|importing (?:cache|to docker)|resolve image config|docker-image:|merging manifest|building with )/.test(
      text,
    )
  );
}
