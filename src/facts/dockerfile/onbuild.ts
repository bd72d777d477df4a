import { labelOf } from './graph.ts';
import { sourcesOf, triggerOf } from './sources.ts';
import type { Stage } from './stages.ts';
import type { OnbuildImages } from './types.ts';

/** ONBUILD instructions that name images rather than stages of this file. */
export function onbuildImages(stages: readonly Stage[], escape: string): readonly OnbuildImages[] {
  const names = new Set(stages.map((stage) => stage.name));
  return stages.flatMap((stage) =>
    stage.commands.flatMap((command) => {
      const trigger = triggerOf(command, escape);
      const sources = trigger === null ? [] : sourcesOf(trigger, escape).sources;
      const images = sources
        .filter(({ kind, from }) => from !== 'scratch' && !(kind === 'copy-from' && /^[+-]?\d+$/.test(from)))
        .map(({ from }) => from)
        .filter((from) => !names.has(from.toLowerCase()));
      return images.length === 0 ? [] : [{ line: command.startLine, stage: labelOf(stage), images }];
    }),
  );
}
