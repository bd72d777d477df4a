import { setTimeout as sleep } from 'node:timers/promises';
import { runBuildx } from '../facts/buildx.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunCommand } from '../process/run-command.ts';

const PRUNE_TIMEOUT_MS = 120_000;
/** BuildKit writes its own records before it frees anything, and needs a moment to clear away what it could not finish. */
const TRIES = 3;
const PAUSE_MS = 1000;

/**
 * Drops what is safe to drop on a full disk: build cache that no build is using. Images and containers are the user's.
 * The steps of this very build are kept where they are part of an image; only if nothing else can be freed they go, too.
 */
export async function freeBuildCache(plan: Plan, run: RunCommand, tell: (text: string) => void): Promise<void> {
  const name = plan.builder.name === null ? [] : ['--builder', plan.builder.name];
  for (let left = TRIES; left > 0; left--) {
    const all = left === 1 ? ['--all'] : [];
    const outcome = await runBuildx(run, ['prune', '--force', ...all, ...name], PRUNE_TIMEOUT_MS);
    const said = outcome.kind === 'exited' ? `${outcome.stdout}${outcome.stderr}`.trim() : outcome.reason;
    tell(`docker buildx prune: ${said.split('\n').at(-1) ?? ''}\n`);
    if (outcome.kind === 'exited' && outcome.code === 0 && !/^Total:\s+0B$/m.test(outcome.stdout)) return;
    await sleep(PAUSE_MS);
  }
}
