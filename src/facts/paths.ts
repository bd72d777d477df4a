import { statSync } from 'node:fs';
import type { PathKinds } from '../inputs/parse.ts';

/** The real disk. */
export const diskPaths: PathKinds = {
  isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
  isDirectory: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
};
