import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../lab/host/paths.ts';
import { checkout, checkoutGoService, GO_OUTPUT, runAction, unavailable, useLab } from './world.ts';
import { TAG } from './expectations.ts';

/*
 * Packages of distributions while one of their servers fails. A repository of one package is signed with a key of the
 * lab, and this machine's own apt installs from it; apk is a stand-in that asks each repository for its index.
 */
const world = useLab();
const OWN = 'mirrors.aliyun.com';
const MIRROR = 'mirror.lzu.edu.cn';
const BASE = 'ghcr.io/acme/golang:packages';

/** Writes `base`, the files of an image with apt, and `repository`, a signed one with the package `greet`. */
const PREPARE = String.raw`
set -eu
mkdir -p base/bin base/lib64 base/usr/lib/apt base/usr/share/keyrings base/etc/apt/trusted.gpg.d base/etc/apt/apt.conf.d \
  base/etc/apt/sources.list.d base/etc/apt/preferences.d base/var/lib/apt/lists/partial base/var/cache/apt/archives/partial \
  base/var/log/apt base/var/lib/dpkg/info base/var/lib/dpkg/updates base/var/lib/dpkg/triggers base/usr/share/dpkg
cp -L /usr/bin/apt-get /usr/bin/apt-config /usr/bin/gpgv /usr/bin/dpkg /usr/bin/dpkg-deb /usr/bin/dpkg-split base/bin
[ ! -e /usr/bin/sqv ] || cp -L /usr/bin/sqv base/bin
[ ! -e /usr/bin/apt-key ] || cp -L /usr/bin/apt-key base/bin
# Busybox has not all of the options, and apt looks there first.
mkdir -p base/usr/sbin
cp -L "$(command -v tar)" base/usr/sbin/tar
cp -rL /usr/lib/apt/methods /usr/lib/apt/apt-helper base/usr/lib/apt
cp -r /usr/share/dpkg/. base/usr/share/dpkg
for program in base/bin/* base/usr/sbin/tar base/usr/lib/apt/apt-helper base/usr/lib/apt/methods/http base/usr/lib/apt/methods/gpgv; do
  ldd "$program" 2>/dev/null | grep -o '/[^ ]*\.so[^ ]*' || true
done | sort -u >libraries
ls /lib/*-linux-gnu/libnss_dns.so.2 /lib/*-linux-gnu/libnss_files.so.2 /lib/*-linux-gnu/libresolv.so.2 >>libraries 2>/dev/null || true
while read -r library; do
  mkdir -p "base$(dirname "$library")"
  cp -L "$library" "base$library"
done <libraries
# What dpkg wants to find before it begins.
for name in ldconfig start-stop-daemon; do printf '#!/bin/sh\n' >base/bin/$name; done
chmod 755 base/bin/*
: >base/var/lib/dpkg/status
mkdir -p base/etc/apk greet/DEBIAN greet/usr/share/greet
echo 'https://${OWN}/alpine/v3.21/main' >base/etc/apk/repositories
printf 'Types: deb\nURIs: https://${OWN}/debian\nSuites: bookworm\nComponents: main\nSigned-By: /usr/share/keyrings/lab.gpg\n' \
  >base/etc/apt/sources.list.d/debian.sources
printf 'Package: greet\nVersion: 1.0\nArchitecture: all\nMaintainer: lab <lab@example.com>\nDescription: a word\n' >greet/DEBIAN/control
echo hello >greet/usr/share/greet/word
mkdir repository
dpkg-deb --root-owner-group --build greet repository/greet.deb >/dev/null
sum() { sha256sum "$1" | cut -d' ' -f1; }
{ cat greet/DEBIAN/control; printf 'Filename: pool/greet.deb\nSize: %s\nSHA256: %s\n' "$(stat -c %s repository/greet.deb)" "$(sum repository/greet.deb)"; } >repository/Packages
printf 'Suite: stable\nCodename: bookworm\nArchitectures: all amd64 arm64\nComponents: main\nDate: %s\nSHA256:\n' "$(LC_ALL=C date -Ru | sed 's/+0000/UTC/')" >Release
for folder in all amd64 arm64; do printf ' %s %s main/binary-%s/Packages\n' "$(sum repository/Packages)" "$(stat -c %s repository/Packages)" $folder >>Release; done
export GNUPGHOME="$PWD/gnupg"
mkdir -m 700 gnupg
gpg --quiet --batch --passphrase '' --quick-generate-key lab@example.com rsa2048 sign never
gpg --export lab@example.com >base/usr/share/keyrings/lab.gpg
gpg --quiet --batch --clearsign --output repository/InRelease Release
gpgconf --kill gpg-agent
`;

