import { basename } from 'node:path';
import type { RunCommand } from '../process/run-command.ts';
import { grype } from './grype.ts';
import type { ScannerDialect } from './scanner.ts';
import { trivy } from './trivy.ts';

const DIALECTS = [trivy, grype];

/** A scanner that is installed here. */
export interface Scanner {
  readonly dialect: ScannerDialect;
  readonly program: string;
  /** `trivy 0.66.0` */
  readonly label: string;
}

/** The scanner to be used, or why there is none. Nothing is downloaded: what is not installed is not there. */
export async function findScanner(configured: string | null, run: RunCommand): Promise<Scanner | string> {
  const candidates = configured === null ? DIALECTS.map(({ name }) => name) : [configured];
  const problems: string[] = [];
  for (const program of candidates) {
    const dialect = DIALECTS.find(({ name }) => basename(program).includes(name));
    if (dialect === undefined) return `${program} is neither trivy nor grype`;
    const outcome = await run([program, ...dialect.versionArguments], { timeoutMs: 20_000 });
    if (outcome.kind === 'exited' && outcome.code === 0) {
      const version = /\d+\.\d+\.\d+[\w.+-]*/.exec(outcome.stdout)?.[0];
      return { dialect, program, label: version === undefined ? dialect.name : `${dialect.name} ${version}` };
    }
    problems.push(outcome.kind === 'failed' ? outcome.reason : `${program}: exit code ${outcome.code}`);
  }
  return configured === null ? 'neither trivy nor grype is installed' : problems.join('; ');
}
