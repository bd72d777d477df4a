import type { OpenIssue } from './decide.ts';
import { servicesIn } from './issue-text.ts';

/** The one issue, where it is kept. */
export interface Issues {
  readonly find: () => Promise<OpenIssue | null>;
  /** Gives back its number. */
  readonly open: (title: string, body: string) => Promise<number>;
  readonly update: (number: number, title: string, body: string) => Promise<void>;
  readonly comment: (number: number, body: string) => Promise<void>;
  readonly close: (number: number) => Promise<void>;
}

const LABEL = 'build-infrastructure';
const TIMEOUT_MS = 30_000;

/** The issues of a repository, by GitHub's own toolkit, which is loaded here and nowhere before. */
export async function openIssues(token: string, repository: string, baseUrl: string): Promise<Issues> {
  const { getOctokit } = await import('@actions/github');
  const { issues } = getOctokit(token, { baseUrl }).rest;
  const [owner = '', repo = ''] = repository.split('/');
  const of = (): { owner: string; repo: string; request: { signal: AbortSignal } } => {
    return { owner, repo, request: { signal: AbortSignal.timeout(TIMEOUT_MS) } };
  };
  return {
    find: async () => {
      const { data } = await issues.listForRepo({ ...of(), state: 'open', labels: LABEL, per_page: 100 });
      const ours = data.flatMap(({ number, body }) => {
        const services = servicesIn(body ?? '');
        return services === null ? [] : [{ number, services }];
      });
      return ours.toSorted((a, b) => a.number - b.number)[0] ?? null;
    },
    open: async (title, body) => (await issues.create({ ...of(), title, body, labels: [LABEL] })).data.number,
    update: async (number, title, body) => {
      await issues.update({ ...of(), issue_number: number, title, body });
    },
    comment: async (number, body) => {
      await issues.createComment({ ...of(), issue_number: number, body });
    },
    close: async (number) => {
      await issues.update({ ...of(), issue_number: number, state: 'closed', state_reason: 'completed' });
    },
  };
}
