import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program at a scanner's real command line: it leaves recorded output where it is told to, and notes how it was called. */
export interface StandIn {
  readonly directory: string;
  /** Every call so far, its words joined by a space. */
  readonly calls: () => Promise<readonly string[]>;
}

const RECORDED = new URL('recorded/', import.meta.url).pathname;

/** Text that a real tool printed. */
export function recorded(name: string): Promise<string> {
  return readFile(join(RECORDED, name), 'utf8');
}

/** A trivy whose database can be refreshed, is there already, or neither. */
export function trivyStandIn(database: 'fresh' | 'old' | 'none'): Promise<StandIn> {
  const noDatabase = `{ cat '${RECORDED}trivy-no-database.txt' >&2; exit 1; }`;
  return standIn(
    'trivy',
    `case "$1" in
--version) echo 'Version: 0.66.0'; exit 0 ;;
convert) while [ "$1" != --output ]; do shift; done; echo '{"version":"2.1.0","runs":[]}' >"$2"; exit 0 ;;
esac
case " $* " in
*' --skip-db-update '*) ${database === 'none' ? noDatabase : ':'} ;;
*) ${database === 'fresh' ? ':' : noDatabase} ;;
esac
while [ "$1" != --output ]; do shift; done
cp '${RECORDED}trivy-alpine-3.10.json' "$2"`,
  );
}

export function grypeStandIn(): Promise<StandIn> {
  return standIn(
    'grype',
    `[ "$1" = --version ] && echo 'grype 0.104.4' && exit 0
for word; do case "$word" in json=*) cp '${RECORDED}grype-java.json' "\${word#json=}" ;; esac; done`,
  );
}

async function standIn(name: string, script: string): Promise<StandIn> {
  const directory = await mkdtemp(join(tmpdir(), 'stand-in-'));
  const log = join(directory, 'calls');
  await writeFile(log, '');
  await writeFile(join(directory, name), `#!/bin/sh\necho "$*" >>'${log}'\n${script}\n`);
  await chmod(join(directory, name), 0o755);
  return { directory, calls: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '') };
}
