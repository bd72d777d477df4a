import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resilient, scriptsOf } from './bundled.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

/** The scripts with other folders instead of the machine's own. */
function sandboxWith(folders: Readonly<Record<string, string>>): Sandbox {
  const sandbox = createSandbox(scriptsOf(resilient));
  for (const [name, script] of scriptsOf(resilient)) {
    const moved = Object.entries(folders).reduce(
      (text, [from, to]) => text.replaceAll(from, join(sandbox.folder, to)),
      script,
    );
    sandbox.command(name, moved);
  }
  return sandbox;
}

describe('install-packages', () => {
  const own = 'https://cdn.example/alpine/v3.22/main\nhttps://cdn.example/alpine/v3.22/community\n';
  const mirrors = 'own https://one.example/alpine/ http://two.example/pub/alpine';

  function alpine(failures: number): Sandbox {
    const sandbox = sandboxWith({ '/etc/apk': 'etc/apk' });
    sandbox.write('etc/apk/repositories', own);
    sandbox.command(
      'apk',
      `#!/bin/sh
echo "$1 $2 $5 $6" >>${sandbox.folder}/calls
cat "$4" >>${sandbox.folder}/asked
[ "$RETRY_ATTEMPT" -gt ${failures} ] || { echo 'temporary error' >&2; exit 3; }
`,
    );
    return sandbox;
  }

  it('asks the repositories of the image first, and changes nothing in it', () => {
    const sandbox = alpine(0);
    expect(sandbox.sh('install-packages git make', { APK_MIRRORS: mirrors }).exitCode).toBe(0);
    expect(sandbox.read('calls')).toBe('add --no-cache git make\n');
    expect(sandbox.read('asked')).toBe(own);
  });

  it('goes through the mirrors and comes back, each time as a whole', () => {
    const sandbox = alpine(99);
    expect(sandbox.sh('install-packages git', { APK_MIRRORS: mirrors }).exitCode).toBe(3);
    const from = (root: string): string => own.replaceAll('https://cdn.example/alpine', root);
    const asked = [own, from('https://one.example/alpine'), from('http://two.example/pub/alpine'), own];
    expect(sandbox.read('asked')).toBe(asked.join(''));
    expect(sandbox.read('etc/apk/repositories')).toBe(own);
    expect(sandbox.read('pauses')).toBe('2\n4\n8\n');
  });

  it('asks nobody but the mirrors where the list has no `own`, and says so where it is empty', () => {
    const sandbox = alpine(0);
    expect(sandbox.sh('install-packages git', { APK_MIRRORS: 'https://one.example/alpine' }).exitCode).toBe(0);
    expect(sandbox.read('asked')).toBe(own.replaceAll('https://cdn.example/alpine', 'https://one.example/alpine'));
    const none = sandbox.sh('install-packages git', { APK_MIRRORS: '' });
    expect(none.exitCode).toBe(2);
    expect(none.stdout).toContain('no mirror to install git from');
    expect(sandbox.read('pauses')).toBe('');
  });

  it('never weakens the check of signatures', () => {
    expect(resilient).not.toMatch(
      /allow-untrusted|AllowUnauthenticated|AllowInsecure|trusted=yes|GONOSUMDB|GOINSECURE/i,
    );
  });

  function debian(): Sandbox {
    const sandbox = sandboxWith({ '/etc/apt': 'etc/apt', '/var/lib/apt': 'var/lib/apt' });
    sandbox.write('etc/apt/sources.list.d/own.sources', 'URIs: http://cdn.example/debian\nSuites: trixie\n');
    sandbox.write('etc/apt/sources.list', 'deb http://cdn.example/debian-security trixie-security main\n');
    sandbox.command(
      'apt-get',
      `#!/bin/sh
etc=\${3#Dir::Etc=}
for word in "$@"; do case $word in update | install) echo "$RETRY_ATTEMPT $word" >>${sandbox.folder}/calls ;; esac; done
cat "$etc/sources.list" "$etc/sources.list.d/own.sources" >${sandbox.folder}/asked
case "$RETRY_ATTEMPT $*" in 1*update) exit 100 ;; esac
`,
    );
    return sandbox;
  }

  it('installs nothing after a failed update, and updates anew from the next mirror', () => {
    const sandbox = debian();
    expect(sandbox.sh('install-packages git', { APT_MIRRORS: 'own https://one.example/debian' }).exitCode).toBe(0);
    expect(sandbox.read('calls')).toBe('1 update\n2 update\n2 install\n');
    expect(sandbox.read('asked')).toBe(
      'deb https://one.example/debian-security trixie-security main\nURIs: https://one.example/debian\nSuites: trixie\n',
    );
  });

  it('says so where there is no package manager', () => {
    const result = createSandbox(scriptsOf(resilient)).sh('install-packages git', { RETRY_ATTEMPTS: '1' });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toContain('neither apk nor apt-get, so git cannot be installed');
  });
});

describe('lay-out-runtime', () => {
  const nonRoot = 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n';
  const moved = { '-L "$bundle"': 'builder/bundle', '/rootfs': 'rootfs', '/base': 'base', '/out/': 'out/' };

  function builder(base: Readonly<Record<string, string>>): Sandbox {
    const sandbox = sandboxWith(moved);
    sandbox.command('chown', `#!/bin/sh\necho "$*" >>${sandbox.folder}/owners\n`);
    sandbox.write('out/service', 'the program');
    for (const [name, content] of Object.entries(base)) sandbox.write(`base/${name}`, content);
    return sandbox;
  }

  it('gives an empty base all it lacks', () => {
    const sandbox = builder({});
    sandbox.write('builder/bundle', 'certificates');
    expect(sandbox.sh('lay-out-runtime')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(sandbox.read('rootfs/usr/local/bin/service')).toBe('the program');
    expect(sandbox.read('rootfs/etc/passwd')).toBe(`root:x:0:0:root:/root:/sbin/nologin\n${nonRoot}`);
    expect(sandbox.read('rootfs/etc/group')).toBe('root:x:0:\nnonroot:x:65532:\n');
    expect(sandbox.read('rootfs/etc/ssl/certs/ca-certificates.crt')).toBe('certificates');
    expect(sandbox.read('owners')).toBe(`65532:65532 ${sandbox.folder}/rootfs/home/nonroot\n`);
    expect(statSync(join(sandbox.folder, 'rootfs/tmp')).mode & 0o7777).toBe(0o1777);
  });

  it('keeps what the base has', () => {
    const sandbox = builder({
      'etc/passwd': `root:x:0:0:root:/root:/bin/bash\n${nonRoot}`,
      'etc/group': 'root:x:0:\n',
      'etc/ssl/certs/ca-certificates.crt': 'its own certificates',
      'tmp/x': '',
    });
    expect(sandbox.sh('lay-out-runtime').exitCode).toBe(0);
    expect(sandbox.sh(`cd ${sandbox.folder}/rootfs && find . -type f`).stdout.trim().split('\n').toSorted()).toEqual([
      './etc/group',
      './usr/local/bin/service',
    ]);
    expect(sandbox.read('rootfs/etc/group')).toBe('root:x:0:\nnonroot:x:65532:\n');
  });

  it('builds an image without certificates where there are none at all, and says so', () => {
    const result = builder({}).sh('lay-out-runtime');
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain('lay-out-runtime: warning: the image will have no certificates\n');
  });
});
