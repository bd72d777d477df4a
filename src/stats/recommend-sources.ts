import { latency, plural } from '../report/words.ts';
import { shareOf } from './collector.ts';
import type { Counted, Recommendation } from './recommend.ts';
import type { ImageStats, MirrorStats } from './sources.ts';
import { percent } from './words.ts';

/** Mirrors to add or drop, images to pre-warm or pin. */
export function recommendSources({ sources }: Counted): readonly Recommendation[] {
  const { mirrors, images } = sources;
  return [
    ...mirrors.flatMap(dropMirror),
    ...mirrors.flatMap(slowMirror),
    ...addMirror(images),
    ...prewarm(images),
    ...pin(images),
  ];
}

/** Questions to one mirror before it is judged. */
const MIN_ASKED = 20;

/** A mirror that mostly fails, has not what is wanted, or is behind. */
function dropMirror(mirror: MirrorStats): readonly Recommendation[] {
  const { host, upstream, custom, asked, up, missing, stale } = mirror;
  if (asked < MIN_ASKED) return [];
  const bad = asked - up;
  const reason =
    shareOf(bad, asked) >= 0.5
      ? `${host} did not serve ${bad} of ${asked} images of ${upstream} that it was asked for${missing > 0 ? `, ${missing} of them because it has no such image` : ''}.`
      : shareOf(stale, asked) >= 0.5
        ? `${host} had another digest than ${upstream} in ${stale} of ${asked} answers.`
        : null;
  if (reason === null) return [];
  return [
    custom
      ? {
          id: 'drop-mirror',
          advice: `Take ${host} off the mirrors of ${upstream}.`,
          evidence: reason,
          setting: 'REGISTRY_MIRRORS',
          value: null,
          samples: asked,
        }
      : {
          id: 'check-mirror',
          advice: `See whether the catalogue's entry for ${host} still holds.`,
          evidence: reason,
          setting: 'smart-docker-build mirrors check',
          value: null,
          samples: asked,
        },
  ];
}

const SLOW_MS = 2000;

/** A mirror of the user's own that is asked first and answers late. */
function slowMirror({ host, upstream, custom, asked, up, latencyMs }: MirrorStats): readonly Recommendation[] {
  if (!custom || latencyMs === null || latencyMs.count < MIN_ASKED || latencyMs.median < SLOW_MS) return [];
  if (shareOf(up, asked) < 0.5) return [];
  return [
    {
      id: 'slow-mirror',
      advice: `Put another mirror of ${upstream} before ${host}, or ask its operator.`,
      evidence: `Half of ${latencyMs.count} answers of ${host} took more than ${latency(latencyMs.median)}, one in ten more than ${latency(latencyMs.p90)}.`,
      setting: 'REGISTRY_MIRRORS',
      value: null,
      samples: latencyMs.count,
    },
  ];
}

/** Builds that found no route before anything is said. */
const MIN_NO_ROUTE = 3;

/** Registries whose images nobody else had when it was needed. */
function addMirror(images: readonly ImageStats[]): readonly Recommendation[] {
  const lost = images.filter((image) => image.upstream !== null && image.noRoute - image.unverified > 0);
  const registries = [...new Set(lost.map(({ upstream }) => upstream ?? ''))];
  return registries.flatMap((registry) => {
    const of = lost.filter(({ upstream }) => upstream === registry);
    const times = of.reduce((sum, image) => sum + image.noRoute - image.unverified, 0);
    if (times < MIN_NO_ROUTE) return [];
    return [
      {
        id: 'add-mirror',
        advice: `Add a mirror of ${registry} that has ${listOf(of)}.`,
        evidence: `${plural(times, 'time')} ${registry} was not well and no mirror had the image.`,
        setting: 'REGISTRY_MIRRORS',
        value: `${registry}=your-mirror.example/path`,
        samples: of.reduce((sum, image) => sum + image.runs, 0),
      },
    ];
  });
}

/** Builds of an image before it is worth storing. */
const MIN_RUNS = 10;
const MIN_BAD = 3;

/** Images that builds need again and again while their registry is often not well. */
function prewarm(images: readonly ImageStats[]): readonly Recommendation[] {
  const wanted = images.filter(
    ({ runs, upstreamBad }) => runs >= MIN_RUNS && upstreamBad >= MIN_BAD && shareOf(upstreamBad, runs) >= 0.05,
  );
  if (wanted.length === 0) return [];
  const [worst] = wanted;
  const runs = wanted.reduce((sum, image) => sum + image.runs, 0);
  const bad = wanted.reduce((sum, image) => sum + image.upstreamBad, 0);
  return [
    {
      id: 'prewarm',
      advice: `Keep ${listOf(wanted)} in a warm store.`,
      evidence: `Their registries were not well in ${bad} of ${runs} uses (${percent(shareOf(bad, runs))})${wanted.length > 1 && worst !== undefined ? `, for ${worst.name} in ${worst.upstreamBad} of ${worst.runs}` : ''}.`,
      setting: 'mode: prewarm',
      value: null,
      samples: runs,
    },
  ];
}

/** Images that a mirror had, and nobody vouched for. */
function pin(images: readonly ImageStats[]): readonly Recommendation[] {
  const wanted = images.filter(({ pinned, unverified }) => !pinned && unverified > 0);
  const times = wanted.reduce((sum, image) => sum + image.unverified, 0);
  if (times < MIN_NO_ROUTE) return [];
  return [
    {
      id: 'pin',
      advice: `Pin ${listOf(wanted)} by digest, in the Dockerfile or in docker-build.lock.`,
      evidence: `${plural(times, 'time')} a mirror had the image and was not used, because nothing confirmed its digest.`,
      setting: 'smart-docker-build lock',
      value: null,
      samples: wanted.reduce((sum, image) => sum + image.runs, 0),
    },
  ];
}

/** Names in a sentence are few. */
const NAMED = 3;

function listOf(images: readonly ImageStats[]): string {
  const names = images.slice(0, NAMED).map(({ name }) => name);
  const more = images.length - names.length;
  return more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`;
}
