import { pageErrors, type ErrorRenderer, type Logger } from '@latchkey/runtime';

export function errorPages(logger: Logger): ErrorRenderer {
  return pageErrors({ logger, isPage: ({ url }) => /^\/consent(?:[/?]|$)/.test(url), unavailable: 'This does not work at this moment' });
}
