import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * esbuild wraps a CommonJS module into a function, which V8 pre-parses with the bundle and parses when the module runs.
 * Nearly all run at the start. In parentheses, V8's hint for "called at once", they are parsed only once.
 */
export async function parseModulesOnce(folder) {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.mjs'));
  await Promise.all(
    files.map(async (file) => {
      const source = await readFile(join(folder, file), 'utf8');
      await writeFile(join(folder, file), inParentheses(source, wrappers(source)));
    }),
  );
}

/** The functions in `var module = wrap((exports, module) => { … })`. */
function wrappers(source) {
  const { statements } = ts.createSourceFile('bundle.mjs', source, ts.ScriptTarget.ESNext, false, ts.ScriptKind.JS);
  return statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .map(({ initializer }) => initializer)
    .filter((value) => value && ts.isCallExpression(value) && ts.isIdentifier(value.expression))
    .flatMap((call) => (call.arguments.length === 1 ? [...call.arguments] : []))
    .filter((argument) => ts.isArrowFunction(argument) && ts.isBlock(argument.body));
}

function inParentheses(source, functions) {
  let [text, done] = ['', 0];
  for (const { pos, end } of functions) {
    text += `${source.slice(done, pos)}(${source.slice(pos, end)})`;
    done = end;
  }
  return text + source.slice(done);
}