const APK = `#!/bin/sh
# Stand-in: asks the repositories for their index, the last word being the package, and installs a file of its name.
list=/etc/apk/repositories
while [ $# -gt 1 ]; do [ "$1" != --repositories-file ] || list=$2; shift; done
while read -r url; do
  /usr/lib/apt/apt-helper download-file "$url/x86_64/APKINDEX.tar.gz" /tmp/index || exit 1
  rm /tmp/index
done <"$list"
echo "installed $1" >"/$1"
`;

test('a mirror lies, a server is down: the next one is asked, and signatures hold', async () => {
  const { lab } = world;
  await checkoutGoService(lab);
  const folder = join(lab.job.folder, 'packages');
  const prepared = await lab.sh(`mkdir -p ${folder} && cd ${folder} && ${PREPARE}`);
  expect(prepared.exitCode, prepared.log).toBe(0);
  const file = async (name: string): Promise<Buffer> => await readFile(join(folder, 'repository', name));
  const serve = async (host: string, path: string, body: Buffer): Promise<void> =>
    await lab.setDocument({ host, path: `/debian/${path}`, body: body.toString('base64'), encoding: 'base64' });
  const release = await file('InRelease');
  for (const host of [OWN, MIRROR]) {
    for (const architecture of ['all', 'amd64', 'arm64']) {
      await serve(host, `dists/bookworm/main/binary-${architecture}/Packages`, await file('Packages'));
    }
    await serve(host, 'pool/greet.deb', await file('greet.deb'));
    const isHonest = host === OWN;
    const text = isHonest ? release : Buffer.from(release.toString().replace('Suite: stable', 'Suite: forged'));
    await serve(host, 'dists/bookworm/InRelease', text);
  }
  const base = await lab.sh(
    `cd ${folder} && printf 'FROM golang:1.24-bookworm\\nCOPY base /\\n' | docker buildx build --quiet --provenance false --output type=image,push=true,compression=uncompressed --tag ${BASE} --file - .`,
  );
  expect(base.exitCode, base.log).toBe(0);

  await lab.clearRequests();
  const result = await runAction(lab, {
    // Without any cache: exporting the base would take longer than all the rest.
    strategy: 'emergency',
    'apt-mirrors': `https://${MIRROR}/debian`,
    'build-args': `BUILDER_BASE=debian\nBUILDER_DEBIAN_IMAGE=${BASE}\nBUILDER_PACKAGES=greet`,
  });
  expect(result.exitCode, result.log).toBe(0);
  expect(await lab.pullAndRun(TAG)).toBe(GO_OUTPUT);
  expect(result.log).toMatch(/install-packages: greet from https:\/\/mirror\.lzu\.edu\.cn\/debian$/m);
  expect(result.log).toMatch(/BADSIG|signatures were invalid|Verif(y|ication).*(fail|Bad)|not signed/i);
  expect(result.log).toMatch(/attempt 2 of 4 in 2 s$/m);
  expect(result.log).toMatch(/install-packages: greet from the repositories of the image$/m);
  const debs = (await lab.requests()).filter(({ path }) => path.endsWith('greet.deb'));
  expect(debs.map(({ host, status }) => `${host} ${status}`)).toEqual([`${OWN} 200`]);

  // A Dockerfile of the user's takes the list as the documentation shows it.
  const dockerfile = `FROM ${BASE}\nCOPY --chmod=755 apk /bin/apk\n${await exampleOfTheDocs()}RUN cat /git\n`;
  await checkout(lab, { 'user.Dockerfile': dockerfile, apk: APK });
  await lab.faults([unavailable(OWN, '/alpine/')]);
  await lab.clearRequests();
  const inputs = { context: '.', file: 'user.Dockerfile', outputs: 'type=cacheonly' };
  const user = await lab.run({ timeoutMs: 120_000, inputs: { ...inputs, 'apk-mirrors': `https://${MIRROR}/alpine` } });
  expect(user.exitCode, user.log).toBe(0);
  expect(user.log).toMatch(/ installed git$/m);
  const asked = (await lab.requests()).filter(({ path }) => path.endsWith('APKINDEX.tar.gz'));
  expect(asked.at(-1)).toMatchObject({ host: MIRROR, status: 200 });
  expect(asked.map(({ host }) => host)).toContain(OWN);
});

/** The instructions of docs/sources.md for those who install Alpine's packages. */
async function exampleOfTheDocs(): Promise<string> {
  const text = await readFile(join(repositoryRoot, 'docs/sources.md'), 'utf8');
  const [, example = ''] = /```dockerfile\n(ARG APK_MIRRORS\n[^]*?)```/.exec(text) ?? [];
  return example;
}
