import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { createHttp } from '../../src/net/http.ts';
import { artifactService, uploadArtifact } from '../../src/record/artifact-service.ts';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (scp: unknown): string => `${part({ alg: 'none' })}.${part({ scp })}.x`;
const url = 'https://results.example/';

test.each([
  [{ ACTIONS_RUNTIME_TOKEN: tokenOf('A.B Actions.Results:run-1:job-2'), ACTIONS_RESULTS_URL: url }, ['run-1', 'job-2']],
  [{ ACTIONS_RUNTIME_TOKEN: tokenOf('Actions.Results:run-1'), ACTIONS_RESULTS_URL: url }, null],
  [{ ACTIONS_RUNTIME_TOKEN: tokenOf(7), ACTIONS_RESULTS_URL: url }, null],
  [{ ACTIONS_RUNTIME_TOKEN: 'not a token', ACTIONS_RESULTS_URL: url }, null],
  [{ ACTIONS_RUNTIME_TOKEN: tokenOf('Actions.Results:run-1:job-2') }, null],
  [{}, null],
])('the job’s names: case %#', (env, names) => {
  const service = artifactService(env);
  expect(service === null ? null : [service.run, service.job]).toEqual(names);
});

let server: Server | undefined;
afterEach(() => server?.close());

/** Answers each request with the next of these; what was asked for stands in the list that is given back. */
async function serve(answers: readonly (readonly [number, string])[]): Promise<{ base: string; asked: string[] }> {
  const asked: string[] = [];
  const left = [...answers];
  const started = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push(`${request.method} ${request.url} ${body}`);
      const [status, answer] = left.shift() ?? [500, ''];
      const { port } = started.address() as AddressInfo;
      response.writeHead(status).end(answer.replace('HERE', `http://127.0.0.1:${port}`));
    });
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return { base: `http://127.0.0.1:${(started.address() as AddressInfo).port}`, asked };
}

async function upload(base: string): Promise<Awaited<ReturnType<typeof uploadArtifact>>> {
  const http = createHttp();
  const service = { url: `${base}/`, token: 'token', run: 'r', job: 'j' };
  const artifact = { name: 'a~b~C.dockerbuild', content: Buffer.from('record'), expiresAt: null };
  const uploaded = await uploadArtifact(http, service, artifact, AbortSignal.timeout(20_000));
  http.dispose();
  return uploaded;
}

const TWIRP = '/twirp/github.actions.results.api.v1.ArtifactService';
const created = [200, '{"ok":true,"signed_upload_url":"HERE/blob?sig=x"}'] as const;

test('two calls around an upload; a busy store is asked again', async () => {
  const { base, asked } = await serve([created, [503, ''], [201, ''], [200, '{"ok":true,"artifact_id":"42"}']]);
  expect(await upload(base)).toEqual({ kind: 'uploaded', id: '42' });
  const who = '"workflow_run_backend_id":"r","workflow_job_run_backend_id":"j","name":"a~b~C.dockerbuild"';
  expect(asked).toEqual([
    `POST ${TWIRP}/CreateArtifact {${who},"version":7,"mime_type":"application/octet-stream"}`,
    'PUT /blob?sig=x record',
    'PUT /blob?sig=x record',
    `POST ${TWIRP}/FinalizeArtifact {${who},"size":"6","hash":"sha256:70ce871f8a3d3fb449bc3c3ace6547cef02dfc74ffe48d912532a724bfdbe5b9"}`,
  ]);
});

test.each([
  [[[403, '']], 'CreateArtifact: the artifact service answered 403'],
  [[[200, '{"ok":false}']], 'CreateArtifact: the answer is not what the artifact service says'],
  [[[200, '<html>']], 'CreateArtifact: the answer is not what the artifact service says'],
  [[created, [403, '']], 'upload: the artifact service answered 403'],
  [[created, [201, ''], [409, '']], 'FinalizeArtifact: the artifact service answered 409'],
] as const)('a refusal is said once: case %#', async (answers, problem) => {
  const { base, asked } = await serve(answers);
  expect(await upload(base)).toEqual({ kind: 'failed', problem });
  expect(asked).toHaveLength(answers.length);
});
