import type { Page } from 'playwright-core';

/** Goes on by Tab until `selector` has the focus. Each stop on the way must show that it is the one. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  const stops: string[] = [];
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate((wanted) => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return { name: 'the page', seen: true, there: false };
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused);
      const outlined = (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
      return { name: focused.outerHTML.slice(0, 80), seen: outlined, there: focused.matches(wanted) };
    }, selector);
    if (!stop.seen) throw new Error(`one does not see that the focus is at ${stop.name}`);
    stops.push(stop.name);
    if (stop.there) return;
  }
  throw new Error(`Tab does not come to ${selector}; it stops at ${stops.join(' ')}`);
}
