import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageReport } from '../health/status-documents.ts';
import { badgeOf } from './badge.ts';
import { decide, type IssueStep } from './decide.ts';
import type { Issues } from './github-issues.ts';
import { historyText, readHistory, type Check } from './history.ts';
import { changeText, issueBody, issueTitle, type IssueFacts } from './issue-text.ts';

/** What a check found, and where it is kept and told. */
export interface MonitorQuestion {
  readonly check: Check;
  readonly statusPages: readonly PageReport[];
  /** The directory of the history and of the badge. */
  readonly folder: string;
  readonly runUrl: string | null;
  /** Null where no token is given: nobody is told then. */
  readonly issues: Issues | null;
  readonly warn: (text: string) => void;
}

/** What came of it: the badge's file, and the issue that is open now, or was closed. */
export interface Monitored {
  readonly badgeFile: string;
  readonly step: IssueStep;
  readonly issue: number | null;
}

/** Adds a check to the history, writes the badge, and opens, updates or closes the issue. */
export async function monitor(question: MonitorQuestion): Promise<Monitored> {
  const { check, folder, statusPages, runUrl, issues, warn } = question;
  const historyFile = join(folder, 'history.json');
  const badgeFile = join(folder, 'badge.json');
  const checks = [...readHistory(await readFile(historyFile, 'utf8').catch(() => null)), check];
  await mkdir(folder, { recursive: true });
  await writeFile(historyFile, historyText(checks));
  await writeFile(badgeFile, `${JSON.stringify(badgeOf(check))}\n`);
  if (issues === null) return { badgeFile, step: { kind: 'nothing' }, issue: null };
  try {
    const found = await issues.find();
    const step = decide(checks, found);
    return { badgeFile, step, issue: await take(step, issues, { checks, statusPages, runUrl }) };
  } catch (error) {
    // The next check tells it: nothing of the state is kept but in the issue itself.
    warn(`the issue: ${error instanceof Error ? error.message : String(error)}`);
    return { badgeFile, step: { kind: 'nothing' }, issue: null };
  }
}

async function take(step: IssueStep, issues: Issues, facts: IssueFacts): Promise<number | null> {
  switch (step.kind) {
    case 'nothing':
      return null;
    case 'open':
      return await issues.open(issueTitle(step.services), issueBody(step.services, facts));
    case 'update': {
      await issues.update(step.number, issueTitle(step.services), issueBody(step.services, facts));
      const change = changeText(step.came, step.went);
      if (change !== '') await issues.comment(step.number, change);
      return step.number;
    }
    case 'close':
      await issues.comment(step.number, changeText([], step.went));
      await issues.close(step.number);
      return step.number;
  }
}
