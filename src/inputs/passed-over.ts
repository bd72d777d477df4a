/** A builder that did not answer, and the one that builds in its place. */
export interface PassedOver {
  readonly builder: string;
  readonly problem: string;
  /** Null where no other answered either. */
  readonly instead: string | null;
}

/** `the builder far was passed over: it is not running; built with default instead`. */
export function passedOverText({ builder, problem, instead }: PassedOver): string {
  return `the builder ${builder} was passed over: ${problem}${instead === null ? '' : `; built with ${instead} instead`}`;
}
