import { registerHooks } from 'node:module';

/**
 * Replaces exports of a module, which has no prototype to patch, by those that `mutate` of the module `mutant` makes of
 * the original ones. `module` is the end of its address.
 */
export function replaceExports(module: string, names: readonly string[], mutant: string): void {
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.endsWith(module)) return nextLoad(url, context);
      const original = JSON.stringify(`${url}?original`);
      const source =
        `import * as original from ${original}; import { mutate } from ${JSON.stringify(mutant)};\n` +
        `export * from ${original}; export const { ${names.join(', ')} } = mutate(original);`;
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
