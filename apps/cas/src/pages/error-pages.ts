import { CasError } from '@latchkey/cas-protocol';
import { RepeatedParameter, pageErrors, type ErrorRenderer, type Logger } from '@latchkey/runtime';
import { badRequest } from './refusals.ts';

/** Everything but what services and programs ask. */
const PAGES = /^\/(?:cas|account)(?![^/?])(?!\/v1\/)(?!\/(?:p3\/)?(?:proxy|validate|serviceValidate|proxyValidate|samlValidate)(?:[?]|$))/;

export function errorPages(logger: Logger): ErrorRenderer {
  return pageErrors({
    logger,
    isPage: ({ url }) => PAGES.test(url),
    known: (error) => (error instanceof CasError || error instanceof RepeatedParameter ? badRequest(error.message) : null),
    unavailable: 'Signing in does not work at this moment',
  });
}
