import { parseReference } from '../../registry/reference.ts';
import type { CommandOutcome } from '../../process/run-command.ts';
import { elfInterpreter, scriptInterpreter } from './elf.ts';
import type { ImageConfig, ImageFiles } from './inspect-image.ts';

/** Where programs look for the authorities that they trust (Go's crypto/x509 root_linux.go). */
const CERTIFICATES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

/** What the base that is replaced brought along, so that the image may lean on it. */
export interface Wanted {
  readonly nonroot: boolean;
  readonly certificates: boolean;
}

/** Official images without any certificates; scratch is never replaced. */
const WITHOUT_CERTIFICATES = new Set(['library/debian', 'library/ubuntu', 'library/busybox']);

/** What the bases brought along that others stand in for, by their names: they themselves cannot be had. */
export function wantedOf(bases: readonly string[]): Wanted {
  const hasCertificates = (base: string): boolean => {
    const parsed = parseReference(base);
    return parsed.kind === 'invalid' || !WITHOUT_CERTIFICATES.has(parsed.reference.repository);
  };
  return { nonroot: bases.some((base) => base.includes('nonroot')), certificates: bases.some(hasCertificates) };
}

/** Why an image on another base cannot be expected to run, or null. */
export async function staticProblem(config: ImageConfig, files: ImageFiles, wanted: Wanted): Promise<string | null> {
  const [program = ''] = config.words;
  if (program === '') return 'it starts nothing: neither ENTRYPOINT nor CMD';
  return (
    (await programProblem(program, config, files)) ??
    (await userProblem(config.user, files, wanted.nonroot)) ??
    (wanted.certificates ? await certificateProblem(config, files) : null)
  );
}

async function programProblem(program: string, config: ImageConfig, files: ImageFiles): Promise<string | null> {
  const folders = program.includes('/')
    ? ['']
    : (config.env['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin').split(':');
  for (const folder of folders) {
    const content = await files.read(folder === '' ? program : `${folder}/${program}`);
    if (content === null) continue;
    const interpreter = elfInterpreter(content) ?? scriptInterpreter(content);
    if (interpreter === null || (await files.read(interpreter)) !== null) return null;
    return `${program} needs ${interpreter}, which this base does not have`;
  }
  return `${program} is not in it`;
}

async function userProblem(user: string, files: ImageFiles, wantsNonroot: boolean): Promise<string | null> {
  const [name = ''] = user.split(':');
  if (wantsNonroot && ['', '0', 'root'].includes(name)) {
    return 'it would run as root, and the base that it replaces does not: say USER in the Dockerfile';
  }
  if (name === '' || /^\d+$/.test(name)) return null;
  const passwd = (await files.read('/etc/passwd'))?.toString('utf8') ?? '';
  return passwd.split('\n').some((line) => line.startsWith(`${name}:`))
    ? null
    : `its user ${name} is not in /etc/passwd`;
}

async function certificateProblem(config: ImageConfig, files: ImageFiles): Promise<string | null> {
  const named = config.env['SSL_CERT_FILE'];
  const places = named === undefined ? CERTIFICATES : [named, ...CERTIFICATES];
  for (const place of places) if ((await files.read(place)) !== null) return null;
  return 'it has no certificates (/etc/ssl/certs/ca-certificates.crt)';
}

/** Why a started program counts as not running, or null. Only a command of the user's has to end well. */
export function startProblem(outcome: CommandOutcome, command: string, mustSucceed: boolean): string | null {
  if (outcome.kind === 'failed') return mustSucceed ? `"${command}": ${outcome.reason}` : null;
  const { code } = outcome;
  if (code === 0 || (!mustSucceed && code < 125)) return null;
  const last = `${outcome.stdout}\n${outcome.stderr}`.trim().split('\n').at(-1) ?? '';
  return `"${command}" ended with ${code}${last === '' ? '' : `: ${last}`}`;
}
