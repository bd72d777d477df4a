import { isUsable } from '../health/observation.ts';
import type { ImageRoute } from '../plan/plan.ts';
import type { Result } from './result.ts';
import { upstreamHost } from './routes.ts';
import { lastFailure, lastPlan } from './story.ts';
import { clause, serviceName } from './words.ts';

/** What to do next after a failure. Where somebody has the image and is not believed, that comes before all else. */
export function adviceOf(result: Result): string {
  const failure = lastFailure(result)?.failure;
  if (failure === undefined || (failure.class === 'builder' && result.facts.engine.serverVersion === null))
    return startAdvice(result);
  const route = lostRoutes(result).find(({ answers }) =>
    answers.some((answer) => answer.digest !== null && isUsable(answer)),
  );
  const remedy = route?.choice.kind === 'none' ? route.choice.remedy : null;
  if (route === undefined || remedy === null) return failure.advice;
  const host = upstreamHost(route);
  return `${capital(clause(remedy))}${host === null ? '' : `; or try again when ${serviceName(host)} is back`}.`;
}

/** Images that nobody could serve, where the build failed for the want of one: the name, and what each source said. */
export function lostImages(result: Result): readonly { readonly name: string; readonly tried: string }[] {
  return lostRoutes(result).map(({ name, choice }) => ({ name, tried: clause(choice.reason) }));
}

function lostRoutes(result: Result): readonly ImageRoute[] {
  const cause = lastFailure(result)?.failure.cause;
  if (cause !== 'base-image' && cause !== 'frontend') return [];
  return (lastPlan(result)?.images ?? []).filter(({ choice }) => choice.kind === 'none');
}

function startAdvice(result: Result): string {
  return result.facts.engine.serverVersion === null
    ? 'Start a Docker engine that this job can reach (docker info must succeed), then run it again.'
    : 'Look at the builder (docker buildx inspect --bootstrap must succeed), then run it again.';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
