import { readFile, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { commandRunner, type RunCommand } from '../process/run-command.ts';
import type { Scanner } from './find-scanner.ts';
import { countBySeverity, worstOf, type Scan, type ScanSubject } from './findings.ts';
import type { ScanFiles } from './scanner.ts';
import type { ScanSettings } from './settings.ts';

/** How long one image may be scanned: trivy's own default, five minutes, and its database before that. */
const SCAN_MS = 600_000;

/** How many findings of one image are shown. */
const MOST_SHOWN = 20;

export interface ScanPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Where reports and SARIF files are left. */
  readonly directory: string;
}

/**
 * Scans one image. Where the scanner cannot refresh its database it is asked again to do with the one it has, and that is
 * said; where that fails too, the image could not be scanned, which is never a pass.
 */
export async function scanImage(
  subject: ScanSubject,
  scanner: Scanner | string,
  settings: ScanSettings,
  ports: ScanPorts,
): Promise<Scan> {
  const nothing = { subject, counts: {}, worst: [], note: null, sarif: null };
  if (typeof scanner === 'string') return { ...nothing, scanner: null, problem: scanner };
  const failed = (problem: string): Scan => ({ ...nothing, scanner: scanner.label, problem });
  if (subject.reference === null) return failed('it is in the build cache only: push or load it');
  const files = filesFor(subject, ports.directory);
  const fresh = await tryScan(subject, scanner, files, true, ports);
  const old = fresh === null ? null : await tryScan(subject, scanner, files, false, ports);
  if (fresh !== null && old !== null) return failed(fresh);
  try {
    const report = scanner.dialect.read(await readFile(files.json, 'utf8'));
    const stale = fresh === null ? null : `with the database that was there, which could not be refreshed: ${fresh}`;
    return {
      subject,
      scanner: scanner.label,
      problem: null,
      counts: countBySeverity(report.findings),
      worst: worstOf(report.findings, settings.severities, MOST_SHOWN),
      note: stale ?? (report.database === null ? null : `database of ${report.database}`),
      sarif: await stat(files.sarif).then(
        () => files.sarif,
        () => null,
      ),
    };
  } catch (error) {
    return failed(`${scanner.label} left no report that can be read: ${firstLine(String(error))}`);
  }
}

/** The last line of a scan that failed, or null. */
async function tryScan(
  subject: ScanSubject,
  { dialect, program }: Scanner,
  files: ScanFiles,
  fresh: boolean,
  ports: ScanPorts,
): Promise<string | null> {
  const env = { ...ports.env, ...(fresh ? {} : dialect.offlineVariables) };
  const run: RunCommand = commandRunner(env, ports.signal);
  const [scan = [], ...more] = dialect.commands(subject, files, fresh);
  const outcome = await run([program, ...scan], { timeoutMs: SCAN_MS });
  if (outcome.kind === 'failed') return outcome.reason;
  if (outcome.code !== 0) return lastLine(outcome.stderr) ?? `${program}: exit code ${outcome.code}`;
  // What is made of the report beyond it, such as SARIF, is no reason to scan again.
  for (const argv of more) await run([program, ...argv], { timeoutMs: SCAN_MS });
  return null;
}

/** Files of one subject, under a name that says which it is and is safe whatever the image is called. */
function filesFor({ name, platform }: ScanSubject, directory: string): ScanFiles {
  const words = `${name} ${platform ?? ''}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  const mark = createHash('sha256').update(`${name}\n${platform}`).digest('hex').slice(0, 8);
  const base = join(directory, `${words.slice(0, 80)}-${mark}`);
  return { json: `${base}.json`, sarif: `${base}.sarif` };
}

function lastLine(text: string): string | null {
  return text.trim().split('\n').at(-1)?.trim() || null;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
