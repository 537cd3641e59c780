import Bowser from 'bowser';

export interface Device {
  readonly browser: string;
  readonly system: string;
  readonly network: string;
}

/** What a person recognises a session by. A claim of the browser, used for nothing else. */
export function deviceOf(userAgent: string | undefined, network: string): Device {
  if (userAgent === undefined || userAgent === '') return { browser: 'Unknown browser', system: 'Unknown system', network };
  const { browser, os } = Bowser.parse(userAgent.slice(0, 512));
  const major = browser.version?.split('.')[0] ?? '';
  return { browser: browser.name ? `${browser.name} ${major}`.trim() : 'Unknown browser', system: os.name || 'Unknown system', network };
}
