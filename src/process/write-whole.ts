import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file beside its place and renames it: a reader never sees half of it, and two writers never mix. The name beside
 * cannot be foreseen and is created anew, so that in a directory which others may write to no link leads the text astray.
 *
 * @param mode of the new file; by default what the umask leaves of 0666
 */
export async function writeWhole(path: string, text: string, mode = 0o666): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    await writeFile(temporary, text, { flag: 'wx', mode });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
