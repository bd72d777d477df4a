/** Hosts that serve documents: status pages, package mirrors, GitHub, and the anchors that tell "no internet" from an outage. */
import type { LabDocument } from '../contract.ts';
import { answer, answerJson, readBody } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { readRepositoryFile, serveGit } from './git.ts';
import { answerIssues } from './github-issues.ts';
import { serveGoProxy } from './go-proxy.ts';
import type { Lab } from './lab.ts';

const keptBytes = 64 * 1024;

/** Says whether there was a document to serve. */
export async function serveDocument(lab: Lab, exchange: Exchange): Promise<boolean> {
  const { host, path, url } = exchange;
  const found = lab.documents.find(host.name, path) ?? lab.documents.find(host.name, url.pathname);
  if (found === undefined) {
    return false;
  }
  await noteBody(exchange);
  await answer(exchange, documentReply(found));
  return true;
}

function documentReply(found: LabDocument): Parameters<typeof answer>[1] {
  return {
    status: found.status ?? 200,
    headers: { 'content-type': found.contentType ?? 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: found.encoding === 'base64' ? Buffer.from(found.body, 'base64') : found.body,
  };
}

export async function serveWeb(lab: Lab, exchange: Exchange): Promise<void> {
  if (exchange.host.name === 'github.com' && (await serveGit(lab, exchange))) {
    return;
  }
  const body = await noteBody(exchange);
  if (exchange.host.name === 'api.github.com') {
    const issues = answerIssues(lab.issues, exchange.method, exchange.url, body);
    return issues === null ? serveGithubApi(lab, exchange) : answerJson(exchange, issues.status, issues.value);
  }
  const found = exchange.url.pathname === '/' || exchange.host.name === 'github.com';
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  return answer(exchange, {
    status: found ? 200 : 404,
    headers,
    body: `<!doctype html><title>${exchange.host.name}</title>`,
  });
}

async function serveGithubApi(lab: Lab, exchange: Exchange): Promise<void> {
  const { method, url, request } = exchange;
  const [, repository, file] = /^\/repos\/([^/]+\/[^/]+)\/contents\/(.+)$/.exec(url.pathname) ?? [];
  if (method === 'GET' && repository !== undefined && file !== undefined) {
    const ref = url.searchParams.get('ref') ?? 'HEAD';
    const isKnown = request.headers.authorization !== undefined;
    const body = await readRepositoryFile(lab, repository, ref, decodeURIComponent(file), isKnown);
    if (body === null) return answerJson(exchange, 404, { message: 'Not Found', status: '404' });
    const headers = { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' };
    return answer(exchange, { status: 200, headers, body });
  }
  const [, owner, name] = /^\/repos\/([^/]+)\/([^/]+)$/.exec(url.pathname) ?? [];
  const rateLimit = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999' };
  if (method === 'GET' && owner !== undefined && name !== undefined) {
    const body = { id: 42, name, full_name: `${owner}/${name}`, private: false, default_branch: 'main' };
    return answerJson(exchange, 200, body, rateLimit);
  }
  if (method === 'GET' || method === 'HEAD') {
    const found = url.pathname === '/' || url.pathname === '/rate_limit' || url.pathname === '/zen';
    return answerJson(exchange, found ? 200 : 404, found ? {} : { message: 'Not Found', status: '404' }, rateLimit);
  }
  return answerJson(exchange, 201, { id: 1, message: 'Created' }, rateLimit);
}

/** Alpine's layout of paths; mirrors.aliyun.com carries a Go module proxy under /goproxy/ too. */
export async function servePackageMirror(lab: Lab, exchange: Exchange): Promise<void> {
  const { pathname } = exchange.url;
  if (exchange.host.name === 'mirrors.aliyun.com' && pathname.startsWith('/goproxy/')) {
    return serveGoProxy(lab, exchange, pathname.slice('/goproxy'.length));
  }
  if (/^\/alpine\/[^/]+\/(main|community)\/[^/]+\/APKINDEX\.tar\.gz$/.test(pathname)) {
    const headers = { 'content-type': 'application/octet-stream', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' };
    return answer(exchange, { status: 200, headers, body: emptyGzip });
  }
  const found = pathname === '/' || pathname === '/alpine/';
  return answer(exchange, { status: found ? 200 : 404, headers: { 'content-type': 'text/html' } });
}

/** gzip of nothing. */
const emptyGzip = Buffer.from('1f8b080000000000000303000000000000000000', 'hex');

/** The body of the request, which the log keeps as well; empty where there can be none. */
async function noteBody(exchange: Exchange): Promise<string> {
  if (exchange.method === 'GET' || exchange.method === 'HEAD') return '';
  const body = await readBody(exchange.request);
  exchange.noteBody(body.subarray(0, keptBytes).toString());
  return body.toString();
}
