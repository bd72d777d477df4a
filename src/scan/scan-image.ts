import { readFile, rm, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { commandRunner, type RunCommand } from '../process/run-command.ts';
import type { Scanner } from './find-scanner.ts';
import { countBySeverity, worstOf, type Scan, type ScanSubject } from './findings.ts';
import type { ScanFiles } from './scanner.ts';
import { layoutOf } from './stored-layout.ts';
import type { ScanSettings } from './settings.ts';

/** How long one image may be scanned: trivy's own default, five minutes, and its database before that. */
const SCAN_MS = 600_000;

/** How many findings of one image are shown. */
const MOST_SHOWN = 20;

/** Why a database is not refreshed. */
const OFFLINE = 'offline: true';

export interface ScanPorts {
  /** Nobody is asked for a newer database. */
  readonly offline: boolean;
  /** `linux/amd64`: what is looked at where a subject names no platform. */
  readonly platform: string;
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
  if (subject.reference === null)
    return failed(subject.kind === 'image' ? 'it is in the build cache only: push or load it' : 'no source has it now');
  const files = await filesFor(subject, ports);
  if (subject.where === 'store' && files.layout === null) return failed('the warm store does not have it any more');
  try {
    return await scanWith(scanner, subject, files, settings, ports);
  } finally {
    // It is made of links into the store, and what is left here may be uploaded.
    if (files.layout !== null) await rm(files.layout, { recursive: true, force: true });
  }
}

/** The scan itself, where there is a scanner and something to be scanned. */
async function scanWith(
  scanner: Scanner,
  subject: ScanSubject,
  files: ScanFiles,
  settings: ScanSettings,
  ports: ScanPorts,
): Promise<Scan> {
  const nothing = { subject, counts: {}, worst: [], note: null, sarif: null };
  const failed = (problem: string): Scan => ({ ...nothing, scanner: scanner.label, problem });
  const fresh = ports.offline ? OFFLINE : await tryScan(subject, scanner, files, true, ports);
  const old = fresh === null ? null : await tryScan(subject, scanner, files, false, ports);
  if (fresh !== null && old !== null) return failed(fresh === OFFLINE ? old : fresh);
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
async function filesFor(
  { name, platform, reference, where, store }: ScanSubject,
  ports: ScanPorts,
): Promise<ScanFiles> {
  const words = `${name} ${platform ?? ''}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  const mark = createHash('sha256').update(`${name}\n${platform}`).digest('hex').slice(0, 8);
  const base = join(ports.directory, `${words.slice(0, 80)}-${mark}`);
  const files = { json: `${base}.json`, sarif: `${base}.sarif`, layout: null };
  if (where !== 'store' || store === undefined) return files;
  const stored = { root: store, digest: reference?.split('@').at(-1) ?? '' };
  const layout = await layoutOf(stored, platform ?? ports.platform, `${base}-${stored.digest.slice(-12)}.oci`).catch(
    () => null,
  );
  return { ...files, layout };
}

function lastLine(text: string): string | null {
  return text.trim().split('\n').at(-1)?.trim() || null;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
