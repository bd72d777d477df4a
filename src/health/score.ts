import type { State } from './observation.ts';
import { SERVICES, type ServiceId } from './services.ts';

/** What a service's check says for the score: its state, and for groups the share that answered. */
export interface Verdict {
  readonly state: State | 'not-applicable';
  /** For a group of equals such as the Go proxies: how many of how many answered. */
  readonly share?: { readonly up: number; readonly of: number };
}

export interface ScoreLine {
  readonly service: ServiceId;
  readonly points: number;
  readonly weight: number;
  readonly reason: string;
}

/** The health score with its arithmetic. */
export interface Score {
  readonly total: number;
  readonly lines: readonly ScoreLine[];
}

/** Adds up the verdicts. A service that was not asked or does not apply keeps its points. */
export function scoreOf(verdicts: Readonly<Record<ServiceId, Verdict>>): Score {
  const lines = SERVICES.map(({ id, weight }): ScoreLine => {
    const { factor, reason } = factorOf(verdicts[id]);
    return { service: id, points: Math.round(weight * factor), weight, reason };
  });
  return { total: lines.reduce((sum, line) => sum + line.points, 0), lines };
}

function factorOf(verdict: Verdict): { factor: number; reason: string } {
  if (verdict.share !== undefined && verdict.share.of > 0) return shareFactor(verdict.share);
  switch (verdict.state) {
    case 'up':
      return { factor: 1, reason: 'healthy' };
    case 'slow':
      return { factor: 0.5, reason: 'slow' };
    case 'limited':
      return { factor: 0, reason: 'rate-limited' };
    case 'down':
      return { factor: 0, reason: 'degraded' };
    case 'unknown':
      return { factor: 1, reason: 'not known, so not counted against it' };
    case 'not-applicable':
      return { factor: 1, reason: 'not applicable here' };
  }
}

/** Equals stand in for each other: most of them up is as good as all, a single one is half the assurance. */
function shareFactor({ up, of }: { up: number; of: number }): { factor: number; reason: string } {
  const factor = up * 2 > of ? 1 : up > 0 ? 0.5 : 0;
  return { factor, reason: `${up}/${of} responsive` };
}

/** `15 + 0 + 10 + … = 85`, a line a person can add up. */
export function arithmetic(score: Score): string {
  return `${score.lines.map((line) => `${line.service} ${line.points}/${line.weight}`).join(' + ')} = ${score.total}/100`;
}
