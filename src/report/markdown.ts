import escapeHtml from 'escape-html';
import { cleanLine, cleanLines } from './clean.ts';

/*
 * GitHub-flavoured markdown around text from outside. Such text appears in three ways only: as `code`, as `prose` whose
 * suspicious words become code, and in a `fence`. Inside code there are no mentions, links, images, formulas or HTML, and
 * a copied word is the word itself, which escapes and invisible characters would not give.
 */

/** An inline code span; safe in sentences, headings and table cells. */
export function code(text: string): string {
  const line = cleanLine(text);
  if (line === '') return '';
  // In a table even a pipe within a code span ends the cell, and `\\|` has no agreed meaning: entities have.
  if (line.includes('|')) return htmlCode(line);
  const runs = [...line.matchAll(/`+/g)].map((match) => match[0].length);
  const ticks = '`'.repeat(firstFree(runs));
  const pad = runs.length > 0 ? ' ' : '';
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

function firstFree(runs: readonly number[]): number {
  return Array.from({ length: runs.length + 1 }, (_, index) => index + 1).find((length) => !runs.includes(length)) ?? 1;
}

function htmlCode(line: string): string {
  const escaped = escapeHtml(line).replace(/[^\w\s.:/,;&#()=+@%?-]/gu, (character) =>
    character.charCodeAt(0) < 128 ? entity(character) : character,
  );
  // Markdown is still read between HTML tags: hinder emphasis, and the automatic links of URLs, hosts and addresses.
  const inert = escaped
    .replaceAll('_', entity('_'))
    .replace(/:(?=\/\/)|\bwww(?=\.)|@|\b(?:mailto|xmpp)(?=:)/gi, '$&<!-- -->');
  return `<code>${inert}</code>`;
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

/**
 * What markdown, GitHub's mentions, formulas and emoji, or an automatic link could take a meaning from. Emoji with
 * nothing but digits in their names are two; `main.go:4:2:` is none.
 */
const meaningful =
  /[\\`*[\]{}<>|~$#@&^]|\/\/|www\.|(?:^|[^\p{L}\p{N}])GH-\d|^(?:mailto|xmpp):|:(?:[\w+-]*[a-z+-][\w+-]*|100|1234):|(?:^|[^\p{L}\p{N}_])_|_(?:[^\p{L}\p{N}_]|$)/iu;

/** A piece between backticks that stands alone: next to other code, the backticks of both would run together. */
const quoted = /(?<=^|\s)`([^`]+)`(?=[.,;:)]?(?:\s|$))/;

/** A sentence from outside, in the middle of a line: harmless words as they are, others and `quoted ones` as code. */
export function prose(text: string): string {
  const pieces = cleanLine(text).split(quoted);
  return pieces.map((piece, index) => (index % 2 === 1 ? code(piece) : sentence(piece))).join('');
}

function sentence(text: string): string {
  const parts: { asCode: boolean; words: string[] }[] = [];
  for (const word of text.split(' ')) {
    const asCode = meaningful.test(word);
    const last = parts.at(-1);
    if (last?.asCode === asCode) last.words.push(word);
    else parts.push({ asCode, words: [word] });
  }
  return parts.map(({ asCode, words }) => (asCode ? code(words.join(' ')) : words.join(' '))).join(' ');
}

/** A code block that no content can close. */
export function fence(text: string, language = 'text'): string {
  const content = cleanLines(text).replace(/\n+$/, '');
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map((match) => match[0].length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${content}\n${ticks}`;
}

/** A table; the cells are markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A folded section. The title is plain text of our own; what it is about may come from outside. */
export function details(title: string, body: string, subject = ''): string {
  const about = subject === '' ? '' : ` ${htmlCode(cleanLine(subject))}`;
  return `<details><summary>${escapeHtml(title)}${about}</summary>\n\n${body}\n\n</details>`;
}

/** Blocks with an empty line between them; empty ones are left out. */
export function blocks(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join('\n\n');
}
