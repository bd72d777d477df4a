import { z } from 'zod';
import type { Result } from './result.ts';
import { cachedSteps } from './results.ts';
import { outcomeText, verdict } from './story.ts';
import { summaryParts } from './summary.ts';

/** What the summary of a whole job needs of one of its builds; it may wait in a file for the others. */
export const BuildEntry = z.object({
  startedAtMs: z.number(),
  /** `✅`, `❌`, `⏹️`. */
  icon: z.string(),
  isBuilt: z.boolean(),
  isRecovered: z.boolean(),
  name: z.string(),
  /** What came of it, in one line of plain text. */
  outcome: z.string(),
  seconds: z.number(),
  cached: z.string().nullable(),
  /** Of each platform in bytes, null where that is not known. */
  sizes: z.array(z.object({ platform: z.string(), sizeBytes: z.number().nullable() })),
  digest: z.string().nullable(),
  /** Markdown: what must be seen, and what can be folded. */
  head: z.string(),
  rest: z.string(),
  /** A post step has said it already. */
  shown: z.boolean(),
});
export type BuildEntry = z.infer<typeof BuildEntry>;

/** A build as an entry, or null for a run that built nothing and was not meant to. */
export function buildEntry(result: Result, trend: string | null): BuildEntry | null {
  if (result.verdict === 'health' || result.verdict === 'plan') return null;
  const { icon, subject } = verdict(result);
  const { outcome, isRecovered } = outcomeText(result);
  return {
    startedAtMs: result.startedAtMs,
    icon,
    isBuilt: result.verdict === 'built',
    isRecovered,
    name: subject,
    outcome,
    seconds: result.seconds,
    cached: cachedSteps(result),
    sizes: (result.image?.platforms ?? []).map(({ platform, sizeBytes }) => ({ platform, sizeBytes })),
    digest: result.image?.digest ?? null,
    ...summaryParts(result, trend),
    shown: false,
  };
}
