import { readFields } from './lists.ts';

/** What a build's outputs are, as far as its flags depend on them; or why they cannot be read. */
export type Exporters =
  | { readonly kind: 'exporters'; readonly leavesImage: boolean; readonly toDocker: boolean }
  | { readonly kind: 'malformed'; readonly problem: string };

/** Reads the outputs as docker/actions-toolkit does (src/buildx/build.ts `hasExporterType`). */
export function readExporters(outputs: readonly string[]): Exporters {
  const read = readFields(outputs.join('\n'));
  if (read.kind === 'malformed') return read;
  const has = (type: string): boolean => hasExporter(type, read.records);
  return { kind: 'exporters', leavesImage: !has('local') && !has('tar'), toDocker: has('docker') };
}

/** A bare path is a local output, and the first one settles the question (docker/buildx build/output.go). */
function hasExporter(type: string, records: readonly (readonly string[])[]): boolean {
  for (const record of records) {
    if (record.length === 1 && !record[0]?.startsWith('type=')) return type === 'local';
    if (record.some((field) => isPair(field, 'type', type))) return true;
  }
  return false;
}

function isPair(field: string, wantedKey: string, wantedValue: string): boolean {
  const [key = '', value = ''] = field.split('=').map((part) => part.trim());
  return key === wantedKey && value === wantedValue;
}

/** Whether an attestation such as `type=sbom,generator=x` is of a type; null where it cannot be read. */
export function isAttestation(type: string, attest: string): boolean | null {
  const read = readFields(attest);
  if (read.kind === 'malformed') return null;
  return read.records.some((record) => record.some((field) => isPair(field, 'type', type)));
}
