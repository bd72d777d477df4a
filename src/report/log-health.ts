import type { Health } from '../health/health.ts';
import type { Observation } from '../health/observation.ts';
import type { PageReport } from '../health/status-documents.ts';
import { arithmetic } from '../health/score.ts';
import { REGISTRIES } from '../health/services.ts';
import type { Strategy } from '../inputs/types.ts';
import { logLine } from './clean.ts';
import { padTo } from './columns.ts';
import { hostOf } from './outages.ts';
import { duration, latency, listed, serviceName } from './words.ts';

const DAY_MS = 86_400_000;

/** The column at which a line's second half begins, and the one at which a headline's time ends. */
const DETAIL_COLUMN = 50;
const TIME_COLUMN = 76;

/** The one line of a healthy run: `Infrastructure health  85/100 (85%) · optimal   1.1 s`. */
export function healthHeadline(health: Health, strategy: Strategy): string {
  const { total } = health.score;
  const percent = total === 100 ? '' : ` (${total}%)`;
  return timed(`Infrastructure health  ${total}/100${percent} · ${strategy}`, health.tookMs / 1000);
}

/** A line with its time at the right. */
export function timed(text: string, seconds: number): string {
  const time = duration(seconds);
  return `${text.padEnd(TIME_COLUMN - time.length - 2)}  ${time}`;
}

/** Every check with what it found, the score, and how it adds up. */
export function healthLines(health: Health): readonly string[] {
  const { services, score } = health;
  return [
    cacheLine(health),
    ...REGISTRIES.map((id) => checkLine(services[id], `${id} responsive`, `${id} may be experiencing issues`)),
    goProxyLine(health),
    checkLine(services.dns, 'DNS resolution working', 'DNS resolution failing'),
    checkLine(services.internet, 'Internet connectivity working', 'Internet connectivity failing'),
    ...statusPageLines(health),
    `Infrastructure health score: ${score.total}/100 (${score.total}%)`,
    `  ${arithmetic(score)}`,
  ];
}

function cacheLine(health: Health): string {
  const observation = health.services['gha-cache'];
  if (observation === null) return 'ℹ️ GHA cache service not applicable (not running in GitHub Actions)';
  const line = checkLine(observation, 'GHA cache service responsive', 'GHA cache service may be experiencing issues');
  const limit = health.cacheRights?.reason ?? null;
  return limit === null || observation.state === 'down' ? line : `${line}  ${logLine(limit)}`;
}

/** A service in the user's words: good with its time, bad with its evidence, unknown as such. */
function checkLine(observation: Observation | null, good: string, bad: string): string {
  if (observation === null) return `ℹ️ ${good.replace(/ \S+$/, '')} not applicable`;
  const evidence = logLine(observation.evidence);
  switch (observation.state) {
    case 'up':
      return withDetail(`✅ ${good}`, observation.latencyMs === null ? '' : latency(observation.latencyMs));
    case 'slow':
    case 'limited':
    case 'down':
      return withDetail(`⚠️ ${bad}`, evidence);
    case 'unknown':
      return withDetail(`ℹ️ ${good.replace(/ (?:responsive|working)$/, '')} not known`, evidence);
  }
}

/** `✅ 2/3 Go proxies responsive`, with the silent ones and what they said. */
function goProxyLine(health: Health): string {
  const silent = health.goProxies.filter(({ observation }) => !answers(observation));
  const up = health.goProxies.length - silent.length;
  const icon = up * 2 > health.goProxies.length ? '✅' : '⚠️';
  const missing = silent.map(({ url, observation }) => `${hostOf(url)}: ${logLine(observation.evidence)}`);
  return withDetail(`${icon} ${up}/${health.goProxies.length} Go proxies responsive`, listed(missing));
}

/** Whether a Go proxy counts as responsive; slow is still an answer. */
export function answers(observation: Observation): boolean {
  return observation.state === 'up' || observation.state === 'slow';
}

/** What status pages declare; one that says that all is well is no news. */
function statusPageLines({ statusPages = [], checkedAtMs }: Health): readonly string[] {
  return statusPages
    .filter(({ state }) => state !== 'operational')
    .map((report) =>
      withDetail(`ℹ️ ${report.page} on ${serviceName(report.service)}`, logLine(pageText(report, checkedAtMs))),
    );
}

/** `Packages: partial outage since 10:42 UTC`, with the day where it is not from within a day. */
export function pageText({ text, sinceMs }: PageReport, nowMs: number): string {
  if (sinceMs === null) return text;
  const time = new Date(sinceMs).toISOString();
  const day = nowMs - sinceMs < DAY_MS ? '' : `${time.slice(0, 10)} `;
  return `${text} since ${day}${time.slice(11, 16)} UTC`;
}

function withDetail(left: string, right: string): string {
  return right === '' ? left : `${padTo(left, DETAIL_COLUMN)}  ${right}`;
}
