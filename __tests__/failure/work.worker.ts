/* A thread that can be ended while it computes: see work.test.ts. */
import { parentPort } from 'node:worker_threads';
import { diagnose } from '../../src/failure/diagnose.ts';

export type Work =
  | { readonly kind: 'pattern'; readonly source: string; readonly flags: string; readonly texts: readonly string[] }
  | { readonly kind: 'log'; readonly text: string };

parentPort?.on('message', (work: Work) => {
  if (work.kind === 'log') {
    parentPort?.postMessage(diagnose(work.text).retryable);
    return;
  }
  const pattern = new RegExp(work.source, work.flags);
  parentPort?.postMessage(work.texts.filter((text) => pattern.test(text)).length);
});
