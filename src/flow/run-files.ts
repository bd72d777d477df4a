import { dirname, join } from 'node:path';
import type { Inputs } from '../inputs/types.ts';
import type { World } from './world.ts';

/** Files of one run, in a directory of its own. */
export interface RunFiles {
  readonly iidFile: string;
  readonly metadataFile: string;
  /** The directory of a Dockerfile of our own making, which there is called as the user's is: errors name it. */
  readonly rewrite: string;
  readonly policy: string;
  /** The folder of what is compiled outside of Docker. */
  readonly outside: string;
}

export function runFiles(tempDir: string): RunFiles {
  return {
    iidFile: join(tempDir, 'iidfile'),
    metadataFile: join(tempDir, 'metadata.json'),
    rewrite: join(tempDir, 'dockerfile'),
    policy: join(tempDir, 'source-policy.json'),
    outside: join(tempDir, 'outside'),
  };
}

/** Names without a run's own part: a plan of the same world has the same text. */
export function nominalFiles(tempDir: string): RunFiles {
  return runFiles(join(dirname(tempDir), 'smart-docker-build'));
}

/** Where secrets that are given as text are files. */
export function secretDirectory(inputs: Inputs, { tempDir }: World): string {
  return dirname((inputs.mode === 'plan' ? nominalFiles(tempDir) : runFiles(tempDir)).iidFile);
}
