import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { prepareScript } from '../../../src/build/outside/prepare-script.ts';

const folder = path.resolve(import.meta.dirname, '../../../dockerfiles');

test.each(['Dockerfile', 'Dockerfile.resilient'])('%s says how its program is compiled', async (name) => {
  const script = prepareScript(await readFile(path.join(folder, name), 'utf8'));
  expect(script).toMatch(/^# Checks the request/);
  expect(script).toContain('GO_LDFLAGS');
  expect(script).not.toMatch(/^(?:EOF|WORKDIR)/m);
});

test.each(['FROM scratch\n', "COPY <<'EOF' /usr/local/bin/prepare-service\nno end\n"])('another does not', (text) => {
  expect(prepareScript(text)).toBeNull();
});
