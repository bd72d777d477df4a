/** The part of GitHub's REST API that keeps issues: list, create, update and comment. */

export interface LabIssue {
  readonly number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  readonly labels: readonly { readonly name: string }[];
  readonly comments: string[];
}

/** Answers a request for issues, or null where it is for something else. */
export function answerIssues(
  issues: LabIssue[],
  method: string,
  url: URL,
  body: string,
): { readonly status: number; readonly value: unknown } | null {
  const [, rest] = /^\/repos\/[^/]+\/[^/]+\/issues(?:\/(.+))?$/.exec(url.pathname) ?? [null, null];
  if (rest === null) return null;
  const given = (body === '' ? {} : JSON.parse(body)) as Partial<Omit<LabIssue, 'labels'>> & {
    readonly labels?: readonly string[];
  };
  if (rest === undefined || rest === '') {
    if (method === 'POST') {
      const labels = (given.labels ?? []).map((name) => ({ name }));
      const { title = '', body: text = '' } = given;
      const issue: LabIssue = { number: issues.length + 1, title, body: text, state: 'open', labels, comments: [] };
      issues.push(issue);
      return { status: 201, value: issue };
    }
    const label = url.searchParams.get('labels');
    const found = issues.filter(
      ({ state, labels }) => state === 'open' && (label === null || labels.some(({ name }) => name === label)),
    );
    return { status: 200, value: found };
  }
  const [number, part] = rest.split('/');
  const issue = issues.find((one) => String(one.number) === number);
  if (issue === undefined) return { status: 404, value: { message: 'Not Found' } };
  if (part === 'comments' && method === 'POST') {
    issue.comments.push(given.body ?? '');
    return { status: 201, value: { id: issue.comments.length, body: given.body } };
  }
  if (method === 'PATCH') {
    const { title = issue.title, body: text = issue.body, state = issue.state } = given;
    Object.assign(issue, { title, body: text, state });
  }
  return { status: 200, value: issue };
}
