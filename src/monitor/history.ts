import { z } from 'zod';

/** One service that the repository needs, as a check saw it. */
const seen = z.object({ name: z.string(), isDown: z.boolean(), evidence: z.string() });

const check = z.object({
  atMs: z.number(),
  score: z.number(),
  /** The runner itself had no way out: the check says nothing of anybody. */
  isBlind: z.boolean(),
  services: z.array(seen),
});

const schema = z.object({ version: z.literal(1), checks: z.array(check) });

export type SeenService = Readonly<z.infer<typeof seen>>;
export type Check = Readonly<Omit<z.infer<typeof check>, 'services'>> & { readonly services: readonly SeenService[] };

/** Checks that are kept: a week of one every half an hour. */
const MAX_CHECKS = 336;

/** The checks so far, oldest first; a missing or broken file is a history that begins today. */
export function readHistory(text: string | null): readonly Check[] {
  try {
    return schema.parse(JSON.parse(text ?? '')).checks;
  } catch {
    return [];
  }
}

export function historyText(checks: readonly Check[]): string {
  return `${JSON.stringify({ version: 1, checks: checks.slice(-MAX_CHECKS) })}\n`;
}
