import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** SQL that libs/database writes: a column stands only in its entity, and a dialect's words in one file. */
const WRITTEN_SQL = [
  [/\bINSERT\s+INTO\b/i, 'Database.insert takes columns and placeholders from the entity.'],
  [/\bIN \($/, 'Use inList(values).'],
  [
    /\b(ON CONFLICT|ON DUPLICATE KEY|FOR UPDATE|SKIP LOCKED|LOCK IN SHARE MODE)\b/,
    "A dialect's words stand in libs/database/src/dialect.ts.",
  ],
].flatMap(([text, message]) => [
  { selector: `Literal[value=${text}]`, message },
  { selector: `TemplateElement[value.raw=${text}]`, message },
]);

/** Words of a shop or of HTTP, in names, texts or comments. */
const FOREIGN =
  /product|catalog|inventor|stock|sku|price|cart|customer|checkout|orders|http|etag|header|cookie|request|response/gi;

const noForeignWords = {
  create: (context) => ({
    Program() {
      for (const { 0: word, index } of context.sourceCode.text.matchAll(FOREIGN)) {
        const loc = context.sourceCode.getLocFromIndex(index);
        context.report({ loc, message: `This lib knows neither products nor HTTP, so not the word "${word}".` });
      }
    },
  }),
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.data/',
      'coverage/',
      '.serverless/',
      'clients/typescript/{dist,src/schema.ts}',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unsafe-type-assertion': 'off',
      // Empty module classes are how Nest composes.
      '@typescript-eslint/no-extraneous-class': 'off',
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 6],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['libs/config/**', '**/*.spec.ts', '**/*.int-spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only libs/config reads the environment; take a config class as an argument.',
        },
        {
          object: 'Date',
          property: 'now',
          message:
            'A wait is measured by performance.now(), which no clock change moves; a moment comes from Clock, or from systemTime() of libs/kernel.',
        },
      ],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.int-spec.ts'],
    rules: {
      'max-lines': ['error', 200],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // A migration is a list of statements, which nobody changes again.
    files: ['**/migrations/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['libs/database/src/{dialect,statements}.ts', '**/migrations/**', '**/*.spec.ts', '**/*.int-spec.ts'],
    rules: { 'no-restricted-syntax': ['error', ...WRITTEN_SQL] },
  },
  {
    files: ['libs/coherent-cache/**/*.ts'],
    plugins: { house: { rules: { 'no-foreign-words': noForeignWords } } },
    rules: { 'house/no-foreign-words': 'error' },
  },
  {
    // Command-line entries speak to a person.
    files: [
      'apps/local/src/main.ts',
      'apps/local/src/watch.ts',
      'apps/local/src/documents/write.ts',
      'apps/local/src/machine/start-failure.ts',
      'apps/ops/**/*.ts',
      'clients/*/examples/*.ts',
      'bench/**/*.ts',
      'test/support/**/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    // Tests read answers of every shape, and spy on methods.
    files: ['**/*.spec.ts', '**/*.int-spec.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'max-lines': 'off',
    },
  },
  {
    // These take methods off prototypes to put others there.
    files: ['bench/proofs/{mutants,preloads}/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['**/*.{mjs,cjs,js}'],
    languageOptions: {
      globals: {
        __dirname: 'readonly',
        process: 'readonly',
        console: 'readonly',
        module: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
);
