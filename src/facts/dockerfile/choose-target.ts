import type { Stage } from './stages.ts';
import type { DockerfileProblem } from './types.ts';

/**
 * The stage to build: the last one, or by name in any case. BuildKit knows no target by number, and of several stages
 * with one name takes the last (dockerfile2llb/convert.go `resolveTarget`, `findStateByName`).
 */
export function chooseTarget(stages: readonly Stage[], target: string | null): number | null {
  if (stages.length === 0) return null;
  if (target === null || target === '') return stages.length - 1;
  return stages.findLast((stage) => stage.name === target.toLowerCase())?.index ?? null;
}

export function targetProblem(stages: readonly Stage[], target: string | null): DockerfileProblem | null {
  if (stages.length === 0) return { kind: 'no-stage', line: 1, text: '', message: 'the file holds no FROM' };
  if (chooseTarget(stages, target) !== null) return null;
  const names = stages.flatMap((stage) => (stage.name === null ? [] : [stage.name]));
  const hint = names.length === 0 ? 'no stage has a name' : `the stages are ${names.join(', ')}`;
  return {
    kind: 'unknown-target',
    line: stages.at(-1)?.line ?? 1,
    text: target ?? '',
    message: `there is no stage "${target ?? ''}": ${hint}`,
  };
}

/** The value of TARGETSTAGE (dockerfile2llb/platform.go `defaultArgs`). */
export function targetStageArgument(stages: readonly Stage[], target: string | null): string {
  const name = target === null || target === '' ? (stages.at(-1)?.name ?? '') : target;
  return name === '' ? 'default' : name;
}
