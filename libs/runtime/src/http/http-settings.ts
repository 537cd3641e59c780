import type { ProcessConfig } from '../process-config.ts';
import type { HttpSettings } from './settings.ts';

export function httpSettings(
  config: Pick<ProcessConfig, 'LATCHKEY_PUBLIC_URL' | 'LATCHKEY_TRUSTED_PROXIES' | 'LATCHKEY_COOKIE_KEY' | 'LATCHKEY_FORM_KEY'>,
): HttpSettings {
  return {
    publicUrl: config.LATCHKEY_PUBLIC_URL,
    secure: config.LATCHKEY_PUBLIC_URL.startsWith('https:'),
    trustedProxies: config.LATCHKEY_TRUSTED_PROXIES,
    cookieKey: Buffer.from(config.LATCHKEY_COOKIE_KEY, 'base64url'),
    formKey: Buffer.from(config.LATCHKEY_FORM_KEY, 'base64url'),
  };
}
