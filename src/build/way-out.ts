import type { FetchTrouble } from './fetch-trouble.ts';

/** What speaks for leaving a fetch that is in trouble for another source of the same content; null: nothing does. */
export type AskWayOut = (trouble: FetchTrouble) => Promise<string | null>;

/** A fetch that is not waited for any longer. */
export interface GivenUp {
  readonly trouble: FetchTrouble;
  /** What was seen of its source, or of the other one. */
  readonly reason: string;
}

interface Asked {
  readonly atMs: number;
  readonly failures: number;
  isOver: boolean;
  reason: string | null;
}

/** A source that was well a moment ago is asked again after this time. */
const ASK_AGAIN_MS = 10_000;

/**
 * Looks for a way out as soon as there is trouble, while the build goes on, and says when to take it: for a fetch that
 * failed twice at the same place, or whose source was asked and does not answer either. One that only stumbled goes on.
 */
export function createWayOut(ask: AskWayOut, now: () => number): (trouble: FetchTrouble | null) => GivenUp | null {
  /** By step and kind of trouble: when it was asked, and the answer once it is there. */
  const asked = new Map<string, Asked>();
  return (trouble) => {
    if (trouble === null) return null;
    const key = `${trouble.kind} ${trouble.isDead} ${trouble.step.id}`;
    const known = asked.get(key);
    if (known?.reason != null) {
      return trouble.kind === 'silence' || trouble.failures > 1 ? { trouble, reason: known.reason } : null;
    }
    if (known !== undefined && !isAskedAgain(known, trouble)) return null;
    const question: Asked = { atMs: now(), failures: trouble.failures, isOver: false, reason: null };
    asked.set(key, question);
    const note = (reason: string | null): void => {
      question.reason = reason;
      question.isOver = true;
    };
    // Whoever cannot tell of another way leaves the build on the one it has.
    void ask(trouble).then(note, () => note(null));
    return null;
  };

  /** What nobody knew a way out of is asked about again once it has failed once more, or some time later. */
  function isAskedAgain(known: Asked, { failures }: FetchTrouble): boolean {
    return known.isOver && (failures > known.failures || now() - known.atMs >= ASK_AGAIN_MS);
  }
}
