/** Runs inside the lab's namespace and asks what the test wants to know: one JSON request a line in, one outcome out. */
import { Agent, request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';

export interface Ask {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
}

export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: string;
      readonly reusedConnection: boolean;
    }
  /** `code` is that of Node, or ETIMEDOUT by the client's own clock. */
  | { readonly kind: 'failed'; readonly code: string; readonly receivedBytes: number };

const agent = new Agent({ keepAlive: true });

function perform(ask: Ask): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const { method = 'GET', headers = {}, timeoutMs = 3000 } = ask;
  const chunks: Buffer[] = [];
  const request = httpsRequest(ask.url, { method, headers, agent });
  const fail = (code: string): void => {
    resolve({ kind: 'failed', code, receivedBytes: Buffer.concat(chunks).length });
    request.destroy();
  };
  const timer = setTimeout(() => fail('ETIMEDOUT'), timeoutMs);
  request.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
  request.once('response', (response) => {
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    response.once('end', () => {
      const body = Buffer.concat(chunks).toString('latin1');
      const { statusCode: status = 0 } = response;
      resolve({ kind: 'answered', status, headers: response.headers, body, reusedConnection: request.reusedSocket });
    });
  });
  request.end(ask.body);
  return promise.finally(() => clearTimeout(timer));
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await perform(JSON.parse(line) as Ask))}\n`);
}
process.exit(0);
