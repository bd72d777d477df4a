import type { ScannerReport, ScanSubject } from './findings.ts';

/** Where a scanner is to leave what it found. */
export interface ScanFiles {
  readonly json: string;
  readonly sarif: string;
  /** An OCI layout with the one image that is to be scanned; null where the scanner fetches it by its reference. */
  readonly layout: string | null;
}

/** How one scanner is spoken to: pure, so that its real command line is a table in a test. */
export interface ScannerDialect {
  readonly name: 'trivy' | 'grype';
  readonly versionArguments: readonly string[];
  /** The commands that scan one image, one after the other; `fresh` lets the scanner refresh its database first. */
  readonly commands: (subject: ScanSubject, files: ScanFiles, fresh: boolean) => readonly (readonly string[])[];
  /** Variables for a scan that must do with the database that is there. */
  readonly offlineVariables: Readonly<Record<string, string>>;
  /** Reads the JSON report; throws where it is none. */
  readonly read: (json: string) => ScannerReport;
}
