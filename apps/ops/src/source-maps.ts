import { setSourceMapsSupport } from 'node:module';

/**
 * Imported before the program: stack traces name our TypeScript. Node's own `--enable-source-maps` also reads the maps of
 * all packages, which takes a tenth of most commands.
 */
setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
