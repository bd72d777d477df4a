import { isAttestation } from '../inputs/drop-in/exporters.ts';
import { readFields } from '../inputs/drop-in/lists.ts';
import { goBoolean } from '../inputs/drop-in/booleans.ts';

/** What BuildKit scans with where nothing else is named (moby/buildkit frontend/attestations/parse.go). */
export const DEFAULT_SCANNER = 'docker/buildkit-syft-scanner:stable-1';

/** The image that makes the SBOM, or null where none is asked for. */
export function sbomScanner(attests: readonly string[]): string | null {
  const sbom = attests.findLast((attest) => isAttestation('sbom', attest) === true);
  if (sbom === undefined) return null;
  const read = readFields(sbom);
  if (read.kind === 'malformed') return null;
  const fields = read.records.flat().map((field) => field.split(/(?<=^[^=]+?)=/));
  const value = (name: string): string | undefined => fields.find(([key]) => key?.trim() === name)?.[1];
  if (goBoolean(value('disabled') ?? 'false') === true) return null;
  return value('generator') || DEFAULT_SCANNER;
}
