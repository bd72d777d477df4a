/** A builder that did not answer, and the one that builds in its place. */
export interface PassedOver {
  readonly builder: string;
  readonly problem: string;
  /** Null where no other answered either. */
  readonly instead: string | null;
  /** It had begun to build, and died. */
  readonly inMidBuild?: true;
}

/** `the builder far was passed over: it is not running; built with default instead`. */
export function passedOverText({ builder, problem, instead, inMidBuild }: PassedOver): string {
  const verb = inMidBuild === true ? 'was lost' : 'was passed over';
  return `the builder ${builder} ${verb}: ${problem}${instead === null ? '' : `; built with ${instead} instead`}`;
}
