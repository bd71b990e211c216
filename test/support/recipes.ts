import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One block of a recipe: a file to write, or changes to one. */
export interface RecipeStep {
  file: string;
  kind: 'file' | 'diff';
  text: string;
}

/** The steps of docs/recipes.md: the code blocks that name a file. */
export function readRecipes(markdown: string): RecipeStep[] {
  return [...markdown.matchAll(/^```(\w+) file=(\S+)\n([^]*?)^```$/gm)].map(
    ([, language, file = '', text = '']): RecipeStep => ({ file, kind: language === 'diff' ? 'diff' : 'file', text }),
  );
}

/** Carries out the step in `folder`. */
export function carryOut({ file, kind, text }: RecipeStep, folder: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, kind === 'file' ? text : patched(readFileSync(path, 'utf8'), file, text));
}

/** Applies hunks separated by `@@`. A line of context matches the one line that begins with it. */
function patched(source: string, file: string, diff: string): string {
  const apply = (lines: string[], hunk: string): string[] => {
    const marked = hunk.split('\n').filter((line) => line !== '');
    const old = marked.filter((line) => !line.startsWith('+'));
    const places = lines.flatMap((_, index) => (standsAt(lines, index, old) ? [index] : []));
    const [place = 0] = places;
    if (places.length !== 1) {
      const sentence = `docs/recipes.md changes ${file} where these lines stand, which is ${places.length} times`;
      throw new Error(`${sentence}:\n${old.join('\n')}`);
    }
    const kept = lines.slice(place, place + old.length).values();
    const after = marked.flatMap((line) => {
      if (line.startsWith('+')) return [line.slice(1)];
      const { value } = kept.next();
      return line.startsWith('-') || value === undefined ? [] : [value];
    });
    return lines.toSpliced(place, old.length, ...after);
  };
  return diff.split(/^@@\n/m).reduce(apply, source.split('\n')).join('\n');
}

function standsAt(lines: string[], from: number, old: string[]): boolean {
  return old.every((line, index) => {
    const [is = '', wanted] = [lines[from + index], line.slice(1)];
    return line.startsWith('-') ? is === wanted : is.startsWith(wanted);
  });
}
