import type { FetchTrouble } from './fetch-trouble.ts';

/** What speaks for leaving a fetch that is in trouble for another source of the same content; null: nothing does. */
export type AskWayOut = (trouble: FetchTrouble) => Promise<string | null>;

/** A fetch that is not waited for any longer. */
export interface GivenUp {
  readonly trouble: FetchTrouble;
  /** What was seen of its source, or of the other one. */
  readonly reason: string;
}

/** A source that was well a moment ago is asked again after this time. */
const ASK_AGAIN_MS = 10_000;

/**
 * Looks for a way out as soon as there is trouble, while the build goes on, and says when to take it: for a fetch that
 * failed twice at the same place, or whose source was asked and does not answer either. One that only stumbled goes on.
 */
export function createWayOut(ask: AskWayOut, now: () => number): (trouble: FetchTrouble | null) => GivenUp | null {
  /** By step and kind of trouble: when it was asked, and the answer once it is there. */
  const asked = new Map<string, { readonly atMs: number; isOver: boolean; reason: string | null }>();
  return (trouble) => {
    if (trouble === null) return null;
    const key = `${trouble.kind} ${trouble.isDead} ${trouble.step.id}`;
    const known = asked.get(key);
    if (known?.reason != null) {
      return trouble.kind === 'silence' || trouble.failures > 1 ? { trouble, reason: known.reason } : null;
    }
    if (known !== undefined && (!known.isOver || now() - known.atMs < ASK_AGAIN_MS)) return null;
    const question = { atMs: now(), isOver: false, reason: null as string | null };
    asked.set(key, question);
    const note = (reason: string | null): void => {
      question.reason = reason;
      question.isOver = true;
    };
    // Whoever cannot tell of another way leaves the build on the one it has.
    void ask(trouble).then(note, () => note(null));
    return null;
  };
}
