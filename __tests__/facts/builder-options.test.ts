import { expect, test } from 'vitest';
import { builderOptionsFrom } from '../../src/facts/builder-options.ts';

/** What buildx 0.29 prints. */
const inspected = `Name:          mine
Driver:        docker-container
Last Activity: 2026-11-23 15:07:31 +0000 UTC

Nodes:
Name:                  mine0
Endpoint:              unix:///var/run/docker.sock
Driver Options:        network="host" env.NO="a,b" env.SAY="with \\"quotes\\"" image="moby/buildkit:v0.25.1"
Status:                inactive
BuildKit daemon flags: --debug --allow-insecure-entitlement security.insecure --allow-insecure-entitlement=network.host
Platforms:             linux/amd64*, linux/arm64*, linux/386
File#buildkitd.toml:
 > debug = true
 > 
 > [registry."registry.corp.example"]
 >   ca = ["/etc/buildkit/certs/registry.corp.example/ca.pem"]
File#certs/registry.corp.example/ca.pem:
 > -----BEGIN CERTIFICATE-----
 > -----END CERTIFICATE-----
`;

test('what a builder was created with', () => {
  expect(builderOptionsFrom(inspected)).toEqual({
    endpoint: 'unix:///var/run/docker.sock',
    driverOptions: ['network=host', 'env.NO=a,b', 'env.SAY=with "quotes"'],
    flags: '--debug --allow-insecure-entitlement security.insecure',
    platforms: ['linux/amd64', 'linux/arm64'],
    files: new Map([
      [
        'buildkitd.toml',
        'debug = true\n\n[registry."registry.corp.example"]\n  ca = ["/etc/buildkit/certs/registry.corp.example/ca.pem"]\n',
      ],
      ['certs/registry.corp.example/ca.pem', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'],
    ]),
  });
});

test('with nothing at all, with several nodes, and no builder', () => {
  const bare = 'Name: mine\nDriver: docker-container\n\nNodes:\nName: mine0\nEndpoint: default\nStatus: inactive\n';
  const nothing = { endpoint: 'default', driverOptions: [], flags: '', platforms: [], files: new Map() };
  expect(builderOptionsFrom(bare)).toEqual(nothing);
  expect(builderOptionsFrom(`${bare}\nName: mine1\nEndpoint: other\n`)).toBeNull();
  expect(builderOptionsFrom('')).toBeNull();
});
