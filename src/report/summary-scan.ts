import type { Scan } from '../scan/findings.ts';
import { cleanLine } from './clean.ts';
import { countsText } from './log-scan.ts';
import { blocks, code, details, prose, table } from './markdown.ts';
import type { Result } from './result.ts';

/** What scanners and cosign said, a row for each image; null where nothing was asked. */
export function scanSection({ scans = [], verifications = [] }: Result): string | null {
  if (scans.length === 0 && verifications.length === 0) return null;
  return blocks(
    scans.length === 0 ? null : blocks('### Findings', scanTable(scans), worstTable(scans)),
    verifications.length === 0
      ? null
      : blocks(
          '### Signatures',
          table(
            ['Image', 'Result', ''],
            verifications.map(({ name, verdict, detail }) => [code(name), prose(verdict), prose(cleanLine(detail))]),
          ),
        ),
  );
}

function scanTable(scans: readonly Scan[]): string {
  return table(
    ['Image', 'Platform', 'Found', 'By'],
    scans.map((scan) => [
      `${code(scan.subject.name)} (${scan.subject.kind})`,
      prose(scan.subject.platform ?? "the engine's own"),
      prose(scan.problem === null ? countsText(scan) : `⚠️ could not scan: ${cleanLine(scan.problem)}`),
      prose([scan.scanner, scan.note].filter((part) => part !== null).join(', ')),
    ]),
  );
}

function worstTable(scans: readonly Scan[]): string | null {
  const rows = scans.flatMap(({ subject, worst }) =>
    worst.map((found) => [
      code(subject.name),
      code(found.id),
      prose(found.severity.toLowerCase()),
      code(`${found.package} ${found.version}`.trim()),
      found.fixedIn === null ? 'no fix yet' : code(found.fixedIn),
    ]),
  );
  if (rows.length === 0) return null;
  return details(
    `The worst of them (${rows.length})`,
    table(['Image', 'Weakness', 'Severity', 'Package', 'Fixed in'], rows),
  );
}
