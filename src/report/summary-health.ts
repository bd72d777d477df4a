import type { Health } from '../health/health.ts';
import type { Observation } from '../health/observation.ts';
import { arithmetic } from '../health/score.ts';
import { SERVICES } from '../health/services.ts';
import { answers, pageText } from './log-health.ts';
import { blocks, code, prose, table } from './markdown.ts';
import { hostOf } from './outages.ts';
import { healthFacts } from './results.ts';
import type { Result } from './result.ts';
import { latency, serviceName } from './words.ts';

/** The summary of a run that only looked. */
export function healthSummary(result: Result): string {
  const [, ...facts] = healthFacts(result);
  return blocks(facts.map((text) => `- ${text}`).join('\n'), healthTables(result.health));
}

/** Every check with what it found and its points, and the sum of them. */
export function healthTables(health: Health): string {
  const rows = SERVICES.flatMap(({ id, title }) => {
    const line = health.score.lines.find(({ service }) => service === id);
    const points = line === undefined ? '' : `${line.points}/${line.weight}`;
    return id === 'go-proxies' ? proxyRows(health, points) : [row(title, points, health.services[id])];
  });
  const head = ['Service', 'Points', 'State', 'Time', 'What it answered'];
  return blocks(table(head, rows), statusPages(health), `Score: ${code(arithmetic(health.score))}`);
}

/** What the status pages said meanwhile; null where none had answered. */
function statusPages({ statusPages: reports = [], services, checkedAtMs }: Health): string | null {
  if (reports.length === 0) return null;
  return table(
    ['Status page', 'Service', 'It says', 'Measured'],
    reports.map((report) => {
      const seen = services[report.service];
      return [
        report.page,
        serviceName(report.service),
        prose(pageText(report, checkedAtMs)),
        seen === null ? '' : stateText(seen),
      ];
    }),
  );
}

function proxyRows(health: Health, points: string): readonly (readonly string[])[] {
  const up = health.goProxies.filter(({ observation }) => answers(observation)).length;
  const share = `${up * 2 > health.goProxies.length ? '✅' : '⚠️'} ${up}/${health.goProxies.length} up`;
  const proxies = health.goProxies.map(({ url, observation }) => row(hostOf(url), '', observation));
  return [['Go proxies', points, share, '', ''], ...proxies];
}

function row(title: string, points: string, observation: Observation | null): readonly string[] {
  if (observation === null) return [title, points, 'ℹ️ not applicable', '', ''];
  const time = observation.latencyMs === null ? '' : latency(observation.latencyMs);
  return [prose(title), points, stateText(observation), time, prose(observation.evidence)];
}

function stateText({ state }: Observation): string {
  switch (state) {
    case 'up':
      return '✅ up';
    case 'slow':
    case 'limited':
    case 'down':
      return `⚠️ ${state}`;
    case 'unknown':
      return 'ℹ️ not known';
  }
}
