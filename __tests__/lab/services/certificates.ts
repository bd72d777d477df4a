/** A certificate authority of the lab's own, one certificate for all names, and one for a name nobody asks for. */
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const dayMs = 24 * 60 * 60 * 1000;

export interface CertificateFiles {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly wrongCertificateFile: string;
  readonly wrongKeyFile: string;
}

const caExtensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];

/** Makes the files once, and again when they run out within a day or lack a name. */
export async function ensureCertificates(folder: string, names: readonly string[]): Promise<CertificateFiles> {
  const files: CertificateFiles = {
    caFile: join(folder, 'ca.pem'),
    certificateFile: join(folder, 'server.pem'),
    keyFile: join(folder, 'server.key'),
    wrongCertificateFile: join(folder, 'wrong.pem'),
    wrongKeyFile: join(folder, 'wrong.key'),
  };
  if (await stillGood(files, names)) {
    return files;
  }
  await mkdir(folder, { recursive: true });
  const caKey = join(folder, 'ca.key');
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
    ...['-subj', '/O=Outage lab/CN=Outage lab CA', '-keyout', caKey, '-out', files.caFile],
    ...caExtensions.flatMap((extension) => ['-addext', extension]),
  ]);
  const ca = { certificate: files.caFile, key: caKey };
  await Promise.all([issue(folder, 'server', names, ca), issue(folder, 'wrong', ['somebody-else.example'], ca)]);
  return files;
}

async function issue(
  folder: string,
  stem: string,
  names: readonly string[],
  ca: { readonly certificate: string; readonly key: string },
): Promise<void> {
  const request = join(folder, `${stem}.csr`);
  const extensions = join(folder, `${stem}.ext`);
  await writeFile(
    extensions,
    [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=serverAuth',
      `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`,
    ].join('\n'),
  );
  await run('openssl', [
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', `/O=Outage lab/CN=${stem}`, '-keyout', join(folder, `${stem}.key`), '-out', request],
  ]);
  await run('openssl', [
    ...['x509', '-req', '-in', request, '-CA', ca.certificate, '-CAkey', ca.key, '-days', '30'],
    ...['-set_serial', `0x${Date.now().toString(16)}${stem === 'wrong' ? '02' : '01'}`],
    ...['-extfile', extensions, '-out', join(folder, `${stem}.pem`)],
  ]);
}

async function stillGood(files: CertificateFiles, names: readonly string[]): Promise<boolean> {
  try {
    await Promise.all([readFile(files.keyFile), readFile(files.wrongKeyFile)]);
    const ca = new X509Certificate(await readFile(files.caFile));
    const wrong = new X509Certificate(await readFile(files.wrongCertificateFile));
    const server = new X509Certificate(await readFile(files.certificateFile));
    const lasts = [ca, wrong, server].every((one) => Date.parse(one.validTo) > Date.now() + dayMs);
    const covered = new Set(server.subjectAltName?.split(', '));
    return lasts && server.checkIssued(ca) && names.every((name) => covered.has(`DNS:${name}`));
  } catch {
    // Missing or unreadable files are made anew.
    return false;
  }
}
