import type { RawInputs } from '../raw.ts';
import type { Problems } from '../readers.ts';
import type { Form } from '../types.ts';
import type { Around } from './around.ts';
import type { ContextForm, OwnCommit, SecretText } from './asked.ts';
import { gitContext, ownCommitOf, renderTemplate } from './git-context.ts';
import { githubRun } from './github-run.ts';

/** The contexts of a build with the default Git context filled in, in both spellings. */
export interface Contexts {
  readonly plain: ContextForm;
  /** For a buildx that takes `?ref=…`; null where that is not asked for. */
  readonly query: ContextForm | null;
  readonly ownCommit: OwnCommit | null;
}

/** What a context that is given as `{{defaultContext}}`, or not at all, is made of. */
export interface ContextQuestion {
  readonly form: Form;
  readonly buildContexts: readonly string[];
  /** The token of the default Git context, unless the secrets bring one. */
  readonly gitToken: SecretText | null;
}

/** Reads `context` and `build-contexts` (docker/build-push-action src/context.ts `getInputs`). */
export function readContexts(raw: RawInputs, around: Around, question: ContextQuestion, problems: Problems): Contexts {
  const run = githubRun(around.env, around.event);
  const git = run === null ? null : gitContext(run, around.env);
  const plain = contextForm(raw, question, git?.fragment ?? '', problems);
  const query = git === null || git.query === null ? null : contextForm(raw, question, git.query, []);
  return { plain, query, ownCommit: git === null ? null : ownCommitOf(plain.context, git) };
}

function contextForm(
  raw: RawInputs,
  question: ContextQuestion,
  defaultContext: string,
  problems: Problems,
): ContextForm {
  const render = (name: string, text: string): string => {
    const rendered = renderTemplate(text, defaultContext);
    if (rendered.kind === 'text') return rendered.text;
    problems.push(`${raw(name).label}: ${rendered.problem}`);
    return text;
  };
  const context = render('context', raw('context').text) || (question.form === 'image' ? '.' : defaultContext);
  return {
    context,
    buildContexts: question.buildContexts.map((text) => render('build-contexts', text)),
    gitToken: defaultContext !== '' && context.startsWith(defaultContext) ? question.gitToken : null,
  };
}
