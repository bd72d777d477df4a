import { z } from 'zod';
import { severityOf } from './findings.ts';
import type { ScannerDialect } from './scanner.ts';

/** The part of `grype -o json` that is used (anchore/grype, "Output formats"). */
const Report = z.object({
  matches: z.array(
    z.object({
      vulnerability: z.object({
        id: z.string(),
        severity: z.optional(z.string()),
        fix: z.optional(z.object({ versions: z.optional(z.nullable(z.array(z.string()))) })),
        description: z.optional(z.string()),
      }),
      artifact: z.object({ name: z.string(), version: z.optional(z.string()) }),
    }),
  ),
  descriptor: z.object({
    name: z.literal('grype'),
    db: z.optional(
      z.nullable(
        z.object({
          built: z.optional(z.string()),
          status: z.optional(z.object({ built: z.optional(z.string()) })),
        }),
      ),
    ),
  }),
});

/** Grype (github.com/anchore/grype). Its variables (GRYPE_DB_CACHE_DIR, GRYPE_DB_UPDATE_URL, …) reach it as they are. */
export const grype: ScannerDialect = {
  name: 'grype',
  versionArguments: ['--version'],
  commands: ({ reference, where, platform }, { json, sarif, layout }) => [
    [
      layout === null ? `${where === 'engine' ? 'docker' : 'registry'}:${reference ?? ''}` : `oci-dir:${layout}`,
      '--quiet',
      '--output',
      `json=${json}`,
      '--output',
      `sarif=${sarif}`,
      ...(platform === null || layout !== null ? [] : ['--platform', platform]),
    ],
  ],
  offlineVariables: {
    GRYPE_DB_AUTO_UPDATE: 'false',
    GRYPE_DB_VALIDATE_AGE: 'false',
    GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  },
  read: (text) => {
    const { matches, descriptor } = Report.parse(JSON.parse(text));
    const findings = matches.map(({ vulnerability, artifact }) => ({
      id: vulnerability.id,
      package: artifact.name,
      version: artifact.version ?? '',
      fixedIn: vulnerability.fix?.versions?.[0] ?? null,
      severity: severityOf(vulnerability.severity),
      title: vulnerability.description ?? null,
    }));
    return { findings, database: descriptor.db?.status?.built ?? descriptor.db?.built ?? null };
  },
};
