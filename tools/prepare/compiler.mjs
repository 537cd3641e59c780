/** How swc reads this repository. jest and the build share it, so that what was tested is what runs. */
export const swcOptions = (tsx) => ({
  swcrc: false,
  module: { type: 'es6' },
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true, tsx },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: true,
      useDefineForClassFields: false,
      verbatimModuleSyntax: true,
      react: { runtime: 'automatic', importSource: 'preact' },
    },
  },
});
