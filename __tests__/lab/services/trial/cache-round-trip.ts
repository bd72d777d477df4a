/** Saves and restores a file with the real `@actions/cache`, and prints what came of it; runs inside the namespace. */
import { restoreCache, saveCache } from '@actions/cache';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';

const file = 'content.bin';
const content = randomBytes(300_000);
await writeFile(file, content);
const missed = await restoreCache([file], 'lab-key-1', ['lab-key-']);
const saved = await saveCache([file], 'lab-key-1');
const savedAgain = await saveCache([file], 'lab-key-1');
await rm(file);
const restored = await restoreCache([file], 'lab-key-2', ['lab-key-']);
const same = restored !== undefined && (await readFile(file)).equals(content);
const result = {
  missed: missed ?? null,
  saved: saved > 0,
  savedAgain: savedAgain > 0,
  restored: restored ?? null,
  same,
};
process.stdout.write(`\nresult ${JSON.stringify(result)}\n`);
process.exit(0);
