import type { Inputs } from '../inputs/types.ts';
import { prewarmHeadline, type Prewarmed } from '../report/prewarm.ts';
import { storeOf } from '../store/stored.ts';
import { openKeptStore } from './kept-store.ts';
import { prewarm } from './prewarm.ts';
import { warmFiles } from './prewarm-needs.ts';
import { hideSecrets } from './secrets.ts';
import { openSession } from './session.ts';
import type { World } from './world.ts';

export type PrewarmOutcome =
  | { readonly kind: 'done'; readonly result: Prewarmed }
  /** Nothing was started; in the user's words. */
  | { readonly kind: 'problem'; readonly problem: string };

/** A whole pre-warm, from the names of Dockerfiles to the store. */
export async function runPrewarm(inputs: Inputs, world: World): Promise<PrewarmOutcome> {
  const files = warmFiles(inputs, world);
  if ('problem' in files) return { kind: 'problem', problem: files.problem };
  const session = await openSession(world);
  try {
    await hideSecrets(inputs, world);
    const store = storeOf(world.cwd, inputs.settings.cacheLocalPath);
    const kept = inputs.settings.warmStore ? await openKeptStore(store, world) : null;
    await kept?.restore();
    const result = await prewarm(store, inputs, files, world, session);
    await kept?.save();
    for (const warning of session.warnings()) world.journal.warning(warning);
    world.journal.line(prewarmHeadline(result));
    return { kind: 'done', result };
  } finally {
    session.close();
  }
}
