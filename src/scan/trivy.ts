import { z } from 'zod';
import { severityOf } from './findings.ts';
import type { ScannerDialect } from './scanner.ts';

/** The part of `trivy image --format json` that is used (trivy.dev, "Reporting", SchemaVersion 2). */
const Report = z.object({
  SchemaVersion: z.literal(2),
  Results: z.optional(
    z.array(
      z.object({
        Vulnerabilities: z.optional(
          z.array(
            z.object({
              VulnerabilityID: z.string(),
              PkgName: z.string(),
              InstalledVersion: z.optional(z.string()),
              FixedVersion: z.optional(z.string()),
              Severity: z.optional(z.string()),
              Title: z.optional(z.string()),
            }),
          ),
        ),
      }),
    ),
  ),
});

/**
 * Trivy (trivy.dev, "trivy image"). Its variables (TRIVY_CACHE_DIR, TRIVY_DB_REPOSITORY, …) reach it as the job has
 * them, so that a mirror of its database or an offline one is used.
 */
export const trivy: ScannerDialect = {
  name: 'trivy',
  versionArguments: ['--version'],
  commands: ({ reference, where, platform }, { json, sarif, layout }, fresh) => [
    [
      'image',
      '--quiet',
      '--scanners',
      'vuln',
      '--format',
      'json',
      '--output',
      json,
      ...(layout === null ? ['--image-src', where === 'engine' ? 'docker' : 'remote'] : []),
      ...(platform === null || layout !== null ? [] : ['--platform', platform]),
      ...(fresh ? [] : ['--skip-db-update', '--skip-java-db-update', '--offline-scan']),
      // An OCI layout, of which it takes the first image.
      ...(layout === null ? [reference ?? ''] : ['--input', layout]),
    ],
    ['convert', '--quiet', '--format', 'sarif', '--output', sarif, json],
  ],
  offlineVariables: {},
  read: (text) => {
    const { Results = [] } = Report.parse(JSON.parse(text));
    const findings = Results.flatMap(({ Vulnerabilities = [] }) =>
      Vulnerabilities.map((found) => ({
        id: found.VulnerabilityID,
        package: found.PkgName,
        version: found.InstalledVersion ?? '',
        fixedIn: found.FixedVersion === undefined || found.FixedVersion === '' ? null : found.FixedVersion,
        severity: severityOf(found.Severity),
        title: found.Title ?? null,
      })),
    );
    return { findings, database: null };
  },
};
