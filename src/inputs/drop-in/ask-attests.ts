import type { RawInputs } from '../raw.ts';
import type { Problems } from '../readers.ts';
import type { Form } from '../types.ts';
import type { Around } from './around.ts';
import { attestationsOf } from './attests.ts';
import { goBoolean } from './booleans.ts';
import { readExporters } from './exporters.ts';
import { githubRun } from './github-run.ts';

export interface Attests {
  readonly attests: readonly string[];
  readonly defaultProvenance: string | null;
  readonly leavesImage: boolean;
}

/** Reads what is attested, which depends on where the build goes. */
export function readAttests(
  raw: RawInputs,
  around: Around,
  given: {
    readonly form: Form;
    readonly attests: readonly string[];
    readonly outputs: readonly string[];
    readonly load: boolean;
  },
  problems: Problems,
): Attests {
  const run = githubRun(around.env, around.event);
  const exporters = readExporters(given.outputs);
  if (exporters.kind === 'malformed') problems.push(`${raw('outputs').label}: ${exporters.problem}`);
  const toDocker = given.load || (exporters.kind === 'exporters' && exporters.toDocker);
  const isOurs = given.form === 'image';
  const read = attestationsOf({
    attests: given.attests,
    provenance: raw('provenance').text,
    sbom: raw('sbom').text,
    runUrl: run?.url ?? '',
    isPrivate: run?.isPrivate ?? false,
    withoutDefault: isOurs || toDocker || wantsNone(raw, problems),
  });
  const leavesImage = exporters.kind === 'malformed' || exporters.leavesImage;
  if (read.kind === 'attests') return { attests: read.attests, defaultProvenance: read.defaultProvenance, leavesImage };
  problems.push(`${raw(read.input).label}: "${read.text}" is not a list of attributes`);
  return { attests: [], defaultProvenance: null, leavesImage };
}

/** BUILDX_NO_DEFAULT_ATTESTATIONS, or its input. */
function wantsNone(raw: RawInputs, problems: Problems): boolean {
  const { text, label } = raw('buildx-no-default-attestations');
  const value = text === '' ? false : goBoolean(text);
  if (value === null) problems.push(`${label}: "${text}" is neither true nor false`);
  return value ?? true;
}
