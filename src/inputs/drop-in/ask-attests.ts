import type { RawInputs } from '../raw.ts';
import type { Problems } from '../readers.ts';
import type { Form } from '../types.ts';
import type { Around } from './around.ts';
import { attestationsOf } from './attests.ts';
import { readExporters } from './exporters.ts';
import { githubRun } from './github-run.ts';

export interface Attests {
  readonly attests: readonly string[];
  readonly defaultProvenance: string | null;
  readonly leavesImage: boolean;
  readonly forDocker: boolean;
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
  const forDocker = given.load || (exporters.kind === 'exporters' && exporters.toDocker);
  const leavesImage = exporters.kind === 'malformed' || exporters.leavesImage;
  const read = attestationsOf({
    attests: given.attests,
    provenance: raw('provenance').text,
    sbom: raw('sbom').text,
    runUrl: run?.url ?? '',
    isPrivate: run?.isPrivate ?? false,
  });
  if (read.kind === 'malformed') {
    problems.push(`${raw(read.input).label}: "${read.text}" is not a list of attributes`);
    return { attests: [], defaultProvenance: null, leavesImage, forDocker };
  }
  // This action's own form leaves the default to buildx.
  const defaultProvenance = given.form === 'drop-in' ? read.defaultProvenance : null;
  return { attests: read.attests, defaultProvenance, leavesImage, forDocker };
}
