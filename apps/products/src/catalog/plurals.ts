type Ending = [plural: string, singulars: readonly string[], shortest: number];

/**
 * Endings of plurals and of their singulars. The language of a word is unknown, so every word that may be a plural is
 * treated as one. `shortest` is the minimum length of a plural: short words seldom are plurals, and often other words.
 * A singular that no text has costs nothing, since it is looked up exactly.
 */
const ENDINGS: readonly Ending[] = [
  // English, French, Spanish, Portuguese, Dutch
  ['s', [''], 4],
  ['es', [''], 5],
  ['ies', ['y'], 5],
  ['ves', ['f', 'fe'], 5],
  ['men', ['man'], 3],
  ['mice', ['mouse'], 4],
  ['feet', ['foot'], 4],
  ['teeth', ['tooth'], 5],
  ['geese', ['goose'], 5],
  ['children', ['child'], 8],
  ['aux', ['al', 'au'], 5],
  ['eux', ['eu'], 5],
  ['oux', ['ou'], 5],
  ['ces', ['z'], 4],
  ['oes', ['ao'], 5],
  ['aes', ['ao'], 4],
  ['ais', ['al'], 5],
  ['eis', ['el'], 5],
  ['ns', ['m'], 5],
  // Italian
  ['i', ['o', 'e', 'a'], 5],
  ['e', ['a'], 5],
  ['chi', ['co'], 5],
  ['che', ['ca'], 5],
  ['ghi', ['go'], 5],
  ['ghe', ['ga'], 5],
  // German, Dutch, partly Danish, Norwegian and Swedish
  ['e', [''], 5],
  ['n', [''], 5],
  ['en', [''], 5],
  ['r', [''], 5],
  ['ar', [''], 6],
  ['or', ['a'], 6],
  ['bucher', ['buch'], 6],
  ['tucher', ['tuch'], 6],
  ['hauser', ['haus'], 6],
  ['glaser', ['glas'], 6],
  ['bilder', ['bild'], 6],
  ['kinder', ['kind'], 6],
  ['kleider', ['kleid'], 7],
  ['rader', ['rad'], 5],
  ['bander', ['band'], 6],
  ['bretter', ['brett'], 7],
  ['schilder', ['schild'], 8],
  // Polish, Czech
  ['y', ['a'], 5],
  ['y', [''], 6],
  ['i', [''], 6],
  // Turkish
  ['lar', [''], 6],
  ['ler', [''], 6],
  // Russian, Ukrainian
  ['ы', ['', 'а'], 4],
  ['и', ['', 'а', 'я', 'ь', 'й'], 4],
  ['і', ['', 'а'], 4],
  ['ья', [''], 5],
  ['а', ['о'], 4],
  // Greek
  ['εσ', ['α', 'η'], 4],
  ['οι', ['οσ'], 4],
  ['ια', ['ι'], 4],
  ['α', ['ο'], 4],
  // Hebrew, Arabic
  ['ים', [''], 5],
  ['ות', ['', 'ה'], 5],
  ['ات', ['', 'ة'], 5],
];

/** `glass`, `status` and `tennis` are not plurals. */
const SINGULAR_S = /(?:ss|us|is)$/;

/** Returns the words whose plural this folded word may be. */
export function singulars(word: string): string[] {
  const found = new Set<string>();
  for (const [plural, endings, shortest] of ENDINGS) {
    if (word.length < shortest || !word.endsWith(plural)) continue;
    if (plural === 's' && SINGULAR_S.test(word)) continue;
    for (const ending of endings) found.add(word.slice(0, -plural.length) + ending);
  }
  return [...found];
}
