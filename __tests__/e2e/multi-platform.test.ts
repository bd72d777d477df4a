import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { layoutDamage } from '../../src/build/cache-layout.ts';
import { commandOf, expectPushed, TAG } from './expectations.ts';
import { cachePath, checkoutGoService, GO_OUTPUT, runAction, useLab } from './world.ts';

const world = useLab();

test('two platforms are compiled, pushed under one tag, and run', async () => {
  const { lab } = world;
  await checkoutGoService(lab);
  const platforms = ['linux/amd64', 'linux/arm64'];
  const result = await runAction(lab, { platforms: platforms.join(',') });
  await expectPushed(lab, result, { prints: GO_OUTPUT, platforms });
  expect(commandOf(result)).toContain('--platform linux/amd64,linux/arm64');

  const image = await lab.inspectRemote(TAG);
  expect(image?.mediaType).toBe('application/vnd.oci.image.index.v1+json');
  for (const platform of platforms) {
    const { config } = image?.platforms[platform] ?? {};
    expect(`${config?.os}/${config?.architecture}`).toBe(platform);
    expect(config?.config?.Labels).toMatchObject({
      'org.opencontainers.image.title': 'api',
      'org.opencontainers.image.version': 'v1.4.2',
    });
    expect(config?.config?.User).toBe('65532:65532');
  }
  expect(image?.attestations).toHaveLength(2);
  // With three exports at once, this one's index names the manifest of whichever ended last.
  const [scope = ''] = await readdir(path.join(cachePath(lab), 'buildkit'));
  expect(await layoutDamage(path.join(cachePath(lab), 'buildkit', scope, 'current'))).toBeNull();
  // A machine without QEMU can still build and push for arm64, since nothing of it runs there.
  if (lab.emulation) {
    expect(await lab.pullAndRun(TAG, [], { platform: 'linux/arm64' })).toBe(GO_OUTPUT.replace('amd64', 'arm64'));
  }
});
