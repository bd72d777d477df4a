import { type Socket, createSocket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type LookupOptions, createLookup } from '../../src/net/lookup.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

interface NameServer {
  readonly address: string;
  readonly asked: string[];
}

/** Answers each name by its first label: `v4`, `v6`, `both`, `none` (no such name), `broken`, or never (`silent`). */
async function nameServer(): Promise<NameServer> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (query, from) => {
    const label = query.subarray(13, 13 + (query[12] ?? 0)).toString();
    const type = query.readUInt16BE(query.indexOf(0, 12) + 1);
    asked.push(`${type === 1 ? 'A' : 'AAAA'} ${label}`);
    if (label === 'silent' || (label === 'half' && type === 28)) return;
    const has = label === 'both' || label === 'half' || label === (type === 1 ? 'v4' : 'v6');
    socket.send(reply(query, type, has, label === 'none' ? 3 : label === 'broken' ? 2 : 0), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${socket.address().port}`, asked };
}

/** RFC 1035 section 4: the question again, and one address of a type if there is one. */
function reply(query: Buffer, type: number, has: boolean, code: number): Buffer {
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 + code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(has ? 1 : 0, 6);
  if (!has) return Buffer.concat([header, question]);
  const data = type === 1 ? Buffer.from([192, 0, 2, 7]) : Buffer.from('20010db8000000000000000000000007', 'hex');
  const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([header, question, record, data]);
}

function resolve(options: LookupOptions, name: string, timeoutMs = 3000): Promise<readonly LookupAddress[] | string> {
  return new Promise((done) => {
    const lookup = createLookup(options).withSignal(AbortSignal.timeout(timeoutMs));
    lookup(name, { all: true }, (error, addresses) => done(error === null ? addresses : error.name));
  });
}

const v4 = { address: '192.0.2.7', family: 4 };
const v6 = { address: '2001:db8::7', family: 6 };

test.each([
  ['v4', [v4]],
  ['v6', [v6]],
  ['both', [v4, v6]],
  ['half', [v4]],
])('%s.example', async (label, addresses) => {
  const server = await nameServer();
  expect(await resolve({ nameServers: [server.address] }, `${label}.example`)).toEqual(addresses);
  expect(server.asked).toEqual(expect.arrayContaining([`A ${label}`, `AAAA ${label}`]));
});

test('names of the hosts file and addresses are not asked for', async () => {
  const server = await nameServer();
  const hostsFile = join(mkdtempSync(join(tmpdir(), 'hosts-')), 'hosts');
  writeFileSync(hostsFile, '# local\n127.0.0.9 Registry.example other # v4.example\n::1 registry.example\n');
  const options = { nameServers: [server.address], hostsFile };
  expect(await resolve(options, 'registry.example')).toEqual([
    { address: '127.0.0.9', family: 4 },
    { address: '::1', family: 6 },
  ]);
  expect(await resolve(options, '10.0.0.1')).toEqual([{ address: '10.0.0.1', family: 4 }]);
  expect(server.asked).toEqual([]);
  expect(await resolve(options, 'v4.example')).toEqual([v4]);
});

test('one family, one address', async () => {
  const server = await nameServer();
  const lookup = createLookup({ nameServers: [server.address] }).withSignal(AbortSignal.timeout(3000));
  const [error, address, family] = await new Promise<readonly unknown[]>((done) =>
    lookup('both.example', { family: 6 }, (...all) => done(all)),
  );
  expect([error, address, family]).toEqual([null, v6.address, 6]);
});

test('a silent name server is given up with the signal, and holds nothing', async () => {
  const server = await nameServer();
  const lookup = createLookup({ nameServers: [server.address] });
  const first = new AbortController();
  // A server that has answered once is known to work: the system's resolver is then not asked for what it is silent on.
  await new Promise((done) => lookup.withSignal(first.signal)('v4.example', { all: true }, done));
  const startedAt = performance.now();
  const error = await new Promise((done) =>
    lookup.withSignal(AbortSignal.timeout(200))('silent.example', { all: true }, done),
  );
  expect(error).toMatchObject({ name: 'TimeoutError' });
  expect(performance.now() - startedAt).toBeLessThan(1000);
  expect(process.getActiveResourcesInfo().filter((one) => /GetAddrInfo|QueryA/i.test(one))).toEqual([]);
});
