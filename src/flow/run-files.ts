import { dirname, join } from 'node:path';

/** Files of one run, in a directory of its own. */
export interface RunFiles {
  readonly iidFile: string;
  readonly metadataFile: string;
  /** Called Dockerfile, so that errors name it as the user knows it. */
  readonly rewrite: string;
}

export function runFiles(tempDir: string): RunFiles {
  return {
    iidFile: join(tempDir, 'iidfile'),
    metadataFile: join(tempDir, 'metadata.json'),
    rewrite: join(tempDir, 'Dockerfile'),
  };
}

/** Names without a run's own part: a plan of the same world has the same text. */
export function nominalFiles(tempDir: string): RunFiles {
  return runFiles(join(dirname(tempDir), 'smart-docker-build'));
}
