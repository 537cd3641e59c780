/** A line break would move the border between binding and rest, and so let a part of the rest pass for the binding. */
export function bindingPrefix(binding: string): string {
  if (binding.includes('\n')) throw new Error('A binding must not hold a line break');
  return `${binding}\n`;
}
