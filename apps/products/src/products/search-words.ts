const MAX_WORD_LENGTH = 80;
const MAX_WORDS = 750;
const MAX_QUERY_WORDS = 10;

/** Lower case without accents, so that `Café` is found by `cafe` and sorts beside it. */
export function fold(text: string): string {
  // Upper case first: it spells out what lower case keeps, such as the sharp s.
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase().toLowerCase();
}

/** A folded text cut to the length of its column, never through a surrogate pair. */
export function foldedKey(text: string, length: number): string {
  return [...fold(text)].slice(0, length).join('');
}

/**
 * The words of a text as the full-text column holds them. A word is `t_` and its letters, or `x_` and its UTF-8 bytes in
 * hex where it is not plain ASCII: never a stopword, never too short or too long, never an operator of MySQL's or FTS5's
 * query language, and one word for both engines.
 */
export function searchWords(text: string, limit = MAX_WORDS): string[] {
  const words = new Set<string>();
  for (const [word] of fold(text).matchAll(/[\p{L}\p{N}]+/gu)) {
    if (words.size >= limit) break;
    const spelled = /^[a-z0-9]+$/.test(word) ? `t_${word}` : `x_${Buffer.from(word, 'utf8').toString('hex')}`;
    words.add(spelled.slice(0, MAX_WORD_LENGTH));
  }
  return [...words];
}

/** The words a search must find, all of them; more than ten would only cost time. */
export function queryWords(query: string): string[] {
  return searchWords(query, MAX_QUERY_WORDS);
}
