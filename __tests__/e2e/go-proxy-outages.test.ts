import { expect, test } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import { labGoSum } from '../lab/services/go-modules.ts';
import { commandOf, expectPushed, expectSummary, PLAN_SECONDS, planSeconds } from './expectations.ts';
import { checkout, runAction, useLab, type Sources } from './world.ts';

const world = useLab();
const host = 'proxy.golang.org';

/** A service with one dependency, and no Dockerfile of its own. */
const DEPENDENT: Sources = {
  'go.mod': 'module example.com/acme/api\n\ngo 1.22\n\nrequire example.com/lab/greet v1.0.0\n',
  'go.sum': labGoSum,
  'cmd/api/main.go': [
    'package main',
    'import (',
    '\t"fmt"',
    '\t"example.com/lab/greet"',
    ')',
    'func main() { fmt.Println(greet.Hello("lab")) }',
    '',
  ].join('\n'),
};
const PRINTS = 'Hello, lab!\n';

const outages: readonly { readonly name: string; readonly fault: Fault; readonly evidence: string }[] = [
  { name: 'refuses connections', fault: { host, fault: 'refused' }, evidence: 'connection refused' },
  { name: 'is silent', fault: { host, fault: 'silent' }, evidence: 'no answer in' },
];

test.each(outages)('the first Go proxy $name: the build asks the others', async ({ fault, evidence }) => {
  const { lab } = world;
  await checkout(lab, DEPENDENT);
  await lab.faults([fault]);
  const result = await runAction(lab);
  await expectPushed(lab, result, { prints: PRINTS });
  expect(planSeconds(result)).toBeLessThan(PLAN_SECONDS);
  expect(result.log).toMatch(new RegExp(`^✅ 2/3 Go proxies responsive +.*proxy\\.golang\\.org.*${evidence}`, 'm'));
  expect(commandOf(result)).toContain(
    "'GOPROXY=https://goproxy.cn|https://goproxy.io|https://proxy.golang.org|direct'",
  );
  expectSummary(result, ['### What was down', /^\| proxy\.golang\.org \| .* \| goproxy\.cn and goproxy\.io \|/]);
  expect(await zipsFrom()).toEqual(['goproxy.cn']);
});

test('the first Go proxy fails after the health check: the resilient Dockerfile goes on to the next', async () => {
  const { lab } = world;
  await checkout(lab, DEPENDENT);
  await lab.faults([{ host, fault: 'status', status: 503, body: 'html', path: '/example\\.com/' }]);
  const result = await runAction(lab, { strategy: 'resilient' });
  await expectPushed(lab, result, { prints: PRINTS, strategy: 'resilient' });
  expect(result.log).toContain('✅ 3/3 Go proxies responsive');
  expect(commandOf(result)).not.toContain('GOPROXY');
  expect(await zipsFrom()).toEqual(['goproxy.cn']);
});

/** Which proxies handed the module out. */
async function zipsFrom(): Promise<readonly string[]> {
  const requests = await world.lab.requests();
  return requests
    .filter(({ path, status }) => path.endsWith('/v1.0.0.zip') && status === 200)
    .map((request) => request.host);
}
