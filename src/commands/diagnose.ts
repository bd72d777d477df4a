import { readFile } from 'node:fs/promises';
import { diagnose, renderDiagnosis } from '../failure/diagnose.ts';
import { textOf } from '../failure/text.ts';
import type { Streams } from './streams.ts';

/** Explains a build log, of standard input where no file is named; gives back the exit code: 2 for what cannot be read. */
export async function printDiagnosis(
  file: string | null,
  json: boolean,
  stdin: AsyncIterable<unknown>,
  { stdout, stderr }: Streams,
): Promise<number> {
  try {
    const text = textOf(file === null ? await readAll(stdin) : await readFile(file));
    if (text === null) {
      stderr.write(`diagnose: ${file ?? 'standard input'} is no text: what is packed must be unpacked first\n`);
      return 2;
    }
    const diagnosis = diagnose(text);
    stdout.write(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : `${renderDiagnosis(diagnosis)}\n`);
    return 0;
  } catch (error) {
    stderr.write(`diagnose: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
