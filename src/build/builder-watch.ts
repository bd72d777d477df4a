import type { BuilderChoice } from '../plan/plan.ts';

/** Asks the builder whether it is there: what is wrong with it, in words, or null. Bounded by itself; never rejects. */
export type AskBuilder = () => Promise<string | null>;

/** A build may be silent for longer than this; a builder that is asked may not. */
const ASK_AFTER_MS = 20_000;
const ASK_AGAIN_MS = 30_000;
/** A builder at full load may miss one question. */
const UNANSWERED = 2;

/**
 * Watches over a builder whose build is silent: a network that swallows packets ends no connection, and buildx waits on.
 * Gives back what is wrong with the builder once it has left two questions in a row without a good answer.
 */
export function createBuilderWatch(ask: AskBuilder, now: () => number): (silentMs: number) => string | null {
  let isAsking = false;
  let askedAtMs: number | null = null;
  let problems: readonly string[] = [];
  return (silentMs) => {
    if (silentMs < ASK_AFTER_MS) {
      problems = [];
      askedAtMs = null;
      return null;
    }
    const [problem] = problems;
    if (problem !== undefined && problems.length >= UNANSWERED) return problem;
    const isDue = askedAtMs === null || problem !== undefined || now() - askedAtMs >= ASK_AGAIN_MS;
    if (isAsking || !isDue) return null;
    isAsking = true;
    askedAtMs = now();
    void ask().then((said) => {
      problems = said === null ? [] : [...problems, said];
      isAsking = false;
    });
    return null;
  };
}

/** Whom an attempt may ask while its build is silent. */
export interface AskedBuilder {
  /** Asked where the build has stalled. Default: the builder is never to blame. */
  readonly askBuilder?: AskBuilder;
  /** Another builder would take over, so that this one is asked before its build has stalled. */
  readonly isBuilderReplaceable?: boolean;
}

/** The engine's own builder is only asked where another would take over; one of ours goes with its engine. */
export function askedBuilder(
  builder: BuilderChoice,
  isBuilderReplaceable: boolean,
  problemOf: (name: string | null) => Promise<string | null>,
): AskedBuilder {
  if (builder.kind === 'own' || (builder.driver === 'docker' && !isBuilderReplaceable)) return {};
  return { askBuilder: async () => await problemOf(builder.name), isBuilderReplaceable };
}
