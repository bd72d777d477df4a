import { SEVERITIES, type Severity } from './settings.ts';

/** One known weakness of one package. */
export interface Finding {
  /** CVE-2024-1234, GHSA-… */
  readonly id: string;
  readonly package: string;
  readonly version: string;
  /** The version that mends it, or null where there is none yet. */
  readonly fixedIn: string | null;
  readonly severity: Severity;
  readonly title: string | null;
}

/** What a scanner said of one image. */
export interface ScannerReport {
  readonly findings: readonly Finding[];
  /** When the scanner's database was built, as the scanner has it, or null where it does not say. */
  readonly database: string | null;
}

/** What was looked at. */
export interface ScanSubject {
  readonly kind: 'base' | 'fallback' | 'image';
  /** As people know it: the Dockerfile's name, or the tag that was built. */
  readonly name: string;
  /** `HOST/REPOSITORY@DIGEST` in a registry or the warm store, a name or an id in the engine; null where it is nowhere to be had. */
  readonly reference: string | null;
  readonly where: 'registry' | 'engine' | 'store';
  /** Where the warm store is that has it. */
  readonly store?: string;
  /** `linux/arm64`; null is the machine's own. */
  readonly platform: string | null;
}

/** One image looked at once. Without a `problem` the findings are all that the scanner knows. */
export interface Scan {
  readonly subject: ScanSubject;
  /** `trivy 0.66.0`; null where there is none. */
  readonly scanner: string | null;
  /** Why it could not be scanned, or null. */
  readonly problem: string | null;
  readonly counts: Readonly<Partial<Record<Severity, number>>>;
  /** The worst findings of the severities that are to be shown. */
  readonly worst: readonly Finding[];
  /** What is to be known about the database, such as that it could not be refreshed; or null. */
  readonly note: string | null;
  /** The SARIF file, or null. */
  readonly sarif: string | null;
}

/** How many findings there are of each severity. */
export function countBySeverity(findings: readonly Finding[]): Scan['counts'] {
  const counts: Partial<Record<Severity, number>> = {};
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}

/** As many as fit of the severities asked for, worst first, those that can be mended before the others. */
export function worstOf(
  findings: readonly Finding[],
  severities: readonly Severity[],
  most: number,
): readonly Finding[] {
  return findings
    .filter(({ severity }) => severities.includes(severity))
    .toSorted((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id))
    .slice(0, most);
}

function rank({ severity, fixedIn }: Finding): number {
  return SEVERITIES.indexOf(severity) * 2 + (fixedIn === null ? 1 : 0);
}

/** A scanner's own word for a severity. */
export function severityOf(word: string | undefined): Severity {
  return SEVERITIES.find((severity) => severity === word?.toUpperCase()) ?? 'UNKNOWN';
}
