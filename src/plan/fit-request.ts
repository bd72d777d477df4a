import { join } from 'node:path';
import type { Facts } from '../facts/facts.ts';
import { attestsByDefault, buildxHas } from '../facts/versions.ts';
import type { SecretText } from '../inputs/drop-in/asked.ts';
import { goBoolean } from '../inputs/drop-in/booleans.ts';
import type { BuildRequest, Inputs } from '../inputs/types.ts';

/** The inputs as the buildx and BuildKit at hand take them, or why they do not. */
export type Fitted =
  | { readonly kind: 'fits'; readonly inputs: Inputs; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly problem: string };

/** docker/build-push-action's words for a machine without buildx (src/main.ts); people search for them. */
const NO_BUILDX = 'Docker buildx is required. See https://github.com/docker/setup-buildx-action to set up buildx.';

/**
 * Makes the request one for these versions, with the gates of docker/build-push-action (src/context.ts `getBuildArgs`).
 * @param secretDir where the secrets that are given as text will be files
 */
export function fitRequest(inputs: Inputs, facts: Facts, secretDir: string): Fitted {
  const { request, asked } = inputs;
  const { buildx } = facts;
  const has = (release: string): boolean => buildxHas(buildx.version, release);
  if (buildx.kind === 'missing') return { kind: 'refused', problem: NO_BUILDX };
  // Buildx does not know the builder that the user named: his is not replaced by another one.
  if (inputs.form === 'drop-in' && buildx.refusal !== null) return { kind: 'refused', problem: buildx.refusal };
  if (request.call !== null && !has('0.15.0')) {
    return { kind: 'refused', problem: 'Buildx >= 0.15.0 is required to use the call flag.' };
  }
  const contexts = asked.query !== null && has('0.29.0') ? asked.query : { ...request, gitToken: asked.gitToken };
  const provenance = has('0.10.0') ? defaultProvenance(inputs, facts) : null;
  if (provenance === undefined) {
    return {
      kind: 'refused',
      problem: `BUILDX_NO_DEFAULT_ATTESTATIONS: parseBool syntax error: ${inputs.settings.noDefaultAttestations ?? ''}`,
    };
  }
  const attests = [...(provenance === null ? [] : [provenance]), ...asked.attests];
  const texts = [
    ...asked.secretTexts.map(fileOf),
    ...asked.secretFiles,
    ...(contexts.gitToken === null ? [] : [fileOf(contexts.gitToken)]),
  ];
  const fitted: BuildRequest = {
    ...request,
    annotations: has('0.12.0') ? request.annotations : [],
    attests: has('0.10.0') ? attests : [],
    buildContexts: has('0.8.0') ? contexts.buildContexts : [],
    context: contexts.context,
    secrets: texts,
  };
  const warnings = [
    tooOld(has('0.12.0') || request.annotations.length === 0, 'Annotations', '0.12.0', "the input 'annotations' is"),
    tooOld(
      has('0.8.0') || request.buildContexts.length === 0,
      'Build contexts',
      '0.8.0',
      "the input 'build-contexts' is",
    ),
    tooOld(
      has('0.10.0') || asked.attests.length === 0,
      'Attestations',
      '0.10.0',
      "the inputs 'attests', 'provenance' and 'sbom' are",
    ),
  ];
  return {
    kind: 'fits',
    inputs: { ...inputs, request: fitted },
    warnings: warnings.filter((warning) => warning !== null),
  };

  function fileOf({ id, file }: SecretText): string {
    return `id=${id},src=${join(secretDir, file)}`;
  }
}

/** The provenance of a build that asks for none; undefined where the variable against it cannot be read. */
function defaultProvenance({ asked, settings }: Inputs, facts: Facts): string | null | undefined {
  if (asked.defaultProvenance === null) return null;
  const isUnwanted = goBoolean(settings.noDefaultAttestations ?? 'false');
  if (isUnwanted === null) return undefined;
  const isPossible = !asked.forDocker && attestsByDefault(facts.builder.driver, facts.buildx.nodes);
  return !isUnwanted && isPossible ? asked.defaultProvenance : null;
}

function tooOld(isFine: boolean, what: string, release: string, inputs: string): string | null {
  return isFine ? null : `${what} are only supported by buildx >= ${release}; ${inputs} ignored.`;
}
