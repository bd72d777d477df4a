/** Severities as scanners name them, worst first. */
export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NEGLIGIBLE', 'UNKNOWN'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What is scanned, and what follows from it. */
export interface ScanSettings {
  /** The bases with all that may stand in for them, the image that was built, both, or nothing. */
  readonly what: 'off' | 'bases' | 'image' | 'all';
  /** Findings of these are shown, worst first. */
  readonly severities: readonly Severity[];
  /** A finding of this or a worse severity stops the build, and keeps a fallback base from being chosen; null never. */
  readonly failOn: Severity | null;
  /** What follows where a scanner cannot run or has no database. */
  readonly unable: 'warn' | 'fail';
  /** The scanner's program; null looks for trivy, then grype, on the PATH. */
  readonly scanner: string | null;
}

/** Whose signature an image must carry. */
export interface VerifyRule {
  /** As the user wrote it; `*` stands for any characters, slashes included. */
  readonly pattern: string;
  readonly signer:
    | { readonly kind: 'key'; readonly key: string }
    | { readonly kind: 'identity'; readonly identity: string; readonly issuer: string };
  /** What follows where the signature can be neither confirmed nor refuted. */
  readonly unable: 'warn' | 'fail';
}

/** The severities that are as bad as this one, or worse. */
export function atLeast(severity: Severity): readonly Severity[] {
  return SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1);
}
