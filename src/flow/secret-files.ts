import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes secrets that were given as text where the command line says they are, for nobody else to read. */
export async function writeSecretFiles(directory: string, values: ReadonlyMap<string, string>): Promise<void> {
  await Promise.all(
    [...values].map(async ([name, value]) => await writeFile(join(directory, name), value, { mode: 0o600 })),
  );
}
