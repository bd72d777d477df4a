import type { FetchTrouble } from './fetch-trouble.ts';

/** Whether a fetch that is in trouble should be left for another source of the same content. */
export type WayOut =
  | { readonly kind: 'leave'; readonly reason: string }
  /** `untilSilentMs`: to be asked again once nothing has come for so long; null where that would change nothing. */
  | { readonly kind: 'stay'; readonly untilSilentMs: number | null };

export type AskWayOut = (trouble: FetchTrouble) => Promise<WayOut>;

/** A fetch that is not waited for any longer. */
export interface GivenUp {
  readonly trouble: FetchTrouble;
  /** What was seen of its source, or of the other one. */
  readonly reason: string;
}

interface Asked {
  readonly atMs: number;
  readonly failures: number;
  answer: WayOut | null;
}

/** A source that was well a moment ago is asked again after this time. */
const ASK_AGAIN_MS = 10_000;

/**
 * Looks for a way out as soon as there is trouble, while the build goes on, and says when to take it: for a fetch that
 * failed twice at the same place, or whose source was asked and does not answer either. One that only stumbled goes on.
 */
export function createWayOut(ask: AskWayOut, now: () => number): (trouble: FetchTrouble | null) => GivenUp | null {
  /** By step: when it was asked, and the answer once it is there. */
  const asked = { error: new Map<string, Asked>(), silence: new Map<string, Asked>() };
  return (trouble) => {
    // What was found out about a silence holds as long as it lasts.
    if (trouble?.kind !== 'silence') asked.silence.clear();
    if (trouble === null) return null;
    const known = asked[trouble.kind].get(trouble.step.id);
    if (known?.answer?.kind === 'leave') {
      return trouble.kind === 'silence' || trouble.failures > 1 ? { trouble, reason: known.answer.reason } : null;
    }
    if (known !== undefined && !isAskedAgain(known, trouble)) return null;
    const question: Asked = { atMs: now(), failures: trouble.failures, answer: null };
    asked[trouble.kind].set(trouble.step.id, question);
    // Whoever cannot tell of another way leaves the build on the one it has.
    const none: WayOut = { kind: 'stay', untilSilentMs: null };
    void ask(trouble).then(
      (answer) => (question.answer = answer),
      () => (question.answer = none),
    );
    return null;
  };

  /** What nobody knew a way out of is asked about again once it has become worse, or some time later. */
  function isAskedAgain({ answer, atMs, failures }: Asked, trouble: FetchTrouble): boolean {
    if (answer?.kind !== 'stay') return false;
    const { untilSilentMs } = answer;
    const isWorse = trouble.failures > failures || (untilSilentMs !== null && trouble.silentMs >= untilSilentMs);
    return isWorse || now() - atMs >= ASK_AGAIN_MS;
  }
}
