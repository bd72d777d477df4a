import { percent } from './words.ts';
import { duration, plural } from '../report/words.ts';
import { shareOf } from './collector.ts';
import type { Counted, Recommendation } from './recommend.ts';
import { SCORE_STEP, type ScoreBand } from './strategies.ts';

/** Thresholds, deadlines and attempts. */
export function recommendTimes(counted: Counted): readonly Recommendation[] {
  return [...raiseThreshold(counted), ...lowerThreshold(counted), ...deadlines(counted), ...attempts(counted)];
}

/** Builds in one range of scores before anything is said of it. */
const MIN_RUNS = 10;
/** A range is bad where more of its builds than this stumble, and well below the other. */
const MANY = 0.4;
const FEW = 0.1;

/** Just above the threshold builds stumble, further up they do not: the threshold is too low. */
function raiseThreshold({ scores, settings }: Counted): readonly Recommendation[] {
  const { optimal } = settings.thresholds;
  const limit = optimal + 2 * SCORE_STEP;
  const low = joined(scores.filter(({ from }) => from >= optimal && from < limit));
  const high = joined(scores.filter(({ from }) => from >= limit));
  if (low.runs < MIN_RUNS || high.runs < MIN_RUNS || limit > 100) return [];
  if (low.rate < MANY || high.rate > FEW) return [];
  return [
    {
      id: 'raise-threshold',
      advice: `Let builds be careful at scores below ${limit}.`,
      evidence: `At scores from ${optimal} to ${limit - 1} the first attempt failed on the infrastructure in ${low.stumbled} of ${low.runs} builds, from ${limit} on in ${high.stumbled} of ${high.runs}.`,
      setting: 'THRESHOLD_OPTIMAL',
      value: String(limit),
      samples: low.runs + high.runs,
    },
  ];
}

/** Builds below the threshold never stumble and pay for their care: the threshold is too high. */
function lowerThreshold({ scores, settings, strategies }: Counted): readonly Recommendation[] {
  const { optimal, resilient } = settings.thresholds;
  const below = scores.filter(({ from }) => from >= resilient && from < optimal);
  const low = joined(below);
  const fast = strategies.find(({ strategy }) => strategy === 'optimal')?.seconds ?? null;
  const slow = strategies.find(({ strategy }) => strategy === 'resilient')?.seconds ?? null;
  const lowest = below[0]?.from;
  if (low.runs < 2 * MIN_RUNS || low.stumbled > 0 || lowest === undefined || lowest <= resilient) return [];
  if (fast === null || slow === null || fast.count < MIN_RUNS || slow.count < MIN_RUNS) return [];
  if (slow.median < 1.5 * fast.median) return [];
  return [
    {
      id: 'lower-threshold',
      advice: `Let builds keep all their caches down to a score of ${lowest}.`,
      evidence: `None of ${low.runs} builds at scores from ${lowest} to ${optimal - 1} stumbled, and they took ${duration(slow.median)} where optimal takes ${duration(fast.median)} (medians).`,
      setting: 'THRESHOLD_OPTIMAL',
      value: String(lowest),
      samples: low.runs + fast.count,
    },
  ];
}

function joined(bands: readonly ScoreBand[]): { runs: number; stumbled: number; rate: number } {
  const runs = bands.reduce((sum, band) => sum + band.runs, 0);
  const stumbled = bands.reduce((sum, band) => sum + band.stumbled, 0);
  return { runs, stumbled, rate: shareOf(stumbled, runs) };
}

const MIN_TIMED_OUT = 3;
/** Builds before a deadline is called much too long. */
const MIN_FOR_SHORTER = 30;
const MINUTE = 60;

function deadlines({ strategies }: Counted): readonly Recommendation[] {
  return strategies.flatMap(({ strategy, runs, timedOut, deadlineSeconds, seconds }): readonly Recommendation[] => {
    if (deadlineSeconds === null || seconds === null) return [];
    const setting = `BUILD_TIMEOUT_${strategy.toUpperCase()}`;
    // Builds that mostly end far below their deadline and then reach it are stuck, not slow.
    const isTight = seconds.p90 > deadlineSeconds / 2;
    if (timedOut >= MIN_TIMED_OUT && isTight) {
      const value = String(wholeMinutes(1.5 * deadlineSeconds));
      const evidence = `${timedOut} of ${runs} builds reached the deadline of ${duration(deadlineSeconds)}; nine of ten that built took up to ${duration(seconds.p90)}.`;
      const advice = `Give builds under ${strategy} more time.`;
      return [{ id: 'longer-deadline', advice, evidence, setting, value, samples: runs }];
    }
    const enough = Math.max(5 * MINUTE, wholeMinutes(3 * seconds.max));
    if (seconds.count >= MIN_FOR_SHORTER && timedOut === 0 && enough * 2 <= deadlineSeconds) {
      const evidence = `The longest of ${seconds.count} builds took ${duration(seconds.max)}, and a stuck one would be ended after ${duration(deadlineSeconds)}.`;
      const advice = `End builds under ${strategy} that are stuck sooner.`;
      return [{ id: 'shorter-deadline', advice, evidence, setting, value: String(enough), samples: seconds.count }];
    }
    return [];
  });
}

function wholeMinutes(seconds: number): number {
  return Math.ceil(seconds / MINUTE) * MINUTE;
}

/** Runs that failed on the infrastructure before the number of attempts is questioned. */
const MIN_LOST = 10;

/** Attempts that never helped anybody only cost time. */
function attempts({ ends, failures, settings }: Counted): readonly Recommendation[] {
  const helpful = ends.attemptsNeeded.length;
  const lost = ends.infrastructure;
  if (lost < MIN_LOST || ends.recovered < MIN_RUNS || helpful < 1 || helpful >= settings.maxAttempts) return [];
  const cost = failures.filter(({ ownFault }) => !ownFault).reduce((sum, failure) => sum + failure.cost.total, 0);
  return [
    {
      id: 'fewer-attempts',
      advice: `Stop after ${plural(helpful, 'attempt')}.`,
      evidence: `No build needed more than ${plural(helpful, 'attempt')}; ${lost} failed after up to ${settings.maxAttempts}, and failed attempts cost ${duration(cost)} in all (${percent(shareOf(lost, lost + ends.recovered))} of the stumbling builds were lost anyway).`,
      setting: 'MAX_RETRY_ATTEMPTS',
      value: String(helpful),
      samples: lost + ends.recovered,
    },
  ];
}
