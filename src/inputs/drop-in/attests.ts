import { parse } from 'csv-parse/sync';
import { goBoolean, yamlBoolean } from './booleans.ts';
import { isAttestation } from './exporters.ts';
import { readFields } from './lists.ts';

/** The three inputs that ask for attestations, and what else is in them. */
export interface AttestQuestion {
  readonly attests: readonly string[];
  readonly provenance: string;
  readonly sbom: string;
  /** Where this run can be looked up; provenance names it as the builder. Empty outside of GitHub Actions. */
  readonly runUrl: string;
  readonly isPrivate: boolean;
}

export type Attestations =
  | { readonly kind: 'attests'; readonly attests: readonly string[]; readonly defaultProvenance: string | null }
  | { readonly kind: 'malformed'; readonly input: 'attests' | 'provenance' | 'sbom'; readonly text: string };

/** The values of `--attest` in the order of docker/build-push-action (src/context.ts `getAttestArgs`). */
export function attestationsOf(question: AttestQuestion): Attestations {
  const { attests, sbom, runUrl } = question;
  const isOf = (type: string, attest: string): boolean => isAttestation(type, attest) ?? false;
  const unreadable = attests.find((attest) => isAttestation('provenance', attest) === null);
  if (unreadable !== undefined) return { kind: 'malformed', input: 'attests', text: unreadable };
  const provenance = question.provenance === '' ? null : provenanceOf(question.provenance, runUrl);
  if (provenance === undefined) return { kind: 'malformed', input: 'provenance', text: question.provenance };
  const sbomLine = sbom === '' ? null : withBooleans(`type=sbom,${sbom}`);
  if (sbomLine === undefined) return { kind: 'malformed', input: 'sbom', text: sbom };
  const others = attests.flatMap((attest): readonly string[] => {
    if (isOf('provenance', attest)) return provenance === null ? [withBuilder(attest, runUrl) ?? attest] : [];
    if (isOf('sbom', attest)) return sbomLine === null ? [attest] : [];
    return [withBooleans(attest) ?? attest];
  });
  const asksNone = provenance === null && !attests.some((attest) => isOf('provenance', attest));
  return {
    kind: 'attests',
    attests: [provenance, sbomLine, ...others].filter((line) => line !== null),
    defaultProvenance: asksNone ? defaultProvenance(question.isPrivate, runUrl) : null,
  };
}

/** What buildx would do by itself for a private repository; the whole story for a public one. */
function defaultProvenance(isPrivate: boolean, runUrl: string): string {
  return `type=provenance,${isPrivate ? 'mode=min,inline-only=true' : 'mode=max'},builder-id=${runUrl}`;
}

/** The input `provenance`: a boolean, or attributes. Undefined where it cannot be read. */
function provenanceOf(input: string, runUrl: string): string | undefined {
  const isOn = yamlBoolean(input);
  const attributes =
    isOn === null ? withBuilder(input, runUrl) : isOn && runUrl !== '' ? `builder-id=${runUrl}` : String(isOn);
  return attributes === undefined ? undefined : withBooleans(`type=provenance,${attributes}`);
}

/** Adds the builder unless the attributes name one (docker/actions-toolkit `resolveProvenanceAttrs`). */
function withBuilder(attributes: string, runUrl: string): string | undefined {
  try {
    const [fields = []] = parse(attributes, { relaxColumnCount: true, skipEmptyLines: true });
    const names = fields.map((field) => field.split(/(?<=^[^=]+?)=/)[0]?.trim());
    return runUrl === '' || names.includes('builder-id') ? attributes : `${attributes},builder-id=${runUrl}`;
  } catch {
    return undefined;
  }
}

/** A lone boolean says whether the attestation is on (docker/buildx util/buildflags/attests.go `canonicalizeAttest`). */
function withBooleans(attest: string): string | undefined {
  const read = readFields(attest);
  if (read.kind === 'malformed') return undefined;
  const field = (text: string): string => {
    const isOn = goBoolean(text);
    return isOn === null ? text : `disabled=${!isOn}`;
  };
  return read.records.flatMap((record) => record.map(field)).join(',');
}
