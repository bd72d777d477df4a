import tseslint from 'typescript-eslint';

/** The folders of src in the order of the flow; each may import from itself and from those before it. */
const FLOW = [
  'process',
  'net',
  'registry',
  'store',
  'inputs',
  'facts',
  'health',
  'failure',
  'plan',
  'build',
  'report',
  'stats',
  'monitor',
  'record',
];

/** What TypeScript knows by its target, Node 24, and the Node of a user's shell may not have. */
const AFTER_NODE_20 = [
  ['Map', 'groupBy'],
  ['Object', 'groupBy'],
  ['Promise', 'withResolvers'],
  ['Promise', 'try'],
  ['Array', 'fromAsync'],
  ['RegExp', 'escape'],
];

const boundaries = FLOW.map((folder, index) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...FLOW.slice(index + 1).map((later) => ({
            group: [`**/${later}/*.ts`],
            message: `${folder} comes before ${later} in the flow.`,
          })),
          { group: ['@actions/core'], message: 'Only the entry points speak to the runner.' },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'examples/', 'build/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false, allowDefaultCaseForExhaustiveSwitch: false },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, varsIgnorePattern: '^_', argsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      'max-lines': ['error', { max: 250 }],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/action.ts', 'src/cli.ts', 'src/command-line.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only the entry points read the environment; take it as a value.',
        },
        { object: 'process', property: 'exit', message: 'A run ends by returning.' },
        ...AFTER_NODE_20.map(([object, property]) => ({
          object,
          property,
          message: 'The shell runs on Node 20, which has none.',
        })),
      ],
    },
  },
  ...boundaries,
  {
    files: ['__tests__/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      // Tables of cases are longer than code should be.
      'max-lines': ['error', { max: 320 }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      // TypeScript does not see that a callback sets a variable.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      'no-console': 'off',
    },
  },
);
